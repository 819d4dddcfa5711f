import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { readLimits } from "../src/outbox/send-limits.ts";
import { BOT, lanesOf, newSend, type OutboxGround, SENT, START_MS } from "./outbox-ground.ts";

/** What every store must do with broadcasts. */
export function describeOutboxBroadcasts(current: () => OutboxGround): void {
  describe("a broadcast", () => {
    it("carries a broadcast out, counts it, and keeps only what failed", async () => {
      const chats = Array.from({ length: 250 }, (_, at) => `${at + 1}`);
      const id = await current().broadcast(chats);
      const seen = new Set<string>();
      for (;;) {
        const sends = await current().claim();
        if (sends.length === 0) break;
        for (const { lane } of sends) assert.ok(!seen.has(lane) && seen.add(lane));
        const [refused, ...others] = sends;
        await current().end({ to: "failed", reason: "blocked", error: "Forbidden" }, refused!);
        await current().end(SENT, ...others);
        current().nowMs += 1_100;
      }
      assert.equal(seen.size, 250);
      const { state, sent, failed } = await current().progress(id);
      assert.equal(state, "done");
      assert.equal(sent + failed, 250);
      assert.equal((await current().list("failed")).length, failed);
      assert.deepEqual(await current().list("sent"), []);
    });

    it("lets an answer overtake a broadcast, which leaves room for it", async () => {
      await current().broadcast(Array.from({ length: 100 }, (_, at) => `${at + 1}`));
      const limits = readLimits({ perSecond: 30 });
      assert.equal((await current().claim({ limits })).length, 25);
      await current().enqueue(newSend("999", { priority: 0 }));
      assert.deepEqual(lanesOf(await current().claim({ limits })), ["999"]);
    });

    it("sends each chat the older of two broadcasts first, whatever the order of the chats", async () => {
      const chats = Array.from({ length: 600 }, (_, at) => `${at + 1}`);
      const older = await current().broadcast(chats);
      const newer = await current().broadcast(chats.toReversed());
      const got = new Map<string, (number | undefined)[]>();
      for (;;) {
        const sends = await current().claim();
        if (sends.length === 0) break;
        for (const { lane, broadcastId } of sends) {
          got.set(lane, [...(got.get(lane) ?? []), broadcastId]);
        }
        await current().end(SENT, ...sends);
        current().nowMs += 1_100;
      }
      assert.equal(got.size, 600);
      for (const [lane, ids] of got) assert.deepEqual([lane, ids], [lane, [older, newer]]);
    });

    it("pauses, resumes and cancels a broadcast, also across a restart", async () => {
      const id = await current().broadcast(Array.from({ length: 150 }, (_, at) => `${at + 1}`));
      const [first] = await current().claim({ room: 1 });
      await current().setBroadcast(id, "paused");
      await current().end({ to: "unsent" }, first!);
      assert.deepEqual(await current().claim(), []);
      await current().open();
      assert.deepEqual(await current().claim(), []);
      await current().setBroadcast(id, "running");
      const sends = await current().claim({ room: 10 });
      assert.equal(sends.length, 10);
      await current().end(SENT, ...sends.slice(0, 9));
      await current().setBroadcast(id, "cancelled");
      await current().end(SENT, sends[9]!);
      assert.deepEqual(await current().claim(), []);
      const expected = { state: "cancelled", total: 150, sent: 10, failed: 0 };
      assert.deepEqual(await current().progress(id), expected);
      assert.equal(await current().setBroadcast(id, "running"), undefined);
    });

    it("knows a broadcast by its key, and collects one anew that was cut off", async () => {
      const id = await current().broadcast(["1"], "news");
      const made = { botId: BOT, method: "sendMessage", params: "{}", cost: 1, parks: false };
      const create = (key: string) => {
        const broadcast = { ...made, key, nowMs: START_MS };
        return current().store.outbox.ask({ do: "createBroadcast", broadcast });
      };
      assert.deepEqual(await create("news"), { status: "known", id });
      const cut = await create("other");
      const add = { do: "addChats", id: cut.id, chunk: 0, entries: ["1", "2"] } as const;
      await current().store.outbox.ask(add);
      await current().store.outbox.ask(add);
      assert.equal((await current().progress(cut.id)).total, 2);
      assert.deepEqual(await create("other"), { status: "new", id: cut.id });
      assert.equal((await current().progress(cut.id)).total, 0);
    });

    it("sends a broadcast's chats their own parameters", async () => {
      const made = { botId: BOT, key: undefined, method: "sendMessage", cost: 1, parks: false };
      const broadcast = { ...made, params: '{"text":"Hi","a":1}', nowMs: START_MS };
      const { id } = await current().store.outbox.ask({ do: "createBroadcast", broadcast });
      const entries = ["1", ["2", '{"text":"Hi, Two"}']] as const;
      await current().store.outbox.ask({ do: "addChats", id, chunk: 0, entries });
      await current().setBroadcast(id, "running");
      const params = (await current().claim()).map((it) => JSON.parse(it.params) as unknown);
      assert.deepEqual(params, [
        { text: "Hi", a: 1 },
        { text: "Hi, Two", a: 1 },
      ]);
    });
  });
}
