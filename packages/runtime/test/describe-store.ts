import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { describeRepairs } from "./describe-repairs.ts";
import type { Accepted, NewUpdate } from "../src/store/store.ts";
import { describeStoreAttempts } from "./describe-store-attempts.ts";
import { describeStoreEvents } from "./describe-store-events.ts";
import { describeStoreLog } from "./describe-store-log.ts";
import { describeStoreRecords } from "./describe-store-records.ts";
import { describeStoreTimers } from "./describe-store-timers.ts";
import { done, parked, settlement } from "./store-endings.ts";
import { newUpdate, openStore, type OpenStore, seqOf, type StoreGround } from "./store-ground.ts";
import { describeOutbox } from "./describe-outbox.ts";

/**
 * What every store must do. `create` gives fresh ground for each test.
 */
export function describeStore(name: string, create: () => Promise<StoreGround>): void {
  describeStoreEvents(name, create);
  describeStoreTimers(name, create);
  describeStoreLog(name, create);
  describe(`${name} as a store`, () => {
    let ground: StoreGround;
    let current: OpenStore;

    /** Closes the store and opens another one on the same data, as after a restart. */
    async function reopen(): Promise<OpenStore> {
      await current.store.close();
      current = await openStore(ground.make());
      return current;
    }

    /** Stores an update and begins its first attempt. */
    async function begin(updateId: number, more: Partial<NewUpdate> = {}): Promise<number> {
      return seqOf(await current.store.accept(newUpdate(updateId, { begin: true, ...more })));
    }

    beforeEach(async () => {
      ground = await create();
      current = await openStore(ground.make());
    });
    afterEach(async () => {
      await current.store.close();
      await ground.remove();
    });

    describe("accepting", () => {
      it("gives numbers in the order of arrival", async () => {
        const answers = await Promise.all(
          [5, 3, 9].map((updateId) => current.store.accept(newUpdate(updateId))),
        );
        const seqs = answers.map(seqOf);
        assert.deepEqual(
          seqs,
          seqs.toSorted((one, other) => one - other),
        );
        assert.equal(new Set(seqs).size, 3);
      });

      it("keeps the bytes exactly as they came, also when they are no text", async () => {
        const raw = Uint8Array.from({ length: 256 }, (_, byte) => byte);
        await current.store.accept(newUpdate(1, { raw }));
        await current.store.accept(newUpdate(2, { raw: Buffer.from(' {"b":1, "a" :2}\n') }));
        const { store, found } = await reopen();
        await store.claim(10);
        assert.deepEqual([...found[0]!.raw], [...raw]);
        assert.equal(Buffer.from(found[1]!.raw).toString(), ' {"b":1, "a" :2}\n');
      });

      it("knows a duplicate by bot and update id, also after a restart", async () => {
        await current.store.accept(newUpdate(1));
        assert.deepEqual(await current.store.accept(newUpdate(1)), { status: "duplicate" });
        assert.equal((await current.store.accept(newUpdate(1, { botId: 8 }))).status, "stored");
        await reopen();
        assert.deepEqual(await current.store.accept(newUpdate(1)), { status: "duplicate" });
        assert.equal(current.store.stats().live, 2);
      });

      it("stores one of 50 that come at the same moment", async () => {
        const answers = await Promise.all(
          Array.from({ length: 50 }, () => current.store.accept(newUpdate(1))),
        );
        assert.equal(answers.filter(({ status }) => status === "stored").length, 1);
        assert.equal(current.store.stats().live, 1);
      });

      it("knows a duplicate of an update that is settled or parked", async () => {
        await current.store.settle(settlement(await begin(1), done()));
        await current.store.settle(settlement(await begin(2), parked()));
        assert.equal((await current.store.accept(newUpdate(1))).status, "duplicate");
        assert.equal((await current.store.accept(newUpdate(2))).status, "duplicate");
      });

      it("takes updates without a readable id for different ones", async () => {
        const unreadable = { parkedBecause: "unparsable", place: "later" } as const;
        await current.store.accept(newUpdate(undefined, unreadable));
        await current.store.accept(newUpdate(undefined, unreadable));
        const stats = current.store.stats();
        assert.deepEqual([stats.live, stats.parked], [0, 2]);
        const [newest] = await current.store.parked({});
        assert.equal(newest?.reason, "unparsable");
        assert.equal(newest?.updateId, undefined);
      });

      it("rejects before it is open and after it is closed", async () => {
        await current.store.close();
        await assert.rejects(current.store.accept(newUpdate(1)), { code: "stopping" });
        const unopened = ground.make();
        await assert.rejects(unopened.accept(newUpdate(1)), { code: "store-unavailable" });
        await unopened.close();
        current = await openStore(ground.make());
      });

      it("commits what was accepted before it closes", async () => {
        const accepting = [1, 2, 3].map((updateId) => current.store.accept(newUpdate(updateId)));
        await current.store.close();
        const answers = await Promise.all(accepting);
        assert.ok(answers.every(({ status }) => status === "stored"));
        current = await openStore(ground.make());
        assert.equal(current.store.stats().live, 3);
      });
    });

    describe("handing out", () => {
      it("leaves a new update in the hand of who has room", async () => {
        const accepted = await current.store.accept(newUpdate(1, { begin: true }));
        assert.deepEqual(accepted, {
          status: "stored",
          seq: seqOf(accepted),
          place: "hand",
          begun: true,
        });
        assert.equal(await current.store.claim(10), false);
        assert.deepEqual(current.found, []);
      });

      it("says that something waits, and brings it with a claim", async () => {
        const accepted = await current.store.accept(newUpdate(1, { place: "later" }));
        assert.equal(current.waits(), 1);
        assert.equal(await current.store.claim(10), false);
        assert.deepEqual(
          current.found.map(({ seq }) => seq),
          [seqOf(accepted)],
        );
      });

      it("lets nothing past an update that waits", async () => {
        await current.store.accept(newUpdate(1, { place: "later" }));
        const second = await current.store.accept(newUpdate(2, { begin: true }));
        const third = await current.store.accept(newUpdate(3, { place: "aside" }));
        assert.deepEqual(
          [second, third].map((it) => it.status === "stored" && [it.place, it.begun]),
          [
            ["later", false],
            ["later", false],
          ],
        );
        await current.store.claim(10);
        assert.deepEqual(
          current.found.map(({ updateId }) => updateId),
          [1, 2],
        );
        assert.deepEqual(current.foundAside, [{ lane: "a", seq: seqOf(third) }]);
        const fourth = await current.store.accept(newUpdate(4));
        assert.equal(fourth.status === "stored" && fourth.place, "hand");
      });

      it("lets what comes after a restart past other lanes, and nothing past its own", async () => {
        for (let updateId = 1; updateId <= 20; updateId += 1) {
          await current.store.accept(newUpdate(updateId, { lane: `old${updateId % 4}` }));
        }
        const { store, found, foundAside } = await reopen();
        await store.claim(1);
        const accept = (updateId: number, more: Partial<NewUpdate>): Promise<Accepted> =>
          store.accept(newUpdate(updateId, more));
        const answers = [
          await accept(21, { lane: "new", begin: true }),
          await accept(22, { lane: "old2", begin: true }),
          await accept(23, { lane: "new", place: "aside" }),
          await accept(24, { lane: "new", place: "later" }),
          await accept(25, { lane: "new" }),
        ];
        assert.deepEqual(
          answers.map((it) => it.status === "stored" && [it.place, it.begun]),
          [
            ["hand", true],
            ["later", false],
            ["aside", false],
            ["later", false],
            ["later", false],
          ],
        );
        const loaded = await store.load("new", 0, 10);
        assert.deepEqual(
          loaded.map(({ seq }) => seq),
          [seqOf(answers[2]!)],
        );
        await store.claim(100);
        const claimed = found.map(({ updateId }) => updateId);
        assert.deepEqual(
          claimed.toSorted((one, other) => one! - other!),
          [...Array.from({ length: 20 }, (_, at) => at + 1), 22, 24, 25],
        );
        assert.deepEqual(foundAside, []);
      });

      it("says what it has counted of an update that something came before meanwhile", async () => {
        const [, second] = await Promise.all([
          current.store.accept(newUpdate(1, { place: "later" })),
          current.store.accept(newUpdate(2, { begin: true })),
        ]);
        assert.equal(second.status === "stored" && second.place, "later");
        await current.store.claim(10);
        const counted = second.status === "stored" && second.begun ? 1 : 0;
        assert.deepEqual(
          current.found.map(({ updateId, attempts }) => [updateId, attempts]),
          [
            [1, 0],
            [2, counted],
          ],
        );
      });

      it("brings everything of the past after a restart, in order, as much as is asked for", async () => {
        for (let updateId = 1; updateId <= 600; updateId += 1) {
          void current.store.accept(newUpdate(updateId, { lane: `lane${updateId % 50}` }));
        }
        const { store, found, waits } = await reopen();
        assert.equal(waits(), 1);
        assert.equal(await store.claim(100), true);
        assert.equal(found.length, 100);
        assert.equal(await store.claim(1_000), false);
        assert.deepEqual(
          found.map(({ updateId }) => updateId),
          Array.from({ length: 600 }, (_, at) => at + 1),
        );
      });

      it("brings what was accepted during a claim exactly once", async () => {
        for (let updateId = 1; updateId <= 300; updateId += 1) {
          void current.store.accept(newUpdate(updateId));
        }
        const { store, found } = await reopen();
        const inHand: number[] = [];
        const accepting: Promise<void>[] = [];
        const claiming = store.claim(1_000);
        for (let updateId = 301; updateId <= 400; updateId += 1) {
          const accepted = store.accept(newUpdate(updateId));
          accepting.push(
            accepted.then((it) => {
              if (it.status === "stored" && it.place === "hand") inHand.push(updateId);
            }),
          );
        }
        await Promise.all([claiming, ...accepting]);
        await store.claim(1_000);
        const all = [...found.map(({ updateId }) => updateId), ...inHand];
        assert.deepEqual(
          all,
          Array.from({ length: 400 }, (_, at) => at + 1),
        );
      });

      it("loads what was set aside, of one lane, in order", async () => {
        const first = seqOf(await current.store.accept(newUpdate(1)));
        await current.store.accept(newUpdate(2, { place: "aside" }));
        await current.store.accept(newUpdate(3, { place: "aside", lane: "b" }));
        await current.store.accept(newUpdate(4, { place: "aside" }));
        await current.store.accept(newUpdate(5, { place: "aside" }));
        const two = await current.store.load("a", first, 2);
        assert.deepEqual(
          two.map(({ updateId }) => updateId),
          [2, 4],
        );
        const rest = await current.store.load("a", two[1]!.seq, 2);
        assert.deepEqual(
          rest.map(({ updateId }) => updateId),
          [5],
        );
      });

      it("sets aside what was in hand", async () => {
        const seqs = [await begin(1), await begin(2)];
        await current.store.setAside(seqs);
        const loaded = await current.store.load("a", 0, 10);
        assert.deepEqual(
          loaded.map(({ seq }) => seq),
          seqs,
        );
        await current.store.settle(settlement(seqs[0]!, done()));
        assert.equal((await current.store.load("a", 0, 10)).length, 1);
      });

      it("loads nothing that comes after an update which waits to be claimed", async () => {
        await current.store.accept(newUpdate(1, { place: "aside" }));
        await reopen();
        await current.store.accept(newUpdate(2, { place: "aside" }));
        assert.deepEqual(await current.store.load("a", 0, 10), []);
        await current.store.claim(10);
        assert.equal((await current.store.load("a", 0, 10)).length, 2);
      });
    });

    const life = { current: () => current, reopen, begin };
    describeStoreAttempts(life);
    describeRepairs(life);
    describeStoreRecords(life);
  });
  describeOutbox(name, create);
}
