import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import type { Ending, Settled } from "../src/store/store.ts";
import type { TimerWrite } from "../src/store/timer-store.ts";
import { newUpdate, openStore, type OpenStore, type StoreGround } from "./store-ground.ts";

const NOW_MS = 1_800_000_000_000;

type Done = Extract<Ending, { to: "done" }>;

/** A timer of lane "a" that is due so many milliseconds after the start of time. */
function timer(key: string, dueInMs: number, lane = "a"): TimerWrite {
  const raw = Buffer.from(`{"timer":"${key}"}`);
  return { key, timer: { botId: 7, lane, raw, dueAtMs: NOW_MS + dueInMs } };
}

function cancel(key: string): TimerWrite {
  return { key, timer: undefined };
}

/** What every store must do with timers. */
export function describeStoreTimers(name: string, create: () => Promise<StoreGround>): void {
  describe(`${name} and timers`, () => {
    let ground: StoreGround;
    let current: OpenStore;
    let updateId = 0;

    async function begin(): Promise<number> {
      updateId += 1;
      const accepted = await current.store.accept(
        newUpdate(updateId, { begin: true, lane: `other${updateId}` }),
      );
      return accepted.status === "stored" ? accepted.seq : NaN;
    }

    function settle(seq: number, more: Partial<Done>): Promise<Settled> {
      const ending = { to: "done", handler: "h", writes: [], ...more } as const;
      return current.store.settle({ seq, attempt: 1, ending, atMs: NOW_MS, next: undefined });
    }

    /** Commits an update that sets and cancels these; gives the update's number. */
    async function commit(...timers: TimerWrite[]): Promise<number> {
      const seq = await begin();
      assert.equal(await settle(seq, { timers }), "applied");
      return seq;
    }

    /** The updates that timers have become in lane "a", as their bytes. */
    async function firedIn(lane = "a"): Promise<string[]> {
      const updates = await current.store.load(lane, 0, 100);
      return updates.map(({ raw }) => Buffer.from(raw).toString());
    }

    beforeEach(async () => {
      ground = await create();
      current = await openStore(ground.make());
    });
    afterEach(async () => {
      await current.store.close();
      await ground.remove();
    });

    it("fires what is due, the most overdue first, each once", async () => {
      await commit(timer("late", 2_000), timer("soon", 1_000), timer("far", 9_000));
      const { timers } = current.store;

      assert.equal(await timers.fire(NOW_MS + 999, 10), 0);
      assert.equal(await timers.fire(NOW_MS + 5_000, 1), 1);
      assert.equal(await timers.fire(NOW_MS + 5_000, 10), 1);
      assert.equal(await timers.fire(NOW_MS + 5_000, 10), 0);

      assert.deepEqual(await firedIn(), ['{"timer":"soon"}', '{"timer":"late"}']);
      assert.deepEqual(
        current.foundAside.map(({ lane }) => lane),
        ["a", "a"],
      );
      assert.equal(current.store.stats().live, 2);
    });

    it("says when the next one is due: when it is set, and after firing", async () => {
      await commit(timer("far", 9_000), timer("soon", 1_000));
      assert.equal(current.timersDue[0], NOW_MS + 1_000);

      await current.store.timers.fire(NOW_MS + 1_000, 10);
      assert.equal(current.timersDue.at(-1), NOW_MS + 9_000);
    });

    it("replaces a timer with the same key, and cancels", async () => {
      await commit(timer("a", 1_000), timer("b", 1_000));
      const seq = await commit(timer("a", 5_000), cancel("b"), cancel("never set"));
      const { timers } = current.store;

      assert.equal(await timers.generation("a"), seq);
      assert.equal(await timers.generation("b"), undefined);
      assert.equal(await timers.fire(NOW_MS + 4_999, 10), 0);
      assert.equal(await timers.fire(NOW_MS + 5_000, 10), 1);
    });

    it("keeps a timer's record until its update is done", async () => {
      const generation = await commit(timer("a", 0));
      await current.store.timers.fire(NOW_MS, 10);
      assert.equal(await current.store.timers.generation("a"), generation);

      const seq = current.foundAside[0]!.seq;
      await current.store.begin({ seq, attempt: 1 });
      assert.equal(await settle(seq, { fired: { key: "a", generation } }), "applied");

      assert.equal(await current.store.timers.generation("a"), undefined);
    });

    it("refuses the end of a timer that was cancelled meanwhile", async () => {
      const generation = await commit(timer("a", 0));
      await current.store.timers.fire(NOW_MS, 10);
      await commit(cancel("a"));
      const seq = current.foundAside[0]!.seq;
      await current.store.begin({ seq, attempt: 1 });

      assert.equal(await settle(seq, { fired: { key: "a", generation } }), "conflict");
      assert.equal(await settle(seq, {}), "applied");
    });

    it("lets the handler of a timer set it again", async () => {
      const generation = await commit(timer("a", 0));
      await current.store.timers.fire(NOW_MS, 10);
      const seq = current.foundAside[0]!.seq;
      await current.store.begin({ seq, attempt: 1 });
      const fired = { key: "a", generation };

      assert.equal(await settle(seq, { fired, timers: [timer("a", 500)] }), "applied");
      assert.equal(await settle(seq, { fired, timers: [timer("a", 500)] }), "applied");
      assert.equal(await current.store.timers.generation("a"), seq);
      assert.equal(await current.store.timers.fire(NOW_MS + 500, 10), 1);
    });

    it("sets nothing with a commit that is fenced or in conflict", async () => {
      const seq = await begin();
      const record = { state: "s:one", data: 1, schemaVersion: 1 };
      const writes = [{ key: "k", record, expectedVersion: 99 }];

      assert.equal(await settle(seq, { writes, timers: [timer("a", 0)] }), "conflict");
      assert.equal(await current.store.timers.generation("a"), undefined);
      assert.equal(await current.store.timers.fire(NOW_MS, 10), 0);
    });

    it("takes what several commits of one batch do to a timer in their order", async () => {
      const [first, second, third] = [await begin(), await begin(), await begin()];
      await Promise.all([
        settle(first, { timers: [timer("a", 1)] }),
        settle(second, { timers: [cancel("a")] }),
        settle(third, { timers: [timer("a", 3)] }),
      ]);

      assert.equal(await current.store.timers.generation("a"), third);
      assert.equal(await current.store.timers.fire(NOW_MS + 2, 10), 0);
    });

    it("keeps timers and what has fired over a restart", async () => {
      await commit(timer("gone", 0), timer("asleep", 1_000));
      await current.store.timers.fire(NOW_MS, 10);
      await current.store.close();
      current = await openStore(ground.make());
      await current.store.claim(10);

      assert.deepEqual(await firedIn(), ['{"timer":"gone"}']);
      assert.equal(await current.store.timers.fire(NOW_MS, 10), 0);
      assert.equal(await current.store.timers.fire(NOW_MS + 1_000, 10), 1);
    });
  });
}
