import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { done, parked, settlement, write } from "./store-endings.ts";
import { newUpdate, NOW_MS, type StoreLife } from "./store-ground.ts";

const DAY_MS = 86_400_000;

/** What every store must do with state, journals and what is old. */
export function describeStoreRecords({ current, reopen, begin }: StoreLife): void {
  describe("state", () => {
    it("writes state together with the end of the update", async () => {
      const record = { state: "s:one", data: { a: [1, "ü"] }, schemaVersion: 3, expiresAtMs: 5 };
      const writes = [{ key: "key", record, expectedVersion: 0 }];
      await current().store.settle(
        settlement(await begin(1), { to: "done", handler: undefined, writes }),
      );
      await reopen();
      assert.deepEqual((await current().store.readState("key")).record, record);
      assert.deepEqual(await current().store.readState("other"), {
        version: 0,
        record: undefined,
      });
    });

    it("does nothing at all when one record is not the one that was read", async () => {
      await current().store.settle(settlement(await begin(1), done(write("key", 1, 0))));
      const second = await begin(2);
      const late = done(write("other", 2, 0), write("key", 2, 0));
      const next = { seq: second, attempt: 2 };
      assert.equal(await current().store.settle(settlement(second, late, { next })), "conflict");
      assert.equal((await current().store.readState("other")).version, 0);
      assert.deepEqual((await current().store.readState("key")).record?.data, 1);
      assert.equal(current().store.stats().live, 1);
      const { version } = await current().store.readState("key");
      const again = done(write("key", 3, version));
      assert.equal(await current().store.settle(settlement(second, again)), "applied");
    });

    it("does not take a record that was removed and made again for the old one", async () => {
      await current().store.settle(settlement(await begin(1), done(write("key", 1, 0))));
      const { version } = await current().store.readState("key");
      const removal = { key: "key", record: undefined, expectedVersion: version };
      await current().store.settle(settlement(await begin(2), done(removal)));
      await current().store.settle(settlement(await begin(3), done(write("key", 1, 0))));
      const late = settlement(await begin(4), done(write("key", 9, version)));
      assert.equal(await current().store.settle(late), "conflict");
    });

    it("replaces what was not read", async () => {
      await current().store.settle(settlement(await begin(1), done(write("key", 1))));
      await current().store.settle(settlement(await begin(2), done(write("key", 2))));
      assert.equal((await current().store.readState("key")).record?.data, 2);
    });

    it("lets one of two that change the same record win, and says so to the other", async () => {
      const seqs = [await begin(1), await begin(2, { lane: "b" })];
      const settled = await Promise.all(
        seqs.map((seq) => current().store.settle(settlement(seq, done(write("key", seq, 0))))),
      );
      assert.deepEqual(settled.toSorted(), ["applied", "conflict"]);
    });
  });

  describe("the journal", () => {
    const entry = (key: string, value: string | undefined) =>
      ({ key, attempt: 1, kind: "result", value, atMs: NOW_MS }) as const;

    it("keeps entries in the order of their first record", async () => {
      const seq = await begin(1);
      const ref = { seq, attempt: 1 };
      await current().store.record(ref, { ...entry("b", undefined), kind: "intent" });
      await current().store.record(ref, entry("a", "1"));
      assert.equal(await current().store.record(ref, entry("b", '{"x":2}')), "applied");
      const { store, found } = await reopen();
      assert.deepEqual(await store.journal(seq), [entry("b", '{"x":2}'), entry("a", "1")]);
      await store.claim(1);
      assert.equal(found[0]!.journaled, true);
    });

    it("takes nothing from an attempt that is over", async () => {
      const seq = await begin(1);
      await current().store.begin({ seq, attempt: 2 });
      assert.equal(await current().store.record({ seq, attempt: 1 }, entry("a", "1")), "fenced");
      await current().store.settle(settlement(seq, done(), { attempt: 2 }));
      assert.equal(await current().store.record({ seq, attempt: 2 }, entry("a", "1")), "fenced");
      assert.deepEqual(await current().store.journal(seq), []);
    });

    it("stays with a dead letter that is put back", async () => {
      const seq = await begin(1);
      await current().store.record({ seq, attempt: 1 }, entry("a", "1"));
      await current().store.settle(settlement(seq, parked()));
      const replayed = await current().store.replay(seq);
      assert.ok(replayed.status === "replayed");
      assert.deepEqual(await current().store.journal(replayed.seq), [entry("a", "1")]);
    });
  });

  describe("retention", () => {
    const sweepAll = async (settledBeforeMs: number, payloadBeforeMs = 0): Promise<number> => {
      let sum = 0;
      const retention = { settledBeforeMs, payloadBeforeMs, expiredBeforeMs: 0, limit: 2 };
      for (let quiet = 0; quiet < 5;) {
        const removed = await current().store.sweep(retention);
        sum += removed;
        quiet = removed === 0 ? quiet + 1 : 0;
      }
      return sum;
    };

    it("forgets settled updates after the window, and never what is live or parked", async () => {
      await current().store.accept(newUpdate(1));
      await current().store.settle(settlement(await begin(2), parked()));
      for (const updateId of [3, 4, 5, 6, 7]) {
        await current().store.settle(settlement(await begin(updateId), done()));
      }
      await current().store.accept(newUpdate(8));
      assert.equal(await sweepAll(NOW_MS), 0);
      assert.equal((await current().store.accept(newUpdate(3))).status, "duplicate");
      assert.equal(await sweepAll(NOW_MS + 1), 5);
      await reopen();
      await current().store.claim(10);
      assert.deepEqual(
        current().found.map(({ updateId }) => updateId),
        [1, 8],
      );
      assert.equal((await current().store.parked({})).length, 1);
      assert.equal((await current().store.accept(newUpdate(2))).status, "duplicate");
      assert.equal((await current().store.accept(newUpdate(3))).status, "stored");
    });

    it("forgets the bytes earlier than the id", async () => {
      await current().store.settle(settlement(await begin(1), done()));
      await current().store.settle(settlement(await begin(2), parked()));
      assert.equal(await sweepAll(NOW_MS - DAY_MS, NOW_MS + 1), 1);
      assert.equal((await current().store.accept(newUpdate(1))).status, "duplicate");
      assert.equal((await current().store.parked({})).length, 1);
    });

    it("never uses a number twice, even when everything is forgotten", async () => {
      const seq = await begin(1);
      await current().store.settle(settlement(seq, done()));
      await sweepAll(NOW_MS + DAY_MS, NOW_MS + DAY_MS);
      await reopen();
      assert.ok((await begin(2)) > seq);
    });

    it("forgets state some time after it expired", async () => {
      const record = { state: "s:one", data: 1, schemaVersion: 1, expiresAtMs: NOW_MS };
      const writes = [
        { key: "old", record, expectedVersion: 0 },
        {
          key: "for ever",
          record: { state: "s:one", data: 1, schemaVersion: 1 },
          expectedVersion: 0,
        },
      ];
      await current().store.settle(
        settlement(await begin(1), { to: "done", handler: undefined, writes }),
      );
      const nothing = { settledBeforeMs: 0, payloadBeforeMs: 0, limit: 10 };
      assert.equal(await current().store.sweep({ ...nothing, expiredBeforeMs: NOW_MS }), 0);
      assert.equal(await current().store.sweep({ ...nothing, expiredBeforeMs: NOW_MS + 1 }), 1);
      assert.equal((await current().store.readState("old")).version, 0);
      assert.notEqual((await current().store.readState("for ever")).version, 0);
    });
  });
}
