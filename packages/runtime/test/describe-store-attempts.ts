import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { done, parked, settlement, write } from "./store-endings.ts";
import { newUpdate, NOW_MS, seqOf, type StoreLife } from "./store-ground.ts";

/** What every store must do with attempts, and with what is parked after them. */
export function describeStoreAttempts({ current, reopen, begin }: StoreLife): void {
  describe("attempts", () => {
    it("counts an attempt together with the acceptance", async () => {
      await begin(1);
      await current().store.accept(newUpdate(2));
      const { store, found } = await reopen();
      await store.claim(10);
      assert.deepEqual(
        found.map(({ attempts, interrupted }) => [attempts, interrupted]),
        [
          [1, 1],
          [0, 0],
        ],
      );
    });

    it("counts an attempt before it runs, and once however often it is asked", async () => {
      const seq = seqOf(await current().store.accept(newUpdate(1)));
      assert.equal(await current().store.begin({ seq, attempt: 1 }), "applied");
      assert.equal(await current().store.begin({ seq, attempt: 1 }), "applied");
      assert.equal(await current().store.begin({ seq, attempt: 3 }), "fenced");
      const { store, found } = await reopen();
      await store.claim(1);
      assert.equal(found[0]!.attempts, 1);
    });

    it("does not begin what is settled", async () => {
      const seq = await begin(1);
      await current().store.settle(settlement(seq, done()));
      assert.equal(await current().store.begin({ seq, attempt: 2 }), "fenced");
    });

    it("settles an update once; the same settlement again changes nothing", async () => {
      const seq = await begin(1);
      assert.equal(await current().store.settle(settlement(seq, done())), "applied");
      assert.equal(await current().store.settle(settlement(seq, done())), "applied");
      assert.equal(await current().store.settle(settlement(seq, done(), { attempt: 2 })), "fenced");
      const { store } = await reopen();
      assert.equal(store.stats().live, 0);
      assert.equal(await store.claim(10), false);
    });

    it("refuses an attempt that is not the newest, with all it wanted to write", async () => {
      const seq = await begin(1);
      await current().store.begin({ seq, attempt: 2 });
      const zombie = settlement(seq, done(write("key", 1)), { attempt: 1 });
      assert.equal(await current().store.settle(zombie), "fenced");
      assert.equal((await current().store.readState("key")).version, 0);
      assert.equal(
        await current().store.settle(settlement(seq, done(), { attempt: 2 })),
        "applied",
      );
    });

    it("counts the next attempt in the transaction that ends one", async () => {
      const first = await begin(1);
      const second = seqOf(await current().store.accept(newUpdate(2)));
      const next = { seq: second, attempt: 1 };
      await current().store.settle(settlement(first, done(), { next }));
      const { store, found } = await reopen();
      await store.claim(10);
      assert.deepEqual(
        found.map(({ seq, attempts }) => [seq, attempts]),
        [[second, 1]],
      );
    });

    it("keeps when the next attempt may begin, and that the last one ended", async () => {
      const seq = await begin(1);
      const retryAtMs = NOW_MS + 500;
      await current().store.settle(settlement(seq, { to: "retry", error: "boom", retryAtMs }));
      const { store, found } = await reopen();
      await store.claim(10);
      const [{ attempts, interrupted, retryAtMs: kept } = assert.fail()] = found;
      assert.deepEqual([attempts, interrupted, kept], [1, 0, retryAtMs]);
    });

    it("takes back an attempt that the host stopped", async () => {
      const seq = await begin(1);
      assert.equal(await current().store.settle(settlement(seq, { to: "taken-back" })), "applied");
      assert.equal(await current().store.settle(settlement(seq, { to: "taken-back" })), "applied");
      const { store, found } = await reopen();
      await store.claim(10);
      assert.equal(found[0]!.attempts, 0);
    });

    it("keeps an expired update from being handled", async () => {
      const seq = seqOf(await current().store.accept(newUpdate(1, { expiresAtMs: NOW_MS + 1 })));
      const expired = settlement(seq, { to: "expired" }, { attempt: 0 });
      assert.equal(await current().store.settle(expired), "applied");
      assert.equal(current().store.stats().live, 0);
      assert.equal((await current().store.accept(newUpdate(1))).status, "duplicate");
    });
  });

  describe("dead letters", () => {
    it("lists them newest first, by pages, with reason and error", async () => {
      for (const updateId of [1, 2, 3]) {
        await current().store.settle(settlement(await begin(updateId), parked(`e${updateId}`)));
      }
      const [newest, middle] = await current().store.parked({ limit: 2 });
      assert.deepEqual([newest?.updateId, newest?.error], [3, "e3"]);
      assert.deepEqual([newest?.reason, newest?.attempts], ["failed", 1]);
      assert.equal(newest?.parkedAtMs, NOW_MS);
      const older = await current().store.parked({ beforeSeq: middle!.seq });
      assert.deepEqual(
        older.map(({ updateId }) => updateId),
        [1],
      );
    });

    it("puts one back at the end of its lane, once, as if it were new", async () => {
      const seq = await begin(1, { expiresAtMs: NOW_MS + 1 });
      await current().store.settle(settlement(seq, parked()));
      const later = seqOf(await current().store.accept(newUpdate(2)));
      const replayed = await current().store.replay(seq);
      assert.ok(replayed.status === "replayed" && replayed.seq > later);
      assert.deepEqual(await current().store.replay(seq), { status: "unknown" });
      assert.deepEqual(await current().store.parked({}), []);
      await current().store.claim(10);
      const [found = assert.fail()] = current().found;
      assert.deepEqual(
        [found.updateId, found.lane, found.attempts, found.expiresAtMs],
        [1, "a", 0, undefined],
      );
      assert.equal(Buffer.from(found.raw).toString(), '{"update_id":1}');
      assert.equal((await current().store.accept(newUpdate(1))).status, "duplicate");
    });
  });
}
