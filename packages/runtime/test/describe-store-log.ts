import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import type { Settlement } from "../src/store/store.ts";
import { newUpdate, openStore, type OpenStore, type StoreGround } from "./store-ground.ts";

const NOW_MS = 1_800_000_000_000;

/** What every store must do with the log. */
export function describeStoreLog(name: string, create: () => Promise<StoreGround>): void {
  describe(`${name} and the log`, () => {
    let ground: StoreGround;
    let current: OpenStore;
    let updateId = 0;

    async function begin(lane = "a"): Promise<number> {
      updateId += 1;
      const accepted = await current.store.accept(newUpdate(updateId, { begin: true, lane }));
      return accepted.status === "stored" ? accepted.seq : NaN;
    }

    function settlement(seq: number, atMs: number, more: Partial<Settlement> = {}): Settlement {
      const ending = { to: "done", handler: "h", writes: [] } as const;
      const log = { version: 1, text: `{"seq":${seq}}` };
      return { seq, attempt: 1, ending, atMs, next: undefined, log, ...more };
    }

    /** Settles a new update of the lane, with an entry; gives its number. */
    async function add(lane = "a", atMs = NOW_MS): Promise<number> {
      const seq = await begin(lane);
      assert.equal(await current.store.settle(settlement(seq, atMs)), "applied");
      return seq;
    }

    const seqs = async (query = {}): Promise<number[]> =>
      (await current.store.eventLog.read(query)).map(({ seq }) => seq);

    beforeEach(async () => {
      ground = await create();
      current = await openStore(ground.make());
    });
    afterEach(async () => {
      await current.store.close();
      await ground.remove();
    });

    it("gives entries by lane, by update and by time, in the order of their commits", async () => {
      const [one, two, three] = [
        await add("a", NOW_MS),
        await add("b", NOW_MS + 5),
        await add("a", NOW_MS + 9),
      ];

      assert.deepEqual(await seqs(), [one, two, three]);
      assert.deepEqual(await seqs({ lane: "a" }), [one, three]);
      assert.deepEqual(await seqs({ seq: two }), [two]);
      assert.deepEqual(await seqs({ seq: two, lane: "a" }), []);
      assert.deepEqual(await seqs({ fromMs: NOW_MS + 5 }), [two, three]);
      assert.deepEqual(await seqs({ fromMs: NOW_MS + 1, untilMs: NOW_MS + 9 }), [two]);
      const [row] = await current.store.eventLog.read({ seq: two });
      assert.deepEqual(
        [row?.lane, row?.atMs, row?.version, JSON.parse(row?.text ?? "")],
        ["b", NOW_MS + 5, 1, { seq: two }],
      );
    });

    it("gives pages, and after the last cursor only what is new", async () => {
      const all: number[] = [];
      for (let count = 0; count < 5; count += 1) all.push(await add());
      const read: number[] = [];
      let after: string | undefined;
      for (;;) {
        const page = await current.store.eventLog.read({ after, limit: 2, lane: "a" });
        if (page.length === 0) break;
        read.push(...page.map(({ seq }) => seq));
        after = page.at(-1)!.cursor;
      }
      const next = await add();

      assert.deepEqual(read, all);
      assert.deepEqual(await seqs({ after }), [next]);
    });

    it("writes nothing of an ending that is not applied, and nothing twice", async () => {
      const seq = await begin();
      const once = settlement(seq, NOW_MS);
      await current.store.settle({ ...once, attempt: 2 });
      await current.store.settle(once);
      await current.store.settle(once);

      assert.deepEqual(await seqs(), [seq]);
    });

    it("says that a dead letter was put back, and under which number it was", async () => {
      const seq = await begin();
      const ending = { to: "parked", reason: "failed", error: "boom" } as const;
      await current.store.settle(settlement(seq, NOW_MS, { ending }));
      const replayed = await current.store.replay(seq);
      assert.equal(replayed.status, "replayed");

      const rows = await current.store.eventLog.read({});
      const last = rows.at(-1)!;
      assert.equal(rows.length, 2);
      assert.equal(last.seq, replayed.status === "replayed" ? replayed.seq : NaN);
      assert.partialDeepStrictEqual(JSON.parse(last.text), {
        events: [{ type: "replayed", fromSeq: seq }],
      });
    });

    it("is removed when it is old, but not of updates that are live or parked", async () => {
      const old = await add("a", NOW_MS - 1_000);
      const parkedSeq = await begin();
      const ending = { to: "parked", reason: "failed", error: "boom" } as const;
      await current.store.settle(settlement(parkedSeq, NOW_MS - 1_000, { ending }));
      const live = await begin("b");
      const retry = { to: "retry", error: "boom", retryAtMs: NOW_MS } as const;
      await current.store.settle(settlement(live, NOW_MS - 1_000, { ending: retry }));
      const young = await add("a", NOW_MS);
      const sweep = { settledBeforeMs: 0, payloadBeforeMs: 0, expiredBeforeMs: 0, limit: 10 };

      await current.store.sweep(sweep);
      assert.deepEqual(await seqs(), [old, parkedSeq, live, young]);
      await current.store.sweep({ ...sweep, loggedBeforeMs: NOW_MS });
      assert.deepEqual(await seqs(), [parkedSeq, live, young]);
    });

    it("refuses limits and cursors that are none", async () => {
      for (const query of [{ limit: 0 }, { limit: 1_001 }, { after: "x" }])
        await assert.rejects(current.store.eventLog.read(query), { code: "bad-options" });
    });
  });
}
