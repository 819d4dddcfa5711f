import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { readLimits } from "../src/outbox/send-limits.ts";
import type {
  ClaimedSend,
  NewSend,
  OutboxTurn,
  OutboxTurned,
  OutboxWrite,
  OutboxWritten,
  SendEnd,
  SendRecord,
  SendState,
} from "../src/store/outbox/outbox-store.ts";
import type { Store } from "../src/store/store.ts";
import { newUpdate, openStore, type StoreGround } from "./store-ground.ts";

const BOT = 7;
/** Limits that no test meets by accident. */
const WIDE = readLimits({ perSecond: 1_000, chatPerSecond: 1_000, chatBurst: 100 });
const START_MS = 1_800_000_000_000;
const [NORMAL, BULK] = [1, 2];

/** A text to this lane, at once. */
export function newSend(lane: string, more: Partial<NewSend> = {}): NewSend {
  return {
    botId: BOT,
    lane,
    method: "sendMessage",
    params: JSON.stringify({ text: `to ${lane}` }),
    cost: 1,
    priority: NORMAL,
    atMs: undefined,
    key: undefined,
    parks: false,
    ...more,
  };
}

/** One store at a time, in a time that stands still until a test moves it. */
class OutboxGround {
  readonly #ground: StoreGround;
  store!: Store;
  nowMs = START_MS;

  constructor(ground: StoreGround) {
    this.#ground = ground;
  }

  get times() {
    return { nowMs: this.nowMs, steadyMs: this.nowMs };
  }

  async open(): Promise<void> {
    await this.store?.close();
    this.store = (await openStore(this.#ground.make())).store;
    await this.store.outbox.ask({
      do: "recover",
      recovery: { ...this.times, inFlight: [], isStart: true },
    });
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.#ground.remove();
  }

  write(...writes: readonly OutboxWrite[]): Promise<readonly OutboxWritten[]> {
    return this.store.outbox.ask({ do: "write", writes, times: this.times });
  }

  async enqueue(...sends: readonly NewSend[]): Promise<readonly number[]> {
    const written = await this.write(...sends.map((send) => ({ to: "send", send }) as const));
    return written.map((it) => ("id" in it ? it.id : NaN));
  }

  async cancel(key: string): Promise<string> {
    return (await this.write({ to: "cancel", botId: BOT, key }))[0]!.status;
  }

  turn(more: Partial<OutboxTurn> = {}): Promise<OutboxTurned> {
    const nothing = { results: [], seen: [], wants: [], room: 1_000, botIds: [BOT], limits: WIDE };
    return this.store.outbox.ask({ do: "turn", turn: { ...this.times, ...nothing, ...more } });
  }

  async claim(more: Partial<OutboxTurn> = {}): Promise<readonly ClaimedSend[]> {
    return (await this.turn(more)).sends;
  }

  async end(end: SendEnd, ...sends: readonly ClaimedSend[]): Promise<readonly boolean[]> {
    const results = sends.map(({ id, attempt }) => ({ id, attempt, end }));
    return (await this.turn({ results, room: 0 })).applied;
  }

  /** Sends everything that is ready, and gives the order. */
  async drain(more: Partial<OutboxTurn> = {}): Promise<readonly number[]> {
    const ids: number[] = [];
    for (;;) {
      const sends = await this.claim(more);
      if (sends.length === 0) return ids;
      ids.push(...sends.map(({ id }) => id));
      await this.end(SENT, ...sends);
    }
  }

  list(state: SendState | "doubtful"): Promise<readonly SendRecord[]> {
    const query = { state, beforeId: Number.MAX_SAFE_INTEGER, limit: 1_000 };
    return this.store.outbox.ask({ do: "list", query });
  }

  async counts() {
    return this.store.outbox.ask({ do: "counts", botIds: [BOT], times: this.times });
  }

  async broadcast(chats: readonly string[], key?: string): Promise<number> {
    const { outbox } = this.store;
    const params = JSON.stringify({ text: "news" });
    const made = { botId: BOT, key, method: "sendMessage", params, cost: 1, parks: false };
    const broadcast = { ...made, nowMs: this.nowMs };
    const { id } = await outbox.ask({ do: "createBroadcast", broadcast });
    for (let at = 0; at < chats.length; at += 100) {
      const entries = chats.slice(at, at + 100);
      await outbox.ask({ do: "addChats", id, chunk: at / 100, entries });
    }
    await this.setBroadcast(id, "running");
    return id;
  }

  setBroadcast(id: number, state: "running" | "paused" | "cancelled") {
    return this.store.outbox.ask({ do: "setBroadcast", id, state, times: this.times });
  }

  async progress(id: number) {
    const [found] = await this.store.outbox.ask({ do: "broadcasts", id, limit: 1 });
    const { state, total, sent, failed } = found!;
    return { state, total, sent, failed };
  }
}

const SENT: SendEnd = { to: "sent", messageId: 5 };
const lanesOf = (sends: readonly ClaimedSend[]): string[] => sends.map(({ lane }) => lane);
const idsOf = (sends: readonly ClaimedSend[]): number[] => sends.map(({ id }) => id);

/** What the outbox of every store must do. */
export function describeOutbox(name: string, create: () => Promise<StoreGround>): void {
  describe(`${name} as an outbox`, () => {
    let ground: OutboxGround;
    beforeEach(async () => {
      ground = new OutboxGround(await create());
      await ground.open();
    });
    afterEach(() => ground.close());

    it("gives out one send of a lane at a time, in the order of enqueueing", async () => {
      const [first, second] = await ground.enqueue(newSend("1"), newSend("1"), newSend("2"));
      const claimed = await ground.claim();
      assert.deepEqual(lanesOf(claimed), ["1", "2"]);
      assert.equal(claimed[0]!.id, first);
      assert.deepEqual(await ground.claim(), []);
      assert.deepEqual(await ground.end(SENT, claimed[0]!), [true]);
      assert.deepEqual(idsOf(await ground.claim()), [second]);
    });

    it("lets what is more urgent overtake, also in its own lane", async () => {
      const sends = [BULK, NORMAL, 0].map((priority) => newSend("1", { priority }));
      const [bulk, normal, interactive] = await ground.enqueue(...sends);
      assert.deepEqual(await ground.drain(), [interactive, normal, bulk]);
    });

    it("gives out scheduled sends when they are due, by time", async () => {
      const at = (ms: number): Partial<NewSend> => ({ atMs: START_MS + ms });
      const [late, early] = await ground.enqueue(
        newSend("1", at(2_000)),
        newSend("1", at(1_000)),
        newSend("1", at(5_000)),
      );
      const turned = await ground.turn();
      assert.deepEqual(turned.sends, []);
      assert.equal(turned.nextMs, 1_000);
      ground.nowMs += 3_000;
      assert.deepEqual(await ground.drain(), [early, late]);
      assert.equal((await ground.list("scheduled")).length, 1);
    });

    it("puts a scheduled send behind what was in its lane before it fell due", async () => {
      const scheduled = newSend("1", { atMs: START_MS + 1_000 });
      const [timed, plain] = await ground.enqueue(scheduled, newSend("1"));
      ground.nowMs += 1_000;
      assert.deepEqual(await ground.drain(), [plain, timed]);
    });

    it("takes a key once, also when the send is over", async () => {
      const [id] = await ground.enqueue(newSend("1", { key: "k" }));
      const again = { to: "send", send: newSend("1", { key: "k" }) } as const;
      const [written] = await ground.write(again);
      assert.deepEqual(written, { status: "duplicate", id });
      assert.deepEqual(await ground.drain(), [id]);
      assert.equal((await ground.write(again))[0]!.status, "duplicate");
      assert.deepEqual(await ground.drain(), []);
    });

    it("takes one of several sends with the same key in one write", async () => {
      const send = { to: "send", send: newSend("1", { key: "k" }) } as const;
      const written = await ground.write(send, send);
      assert.deepEqual(
        written.map(({ status }) => status),
        ["enqueued", "duplicate"],
      );
    });

    it("cancels what is not under way, and frees its key in the same write", async () => {
      await ground.enqueue(newSend("1", { key: "k", atMs: START_MS + 1 }));
      const send = newSend("2", { key: "k" });
      const written = await ground.write(
        { to: "cancel", botId: BOT, key: "k" },
        { to: "send", send },
      );
      assert.deepEqual(
        written.map(({ status }) => status),
        ["cancelled", "enqueued"],
      );
      ground.nowMs += 10;
      assert.deepEqual(lanesOf(await ground.claim()), ["2"]);
      assert.equal(await ground.cancel("k"), "too-late");
      assert.equal(await ground.cancel("other"), "unknown");
    });

    it("goes on with the next send of a lane when the first is cancelled", async () => {
      const [, second] = await ground.enqueue(
        newSend("1", { key: "k", priority: 0 }),
        newSend("1"),
      );
      assert.equal(await ground.cancel("k"), "cancelled");
      assert.deepEqual(idsOf(await ground.claim()), [second]);
    });

    it("keeps the lane's order when a send fails for a while", async () => {
      const [first] = await ground.enqueue(newSend("1"), newSend("1"), newSend("2"));
      const claimed = await ground.claim();
      const again = { to: "again", delayMs: 500, doubtful: false, error: "502" } as const;
      await ground.end(again, claimed[0]!);
      assert.deepEqual(await ground.claim(), []);
      ground.nowMs += 500;
      const [retried] = await ground.claim();
      assert.equal(retried?.id, first);
      assert.equal(retried?.failures, 1);
      assert.equal(retried?.failingSinceMs, START_MS);
    });

    it("holds only the lane that a 429 is about, and remembers it", async () => {
      await ground.enqueue(newSend("1"), newSend("1"), newSend("2"), newSend("2"));
      const [one, two] = await ground.claim();
      await ground.end({ to: "limited", scope: "lane", delayMs: 30_000 }, one!);
      await ground.end(SENT, two!);
      await ground.open();
      assert.deepEqual(lanesOf(await ground.claim()), ["2"]);
      ground.nowMs += 29_999;
      assert.deepEqual(await ground.claim(), []);
      assert.deepEqual((await ground.counts()).blocks, [{ botId: BOT, lane: "1", leftMs: 1 }]);
      ground.nowMs += 1;
      assert.deepEqual(idsOf(await ground.claim()), [one!.id]);
    });

    it("holds everything of a bot that is limited as a whole, also after a restart", async () => {
      await ground.enqueue(newSend("1"), newSend("2"));
      const [one] = await ground.claim({ room: 1 });
      await ground.end({ to: "limited", scope: "bot", delayMs: 5_000 }, one!);
      await ground.open();
      const turned = await ground.turn();
      assert.deepEqual(turned.sends, []);
      assert.equal(turned.nextMs, 5_000);
      ground.nowMs += 5_000;
      assert.equal((await ground.claim()).length, 2);
    });

    it("keeps to the limits of bot, chat and group", async () => {
      const limits = readLimits({ perSecond: 6, chatBurst: 2, groupPerMinute: 3 });
      const many = (lane: string): NewSend[] => Array.from({ length: 8 }, () => newSend(lane));
      await ground.enqueue(...many("1"), ...many("-2"), ...many("3"));
      const gone: Record<string, number> = {};
      const rounds: number[] = [];
      for (let second = 0; second < 4; second += 1) {
        let round = 0;
        for (;;) {
          const sends = await ground.claim({ limits });
          if (sends.length === 0) break;
          for (const { lane } of sends) gone[lane] = (gone[lane] ?? 0) + 1;
          round += sends.length;
          await ground.end(SENT, ...sends);
        }
        rounds.push(round);
        ground.nowMs += 1_100;
      }
      assert.deepEqual(rounds, [6, 0, 5, 0]);
      assert.deepEqual(gone, { 1: 4, "-2": 3, 3: 4 });
    });

    it("counts what went before a restart", async () => {
      const limits = readLimits({ perSecond: 2 });
      await ground.enqueue(...["1", "2", "3"].map((lane) => newSend(lane)));
      assert.equal((await ground.claim({ limits })).length, 2);
      await ground.open();
      const turned = await ground.turn({ limits });
      assert.deepEqual(turned.sends, []);
      assert.ok(turned.nextMs! > 0 && turned.nextMs! <= 1_100, `${turned.nextMs}`);
    });

    it("lets a handler's call go before sends, and counts it", async () => {
      const limits = readLimits({ perSecond: 2, chatBurst: 1 });
      await ground.enqueue(newSend("1"), newSend("2"));
      const want = { botId: BOT, lane: "1", cost: 1 };
      const turned = await ground.turn({ limits, wants: [want, want] });
      assert.equal(turned.waitsMs[0], 0);
      assert.ok(turned.waitsMs[1]! > 0);
      assert.deepEqual(lanesOf(turned.sends), ["2"]);
    });

    it("makes calls wait for a 429 that another call has seen", async () => {
      const want = { botId: BOT, lane: "1", cost: 1 };
      await ground.turn({ seen: [{ botId: BOT, lane: "1", delayMs: 2_000 }] });
      const turned = await ground.turn({ wants: [want, { ...want, lane: "2" }] });
      assert.deepEqual(turned.waitsMs, [2_000, 0]);
    });

    it("flags what was in flight when the process died, or parks it", async () => {
      const sends = [newSend("1"), newSend("2", { parks: true }), newSend("3")];
      const [repeated, parked] = await ground.enqueue(...sends);
      await ground.claim({ room: 2 });
      await ground.open();
      const [again] = await ground
        .list("doubtful")
        .then((all) => all.filter((it) => it.id === repeated));
      assert.deepEqual([again?.state, again?.doubts], ["ready", 1]);
      assert.deepEqual(
        (await ground.list("parked")).map(({ id }) => id),
        [parked],
      );
      assert.deepEqual(lanesOf(await ground.claim()).toSorted(), ["1", "3"]);
    });

    it("takes back without a flag what a lost turn has claimed", async () => {
      await ground.enqueue(newSend("1"), newSend("2"));
      const [one] = await ground.claim({ room: 1 });
      const [two] = await ground.claim({ room: 1 });
      const recovery = { ...ground.times, inFlight: [one!.id], isStart: false };
      const { found } = await ground.store.outbox.ask({ do: "recover", recovery });
      assert.equal(found, 1);
      assert.deepEqual(await ground.list("doubtful"), []);
      assert.deepEqual(idsOf(await ground.claim()), [two!.id]);
    });

    it("applies an end once, and none of an older claim", async () => {
      await ground.enqueue(newSend("1"));
      const [first] = await ground.claim();
      assert.deepEqual(await ground.end({ to: "unsent" }, first!), [true]);
      const [second] = await ground.claim();
      assert.deepEqual(await ground.end(SENT, first!), [false]);
      assert.deepEqual(await ground.end(SENT, second!), [true]);
      assert.deepEqual(await ground.end(SENT, second!), [false]);
    });

    it("believes that a send is sent although its claim was taken back", async () => {
      await ground.enqueue(newSend("1"));
      const [send] = await ground.claim();
      await ground.open();
      assert.deepEqual(await ground.end(SENT, send!), [true]);
      assert.deepEqual(await ground.claim(), []);
      const [record] = await ground.list("sent");
      assert.deepEqual([record?.doubts, record?.messageId, record?.params], [1, 5, undefined]);
    });

    it("records what failed for good, and goes on in the lane", async () => {
      const [first, second] = await ground.enqueue(newSend("1"), newSend("1"));
      const [claimed] = await ground.claim();
      await ground.end({ to: "failed", reason: "blocked", error: "Forbidden" }, claimed!);
      const [record] = await ground.list("failed");
      assert.deepEqual(
        [record?.id, record?.reason, record?.error],
        [first, "blocked", "Forbidden"],
      );
      assert.deepEqual(idsOf(await ground.claim()), [second]);
    });

    it("moves what waits for a group to the supergroup that it became", async () => {
      const [first, second] = await ground.enqueue(newSend("-1"), newSend("-1"));
      const [claimed] = await ground.claim();
      await ground.end({ to: "moved", lane: "-100200" }, claimed!);
      const [moved] = await ground.claim();
      assert.deepEqual([moved?.lane, moved?.id], ["-100200", first]);
      await ground.end(SENT, moved!);
      assert.deepEqual(idsOf(await ground.claim()), [second]);
    });

    it("does what a person decides", async () => {
      const keys = ["a", "b", "c"];
      const ids = await ground.enqueue(...keys.map((key) => newSend(key, { parks: true })));
      const decide = (id: number, decision: "sent" | "again" | "drop") =>
        ground.store.outbox.ask({ do: "decide", id, decision, times: ground.times });
      await ground.claim();
      assert.equal(await decide(ids[0]!, "again"), "in-flight");
      await ground.open();
      assert.equal(await decide(ids[0]!, "again"), "decided");
      assert.equal(await decide(ids[1]!, "sent"), "decided");
      assert.equal(await decide(ids[2]!, "drop"), "decided");
      assert.equal(await decide(ids[2]! + 1_000, "drop"), "unknown");
      assert.deepEqual(idsOf(await ground.claim()), [ids[0]]);
      assert.equal((await ground.list("failed"))[0]?.reason, "dropped");
      assert.equal((await ground.list("sent"))[0]?.id, ids[1]);
    });

    it("commits a handler's sends with its update, once", async () => {
      const { store } = ground;
      const accepted = await store.accept(newUpdate(1, { begin: true }));
      assert.equal(accepted.status, "stored");
      const { seq } = accepted as { readonly seq: number };
      const writes = [{ to: "send", send: newSend("1") } as const];
      const outbox = { writes, times: ground.times };
      const ending = { to: "done", handler: "h", writes: [], outbox } as const;
      const settlement = { seq, attempt: 1, ending, atMs: START_MS, next: undefined };
      assert.equal(await store.settle(settlement), "applied");
      assert.equal(await store.settle(settlement), "applied");
      assert.equal((await ground.drain()).length, 1);
    });

    it("enqueues nothing of an attempt that is not the newest", async () => {
      const { store } = ground;
      const accepted = await store.accept(newUpdate(1, { begin: true }));
      const { seq } = accepted as { readonly seq: number };
      await store.begin({ seq, attempt: 2 });
      const writes = [{ to: "send", send: newSend("1") } as const];
      const outbox = { writes, times: ground.times };
      const ending = { to: "done", handler: "h", writes: [], outbox } as const;
      const old = { seq, attempt: 1, ending, atMs: START_MS, next: undefined };
      assert.equal(await store.settle(old), "fenced");
      assert.deepEqual(await ground.claim(), []);
    });

    it("carries a broadcast out, counts it, and keeps only what failed", async () => {
      const chats = Array.from({ length: 250 }, (_, at) => `${at + 1}`);
      const id = await ground.broadcast(chats);
      const seen = new Set<string>();
      for (;;) {
        const sends = await ground.claim();
        if (sends.length === 0) break;
        for (const { lane } of sends) assert.ok(!seen.has(lane) && seen.add(lane));
        const [refused, ...others] = sends;
        await ground.end({ to: "failed", reason: "blocked", error: "Forbidden" }, refused!);
        await ground.end(SENT, ...others);
        ground.nowMs += 1_100;
      }
      assert.equal(seen.size, 250);
      const { state, sent, failed } = await ground.progress(id);
      assert.equal(state, "done");
      assert.equal(sent + failed, 250);
      assert.equal((await ground.list("failed")).length, failed);
      assert.deepEqual(await ground.list("sent"), []);
    });

    it("lets an answer overtake a broadcast, which leaves room for it", async () => {
      await ground.broadcast(Array.from({ length: 100 }, (_, at) => `${at + 1}`));
      const limits = readLimits({ perSecond: 30 });
      assert.equal((await ground.claim({ limits })).length, 25);
      await ground.enqueue(newSend("999", { priority: 0 }));
      assert.deepEqual(lanesOf(await ground.claim({ limits })), ["999"]);
    });

    it("sends each chat the older of two broadcasts first, whatever the order of the chats", async () => {
      const chats = Array.from({ length: 600 }, (_, at) => `${at + 1}`);
      const older = await ground.broadcast(chats);
      const newer = await ground.broadcast(chats.toReversed());
      const got = new Map<string, (number | undefined)[]>();
      for (;;) {
        const sends = await ground.claim();
        if (sends.length === 0) break;
        for (const { lane, broadcastId } of sends) {
          got.set(lane, [...(got.get(lane) ?? []), broadcastId]);
        }
        await ground.end(SENT, ...sends);
        ground.nowMs += 1_100;
      }
      assert.equal(got.size, 600);
      for (const [lane, ids] of got) assert.deepEqual([lane, ids], [lane, [older, newer]]);
    });

    it("pauses, resumes and cancels a broadcast, also across a restart", async () => {
      const id = await ground.broadcast(Array.from({ length: 150 }, (_, at) => `${at + 1}`));
      const [first] = await ground.claim({ room: 1 });
      await ground.setBroadcast(id, "paused");
      await ground.end({ to: "unsent" }, first!);
      assert.deepEqual(await ground.claim(), []);
      await ground.open();
      assert.deepEqual(await ground.claim(), []);
      await ground.setBroadcast(id, "running");
      const sends = await ground.claim({ room: 10 });
      assert.equal(sends.length, 10);
      await ground.end(SENT, ...sends.slice(0, 9));
      await ground.setBroadcast(id, "cancelled");
      await ground.end(SENT, sends[9]!);
      assert.deepEqual(await ground.claim(), []);
      const expected = { state: "cancelled", total: 150, sent: 10, failed: 0 };
      assert.deepEqual(await ground.progress(id), expected);
      assert.equal(await ground.setBroadcast(id, "running"), undefined);
    });

    it("knows a broadcast by its key, and collects one anew that was cut off", async () => {
      const id = await ground.broadcast(["1"], "news");
      const made = { botId: BOT, method: "sendMessage", params: "{}", cost: 1, parks: false };
      const create = (key: string) => {
        const broadcast = { ...made, key, nowMs: START_MS };
        return ground.store.outbox.ask({ do: "createBroadcast", broadcast });
      };
      assert.deepEqual(await create("news"), { status: "known", id });
      const cut = await create("other");
      const add = { do: "addChats", id: cut.id, chunk: 0, entries: ["1", "2"] } as const;
      await ground.store.outbox.ask(add);
      await ground.store.outbox.ask(add);
      assert.equal((await ground.progress(cut.id)).total, 2);
      assert.deepEqual(await create("other"), { status: "new", id: cut.id });
      assert.equal((await ground.progress(cut.id)).total, 0);
    });

    it("sends a broadcast's chats their own parameters", async () => {
      const made = { botId: BOT, key: undefined, method: "sendMessage", cost: 1, parks: false };
      const broadcast = { ...made, params: '{"text":"Hi","a":1}', nowMs: START_MS };
      const { id } = await ground.store.outbox.ask({ do: "createBroadcast", broadcast });
      const entries = ["1", ["2", '{"text":"Hi, Two"}']] as const;
      await ground.store.outbox.ask({ do: "addChats", id, chunk: 0, entries });
      await ground.setBroadcast(id, "running");
      const params = (await ground.claim()).map((it) => JSON.parse(it.params) as unknown);
      assert.deepEqual(params, [
        { text: "Hi", a: 1 },
        { text: "Hi, Two", a: 1 },
      ]);
    });

    it("counts what is where", async () => {
      await ground.enqueue(newSend("1"), newSend("2"), newSend("2"));
      await ground.enqueue(newSend("3", { atMs: START_MS + 1_000 }));
      const [claimed] = await ground.claim({ room: 1 });
      ground.nowMs += 500;
      const { ready, scheduled, sending, oldestDueMs } = await ground.counts();
      assert.deepEqual([ready, scheduled, sending, oldestDueMs], [2, 1, 1, START_MS]);
      await ground.end(SENT, claimed!);
      assert.equal((await ground.counts()).sending, 0);
    });

    it("forgets what has ended, and nothing that is to be sent", async () => {
      await ground.enqueue(newSend("1", { key: "k" }));
      await ground.drain();
      await ground.enqueue(newSend("2"), newSend("3", { atMs: START_MS + 9_000_000 }));
      ground.nowMs += 600_000;
      const sweep = (): Promise<number> => {
        const options = { ...ground.times, endedBeforeMs: ground.nowMs, limit: 100 };
        return ground.store.outbox.ask({ do: "sweep", sweep: options });
      };
      assert.equal(await sweep(), 2);
      assert.equal(await sweep(), 0);
      const { ready, scheduled } = await ground.counts();
      assert.deepEqual([ready, scheduled], [1, 1]);
      assert.equal((await ground.enqueue(newSend("1", { key: "k" }))).length, 1);
    });
  });
}
