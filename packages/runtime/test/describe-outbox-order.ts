import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { NewSend } from "../src/store/outbox/outbox-store.ts";
import {
  BOT,
  BULK,
  idsOf,
  lanesOf,
  newSend,
  NORMAL,
  type OutboxGround,
  SENT,
  START_MS,
} from "./outbox-ground.ts";

/** What every store must keep of the order in which sends go out. */
export function describeOutboxOrder(current: () => OutboxGround): void {
  describe("the order of sends", () => {
    it("gives out one send of a lane at a time, in the order of enqueueing", async () => {
      const [first, second] = await current().enqueue(newSend("1"), newSend("1"), newSend("2"));
      const claimed = await current().claim();
      assert.deepEqual(lanesOf(claimed), ["1", "2"]);
      assert.equal(claimed[0]!.id, first);
      assert.deepEqual(await current().claim(), []);
      assert.deepEqual(await current().end(SENT, claimed[0]!), [true]);
      assert.deepEqual(idsOf(await current().claim()), [second]);
    });

    it("lets what is more urgent overtake, also in its own lane", async () => {
      const sends = [BULK, NORMAL, 0].map((priority) => newSend("1", { priority }));
      const [bulk, normal, interactive] = await current().enqueue(...sends);
      assert.deepEqual(await current().drain(), [interactive, normal, bulk]);
    });

    it("gives out scheduled sends when they are due, by time", async () => {
      const at = (ms: number): Partial<NewSend> => ({ atMs: START_MS + ms });
      const [late, early] = await current().enqueue(
        newSend("1", at(2_000)),
        newSend("1", at(1_000)),
        newSend("1", at(5_000)),
      );
      const turned = await current().turn();
      assert.deepEqual(turned.sends, []);
      assert.equal(turned.nextMs, 1_000);
      current().nowMs += 3_000;
      assert.deepEqual(await current().drain(), [early, late]);
      assert.equal((await current().list("scheduled")).length, 1);
    });

    it("puts a scheduled send behind what was in its lane before it fell due", async () => {
      const scheduled = newSend("1", { atMs: START_MS + 1_000 });
      const [timed, plain] = await current().enqueue(scheduled, newSend("1"));
      current().nowMs += 1_000;
      assert.deepEqual(await current().drain(), [plain, timed]);
    });

    it("takes a key once, also when the send is over", async () => {
      const [id] = await current().enqueue(newSend("1", { key: "k" }));
      const again = { to: "send", send: newSend("1", { key: "k" }) } as const;
      const [written] = await current().write(again);
      assert.deepEqual(written, { status: "duplicate", id });
      assert.deepEqual(await current().drain(), [id]);
      assert.equal((await current().write(again))[0]!.status, "duplicate");
      assert.deepEqual(await current().drain(), []);
    });

    it("takes one of several sends with the same key in one write", async () => {
      const send = { to: "send", send: newSend("1", { key: "k" }) } as const;
      const written = await current().write(send, send);
      assert.deepEqual(
        written.map(({ status }) => status),
        ["enqueued", "duplicate"],
      );
    });

    it("cancels what is not under way, and frees its key in the same write", async () => {
      await current().enqueue(newSend("1", { key: "k", atMs: START_MS + 1 }));
      const send = newSend("2", { key: "k" });
      const written = await current().write(
        { to: "cancel", botId: BOT, key: "k" },
        { to: "send", send },
      );
      assert.deepEqual(
        written.map(({ status }) => status),
        ["cancelled", "enqueued"],
      );
      current().nowMs += 10;
      assert.deepEqual(lanesOf(await current().claim()), ["2"]);
      assert.equal(await current().cancel("k"), "too-late");
      assert.equal(await current().cancel("other"), "unknown");
    });

    it("goes on with the next send of a lane when the first is cancelled", async () => {
      const [, second] = await current().enqueue(
        newSend("1", { key: "k", priority: 0 }),
        newSend("1"),
      );
      assert.equal(await current().cancel("k"), "cancelled");
      assert.deepEqual(idsOf(await current().claim()), [second]);
    });

    it("keeps the lane's order when a send fails for a while", async () => {
      const [first] = await current().enqueue(newSend("1"), newSend("1"), newSend("2"));
      const claimed = await current().claim();
      const again = { to: "again", delayMs: 500, doubtful: false, error: "502" } as const;
      await current().end(again, claimed[0]!);
      assert.deepEqual(await current().claim(), []);
      current().nowMs += 500;
      const [retried] = await current().claim();
      assert.equal(retried?.id, first);
      assert.equal(retried?.failures, 1);
      assert.equal(retried?.failingSinceMs, START_MS);
    });
  });
}
