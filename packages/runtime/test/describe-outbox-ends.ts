import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { idsOf, lanesOf, newSend, type OutboxGround, SENT, START_MS } from "./outbox-ground.ts";
import { newUpdate } from "./store-ground.ts";

/** What every store must do with sends that end, are lost or are decided about. */
export function describeOutboxEnds(current: () => OutboxGround): void {
  describe("the end of a send", () => {
    it("flags what was in flight when the process died, or parks it", async () => {
      const sends = [newSend("1"), newSend("2", { parks: true }), newSend("3")];
      const [repeated, parked] = await current().enqueue(...sends);
      await current().claim({ room: 2 });
      await current().open();
      const doubtful = await current().list("doubtful");
      const again = doubtful.find(({ id }) => id === repeated);
      assert.deepEqual([again?.state, again?.doubts], ["ready", 1]);
      assert.deepEqual(
        (await current().list("parked")).map(({ id }) => id),
        [parked],
      );
      assert.deepEqual(lanesOf(await current().claim()).toSorted(), ["1", "3"]);
    });

    it("takes back without a flag what a lost turn has claimed", async () => {
      await current().enqueue(newSend("1"), newSend("2"));
      const [one] = await current().claim({ room: 1 });
      const [two] = await current().claim({ room: 1 });
      const recovery = { ...current().times, inFlight: [one!.id], isStart: false };
      const { found } = await current().store.outbox.ask({ do: "recover", recovery });
      assert.equal(found, 1);
      assert.deepEqual(await current().list("doubtful"), []);
      assert.deepEqual(idsOf(await current().claim()), [two!.id]);
    });

    it("applies an end once, and none of an older claim", async () => {
      await current().enqueue(newSend("1"));
      const [first] = await current().claim();
      assert.deepEqual(await current().end({ to: "unsent" }, first!), [true]);
      const [second] = await current().claim();
      assert.deepEqual(await current().end(SENT, first!), [false]);
      assert.deepEqual(await current().end(SENT, second!), [true]);
      assert.deepEqual(await current().end(SENT, second!), [false]);
    });

    it("believes that a send is sent although its claim was taken back", async () => {
      await current().enqueue(newSend("1"));
      const [send] = await current().claim();
      await current().open();
      assert.deepEqual(await current().end(SENT, send!), [true]);
      assert.deepEqual(await current().claim(), []);
      const [record] = await current().list("sent");
      assert.deepEqual([record?.doubts, record?.messageId, record?.params], [1, 5, undefined]);
    });

    it("records what failed for good, and goes on in the lane", async () => {
      const [first, second] = await current().enqueue(newSend("1"), newSend("1"));
      const [claimed] = await current().claim();
      await current().end({ to: "failed", reason: "blocked", error: "Forbidden" }, claimed!);
      const [record] = await current().list("failed");
      assert.deepEqual(
        [record?.id, record?.reason, record?.error],
        [first, "blocked", "Forbidden"],
      );
      assert.deepEqual(idsOf(await current().claim()), [second]);
    });

    it("moves what waits for a group to the supergroup that it became", async () => {
      const [first, second] = await current().enqueue(newSend("-1"), newSend("-1"));
      const [claimed] = await current().claim();
      await current().end({ to: "moved", lane: "-100200" }, claimed!);
      const [moved] = await current().claim();
      assert.deepEqual([moved?.lane, moved?.id], ["-100200", first]);
      await current().end(SENT, moved!);
      assert.deepEqual(idsOf(await current().claim()), [second]);
    });

    it("does what a person decides", async () => {
      const keys = ["a", "b", "c"];
      const ids = await current().enqueue(...keys.map((key) => newSend(key, { parks: true })));
      const decide = (id: number, decision: "sent" | "again" | "drop") =>
        current().store.outbox.ask({ do: "decide", id, decision, times: current().times });
      await current().claim();
      assert.equal(await decide(ids[0]!, "again"), "in-flight");
      await current().open();
      assert.equal(await decide(ids[0]!, "again"), "decided");
      assert.equal(await decide(ids[1]!, "sent"), "decided");
      assert.equal(await decide(ids[2]!, "drop"), "decided");
      assert.equal(await decide(ids[2]! + 1_000, "drop"), "unknown");
      assert.deepEqual(idsOf(await current().claim()), [ids[0]]);
      assert.equal((await current().list("failed"))[0]?.reason, "dropped");
      assert.equal((await current().list("sent"))[0]?.id, ids[1]);
    });

    it("commits a handler's sends with its update, once", async () => {
      const { store } = current();
      const accepted = await store.accept(newUpdate(1, { begin: true }));
      assert.equal(accepted.status, "stored");
      const { seq } = accepted as { readonly seq: number };
      const writes = [{ to: "send", send: newSend("1") } as const];
      const outbox = { writes, times: current().times };
      const ending = { to: "done", handler: "h", writes: [], outbox } as const;
      const settlement = { seq, attempt: 1, ending, atMs: START_MS, next: undefined };
      assert.equal(await store.settle(settlement), "applied");
      assert.equal(await store.settle(settlement), "applied");
      assert.equal((await current().drain()).length, 1);
    });

    it("enqueues nothing of an attempt that is not the newest", async () => {
      const { store } = current();
      const accepted = await store.accept(newUpdate(1, { begin: true }));
      const { seq } = accepted as { readonly seq: number };
      await store.begin({ seq, attempt: 2 });
      const writes = [{ to: "send", send: newSend("1") } as const];
      const outbox = { writes, times: current().times };
      const ending = { to: "done", handler: "h", writes: [], outbox } as const;
      const old = { seq, attempt: 1, ending, atMs: START_MS, next: undefined };
      assert.equal(await store.settle(old), "fenced");
      assert.deepEqual(await current().claim(), []);
    });

    it("counts what is where", async () => {
      await current().enqueue(newSend("1"), newSend("2"), newSend("2"));
      await current().enqueue(newSend("3", { atMs: START_MS + 1_000 }));
      const [claimed] = await current().claim({ room: 1 });
      current().nowMs += 500;
      const { ready, scheduled, sending, oldestDueMs } = await current().counts();
      assert.deepEqual([ready, scheduled, sending, oldestDueMs], [2, 1, 1, START_MS]);
      await current().end(SENT, claimed!);
      assert.equal((await current().counts()).sending, 0);
    });

    it("forgets what has ended, and nothing that is to be sent", async () => {
      await current().enqueue(newSend("1", { key: "k" }));
      await current().drain();
      await current().enqueue(newSend("2"), newSend("3", { atMs: START_MS + 9_000_000 }));
      current().nowMs += 600_000;
      const sweep = (): Promise<number> => {
        const options = { ...current().times, endedBeforeMs: current().nowMs, limit: 100 };
        return current().store.outbox.ask({ do: "sweep", sweep: options });
      };
      assert.equal(await sweep(), 2);
      assert.equal(await sweep(), 0);
      const { ready, scheduled } = await current().counts();
      assert.deepEqual([ready, scheduled], [1, 1]);
      assert.equal((await current().enqueue(newSend("1", { key: "k" }))).length, 1);
    });
  });
}
