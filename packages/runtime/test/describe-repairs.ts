import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { RepairPlan } from "../src/store/repair-store.ts";
import { ANY_EFFECT, type EffectKind, type ParkedFilter, type Store } from "../src/store/store.ts";
import { newUpdate, NOW_MS, type StoreLife } from "./store-ground.ts";

/** What every store must do for whoever looks after what went wrong. */
export function describeRepairs({ current, reopen, begin }: StoreLife): void {
  const store = (): Store => current().store;

  async function record(seq: number, key: string, kind: EffectKind, attempt = 1): Promise<void> {
    const value = kind === "result" || kind === "repeated" ? "1" : undefined;
    const entry = { key, attempt, kind, value, atMs: NOW_MS };
    assert.equal(await store().record({ seq, attempt }, entry), "applied");
  }

  async function park(seq: number, reason: "failed" | "killed-process" | "ambiguous", attempt = 1) {
    const ending = { to: "parked", reason, error: "boom" } as const;
    await store().settle({ seq, attempt, ending, atMs: NOW_MS, next: undefined });
  }

  const keysOf = async (seq: number): Promise<(readonly [string, EffectKind])[]> =>
    (await store().journal(seq)).map(({ key, kind }) => [key, kind] as const);

  describe("effects in doubt", () => {
    it("are listed with their updates, newest first, by pages", async () => {
      for (const updateId of [1, 2, 3]) {
        const seq = await begin(updateId);
        await record(seq, "plain", "result");
        await record(seq, "twice", "repeated");
        await record(seq, "lost", "unknown");
        await record(seq, "not", "failed");
      }
      await reopen();
      const page = await store().repairs.doubts({ limit: 2 });
      assert.deepEqual(
        page.map(({ updateId, status }) => [updateId, status]),
        [
          [3, "live"],
          [2, "live"],
        ],
      );
      assert.deepEqual(
        page[0]!.effects.map(({ key, kind, attempt, atMs }) => [key, kind, attempt, atMs]),
        [
          ["twice", "repeated", 1, NOW_MS],
          ["lost", "unknown", 1, NOW_MS],
        ],
      );
      const rest = await store().repairs.doubts({ beforeSeq: page[1]!.seq });
      assert.deepEqual(
        rest.map(({ updateId }) => updateId),
        [1],
      );
    });

    it("are not those that are in flight, but those that were never ended", async () => {
      const seq = await begin(1);
      await record(seq, "send", "intent");
      assert.deepEqual(await store().repairs.doubts({}), []);
      await park(seq, "ambiguous");
      const [doubtful = assert.fail()] = await store().repairs.doubts({});
      assert.deepEqual([doubtful.status, doubtful.effects[0]?.kind], ["parked", "intent"]);
    });
  });

  describe("a replay", () => {
    it("changes nothing before each intent is decided", async () => {
      const seq = await begin(1);
      await record(seq, "one", "intent");
      await record(seq, "two", "intent");
      await park(seq, "ambiguous");
      const one = { key: "one", kind: "result", value: "7" } as const;
      const none = { key: "none", kind: "unknown", value: undefined } as const;
      assert.deepEqual(await store().replay(seq), { status: "undecided", effects: ["one", "two"] });
      assert.deepEqual(await store().replay(seq, [one]), { status: "undecided", effects: ["two"] });
      assert.deepEqual(await store().replay(seq, [one, none]), {
        status: "no-such-effect",
        effects: ["none"],
      });
      assert.deepEqual(await keysOf(seq), [
        ["one", "intent"],
        ["two", "intent"],
      ]);
      assert.equal(store().stats().parked, 1);
    });

    it("writes the decisions down", async () => {
      const seq = await begin(1);
      for (const key of ["one", "two", "three"]) await record(seq, key, "intent");
      await park(seq, "ambiguous");
      const replayed = await store().replay(seq, [
        { key: "one", kind: "result", value: '{"id":7}' },
        { key: "two", kind: "unknown", value: undefined },
        { key: "three", kind: "result", value: undefined },
      ]);
      assert.ok(replayed.status === "replayed");
      assert.deepEqual(
        (await store().journal(replayed.seq)).map(({ key, kind, value }) => [key, kind, value]),
        [
          ["one", "result", '{"id":7}'],
          ["two", "unknown", undefined],
          ["three", "result", undefined],
        ],
      );
    });

    it("does not forget that a process died in an attempt", async () => {
      const killed = await begin(1);
      await park(killed, "killed-process");
      const failed = await begin(2);
      await park(failed, "failed");
      const journals: (readonly [string, EffectKind])[][] = [];
      for (const seq of [killed, failed]) {
        const replayed = await store().replay(seq);
        assert.ok(replayed.status === "replayed");
        journals.push(await keysOf(replayed.seq));
      }
      assert.deepEqual(journals, [[[ANY_EFFECT, "unknown"]], []]);
    });
  });

  describe("a filter of dead letters", () => {
    it("finds those to which all of it applies", async () => {
      const one = await begin(1);
      const two = await begin(2, { botId: 8, lane: "b" });
      const three = await begin(3, { lane: "b" });
      await park(one, "failed");
      await park(two, "ambiguous");
      const ending = { to: "parked", reason: "failed", error: "no 100% of_it" } as const;
      await store().settle({ seq: three, attempt: 1, ending, atMs: NOW_MS + 5, next: undefined });
      const filters: [ParkedFilter, number[]][] = [
        [{}, [3, 2, 1]],
        [{ botId: 8 }, [2]],
        [{ lane: "b" }, [3, 2]],
        [{ lane: "b", botId: 7 }, [3]],
        [{ reason: "failed" }, [3, 1]],
        [{ parkedFromMs: NOW_MS + 1 }, [3]],
        [{ parkedFromMs: NOW_MS, parkedToMs: NOW_MS + 5 }, [2, 1]],
        [{ errorIncludes: "100% of_" }, [3]],
        [{ errorIncludes: "OOM" }, []],
        [{ errorIncludes: "oom", botId: 7 }, [1]],
      ];
      for (const [filter, expected] of filters) {
        const found = await store().parked(filter);
        const ids = found.map(({ updateId }) => updateId);
        assert.deepEqual(ids, expected, JSON.stringify(filter));
      }
    });
  });

  describe("discarding", () => {
    it("is a decision that is kept", async () => {
      const seq = await begin(1);
      await park(seq, "failed");
      assert.equal(await store().repairs.discard(seq, "spam", NOW_MS + 7), true);
      assert.equal(await store().repairs.discard(seq, "again", NOW_MS + 8), false);
      assert.deepEqual(await store().replay(seq), { status: "unknown" });
      await reopen();
      assert.equal(store().stats().parked, 0);
      assert.equal((await store().accept(newUpdate(1))).status, "duplicate");
      const record = await store().repairs.record({ botId: 7, updateId: 1 });
      assert.deepEqual(record, {
        seq,
        botId: 7,
        updateId: 1,
        lane: "a",
        status: "discarded",
        attempts: 1,
        receivedAtMs: NOW_MS,
        settledAtMs: NOW_MS + 7,
        outcome: "spam",
        error: "boom",
      });
      assert.deepEqual(await store().repairs.record({ seq }), record);
      assert.equal(await store().repairs.record({ seq: seq + 1 }), undefined);
    });
  });

  describe("a repair", () => {
    const plan = (more: Partial<RepairPlan> = {}): RepairPlan => ({
      action: "replay",
      filter: {},
      ratePerSecond: 10,
      note: "",
      atMs: NOW_MS,
      ...more,
    });

    async function planned(more?: Partial<RepairPlan>): Promise<number> {
      const answer = await store().repairs.plan(plan(more));
      assert.ok("id" in answer);
      return answer.id;
    }

    async function parkSome(...updateIds: number[]): Promise<number[]> {
      const seqs: number[] = [];
      for (const updateId of updateIds) {
        const seq = await begin(updateId);
        await park(seq, "failed");
        seqs.push(seq);
      }
      return seqs;
    }

    const counts = async (id: number): Promise<unknown[]> => {
      const { status, total, pending, applied, gone, undecided } = (await store().repairs.get(id))!;
      return [status, total, pending, applied, gone, undecided];
    };

    it("is about what was parked when it was planned, and does nothing before it is started", async () => {
      await parkSome(1, 2);
      const filter = { reason: "failed" } as const;
      const id = await planned({ filter, note: "deploy 7", ratePerSecond: 2.5 });
      await parkSome(3);
      await reopen();
      const [repair] = await store().repairs.list();
      assert.deepEqual(repair, {
        id,
        action: "replay",
        filter,
        ratePerSecond: 2.5,
        note: "deploy 7",
        status: "planned",
        createdAtMs: NOW_MS,
        startedAtMs: undefined,
        endedAtMs: undefined,
        total: 2,
        pending: 2,
        applied: 0,
        gone: 0,
        undecided: 0,
      });
      assert.deepEqual(await store().repairs.running(), []);
      assert.equal((await store().repairs.step(id, NOW_MS)).status, "planned");
      assert.equal(store().stats().parked, 3);
    });

    it("replays at its rate, oldest first, and leaves out what came later", async () => {
      await parkSome(1, 2, 3);
      const id = await planned({ ratePerSecond: 10 });
      await parkSome(4);
      assert.equal(await store().repairs.turn(id, "running", NOW_MS), true);
      assert.equal(await store().repairs.turn(id, "running", NOW_MS), false);
      assert.deepEqual(await store().repairs.running(), [id]);
      const first = await store().repairs.step(id, NOW_MS);
      assert.deepEqual(first, { status: "running", nextAtMs: NOW_MS + 100 });
      assert.deepEqual(await store().repairs.step(id, NOW_MS + 99), first);
      assert.deepEqual(await counts(id), ["running", 3, 2, 1, 0, 0]);
      await reopen();
      await store().repairs.step(id, NOW_MS + 200);
      assert.deepEqual(await counts(id), ["running", 3, 0, 3, 0, 0]);
      await store().repairs.step(id, NOW_MS + 300);
      const { status, startedAtMs, endedAtMs } = (await store().repairs.get(id))!;
      assert.deepEqual([status, startedAtMs, endedAtMs], ["done", NOW_MS, NOW_MS + 300]);
      await store().claim(10);
      assert.deepEqual(
        current().found.map(({ updateId }) => updateId),
        [1, 2, 3],
      );
      const { live, parked } = store().stats();
      assert.deepEqual([live, parked], [3, 1]);
    });

    it("says of each dead letter that it did not change why", async () => {
      const [one = NaN, two = NaN, three = NaN] = await parkSome(1, 2, 3);
      const doubtful = await begin(4);
      await record(doubtful, "send", "intent");
      await park(doubtful, "ambiguous");
      const id = await planned({ ratePerSecond: 1_000 });
      await store().repairs.discard(two, "", NOW_MS);
      await store().replay(three);
      await store().repairs.turn(id, "running", NOW_MS);
      await store().repairs.step(id, NOW_MS + 1_000);
      assert.deepEqual(await counts(id), ["done", 4, 0, 1, 2, 1]);
      assert.deepEqual(await store().repairs.leftOut(id, {}), [
        { seq: two, because: "gone" },
        { seq: three, because: "gone" },
        { seq: doubtful, because: "undecided" },
      ]);
      assert.equal(await store().repairs.record({ seq: one }), undefined);
    });

    it("stops where it is when it is aborted", async () => {
      const [, second = NaN] = await parkSome(1, 2);
      const id = await planned({ action: "discard", note: "spam" });
      await store().repairs.turn(id, "running", NOW_MS);
      await store().repairs.step(id, NOW_MS);
      assert.equal(await store().repairs.turn(id, "aborted", NOW_MS + 1), true);
      assert.equal(await store().repairs.turn(id, "aborted", NOW_MS + 2), false);
      assert.equal((await store().repairs.step(id, NOW_MS + 1_000)).status, "aborted");
      assert.deepEqual(await counts(id), ["aborted", 2, 1, 1, 0, 0]);
      const rest = await store().repairs.leftOut(id, {});
      assert.deepEqual(rest, [{ seq: second, because: "pending" }]);
      const record = await store().repairs.record({ botId: 7, updateId: 1 });
      assert.deepEqual([record?.status, record?.outcome], ["discarded", "spam"]);
      assert.equal(store().stats().parked, 1);
    });

    it("is forgotten like an update that is done", async () => {
      await parkSome(1, 2, 3);
      const id = await planned();
      await store().repairs.turn(id, "running", NOW_MS);
      await store().repairs.turn(id, "aborted", NOW_MS);
      const retention = { payloadBeforeMs: 0, expiredBeforeMs: 0, limit: 2 };
      const notThis = { ...retention, plannedBeforeMs: NOW_MS + 1, settledBeforeMs: NOW_MS };
      for (let batch = 0; batch < 3; batch += 1) await store().sweep(notThis);
      assert.deepEqual(await counts(id), ["aborted", 3, 3, 0, 0, 0]);
      for (let batch = 0; batch < 3; batch += 1) {
        await store().sweep({ ...retention, settledBeforeMs: NOW_MS + 1 });
      }
      assert.deepEqual(await store().repairs.list(), []);
      assert.deepEqual(await store().repairs.leftOut(id, {}), []);
    });

    it("cannot be started any more, and is forgotten, when it was planned too long ago", async () => {
      await parkSome(1, 2, 3);
      const id = await planned();
      const later = await planned({ atMs: NOW_MS + 1 });
      const retention = { settledBeforeMs: NOW_MS, payloadBeforeMs: 0, expiredBeforeMs: 0 };
      const sweep = () => store().sweep({ ...retention, plannedBeforeMs: NOW_MS + 1, limit: 2 });
      await sweep();
      assert.equal(await store().repairs.turn(id, "running", NOW_MS), false);
      while ((await sweep()) > 0);
      assert.deepEqual(await store().repairs.leftOut(id, {}), []);
      const left = (await store().repairs.list()).map((repair) => repair.id);
      assert.deepEqual(left, [later]);
      assert.equal(await store().repairs.turn(later, "running", NOW_MS), true);
      assert.deepEqual(await counts(later), ["running", 3, 3, 0, 0, 0]);
    });
  });

  describe("pauses", () => {
    it("are kept, in the order in which they were made", async () => {
      const { pauses } = store();
      const bot = { botId: 7, sinceMs: NOW_MS, note: "deploy" };
      const lane = { lane: "7:bot:1", sinceMs: NOW_MS + 1, note: "" };
      assert.equal(await pauses.pause(bot), true);
      assert.equal(await pauses.pause(lane), true);
      assert.equal(await pauses.pause({ ...bot, note: "again" }), false);
      await reopen();
      assert.deepEqual(await store().pauses.list(), [bot, lane]);
      assert.equal(await store().pauses.resume({ botId: 7 }), true);
      assert.equal(await store().pauses.resume({ botId: 7 }), false);
      assert.equal(await store().pauses.resume({ lane: "none" }), false);
      assert.deepEqual(await store().pauses.list(), [lane]);
    });
  });
}
