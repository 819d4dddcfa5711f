import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { RuntimeError } from "../src/error.ts";
import { describeRepairs } from "./describe-repairs.ts";
import type { Accepted, Ending, NewUpdate, Settlement, StateWrite } from "../src/store/store.ts";
import { describeStoreEvents } from "./describe-store-events.ts";
import { describeStoreLog } from "./describe-store-log.ts";
import { describeStoreTimers } from "./describe-store-timers.ts";
import { newUpdate, openStore, type OpenStore, type StoreGround } from "./store-ground.ts";
import { describeOutbox } from "./describe-outbox.ts";

const NOW_MS = 1_800_000_000_000;
const DAY_MS = 86_400_000;

function seqOf(accepted: Accepted): number {
  assert.equal(accepted.status, "stored");
  return accepted.status === "stored" ? accepted.seq : NaN;
}

function settlement(
  seq: number,
  ending: Ending,
  { attempt = 1, next }: Partial<Pick<Settlement, "attempt" | "next">> = {},
): Settlement {
  return { seq, attempt, ending, atMs: NOW_MS, next };
}

function done(...writes: StateWrite[]): Ending {
  return { to: "done", handler: "start", writes };
}

function write(key: string, data: number, expectedVersion?: number): StateWrite {
  return { key, record: { state: "s:one", data, schemaVersion: 1 }, expectedVersion };
}

function parked(error = "boom"): Ending {
  return { to: "parked", reason: "failed", error };
}

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof RuntimeError && error.code === code;
}

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
        await assert.rejects(current.store.accept(newUpdate(1)), hasCode("stopping"));
        const unopened = ground.make();
        await assert.rejects(unopened.accept(newUpdate(1)), hasCode("store-unavailable"));
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

    describe("attempts", () => {
      it("counts an attempt together with the acceptance", async () => {
        await begin(1);
        await current.store.accept(newUpdate(2));
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
        const seq = seqOf(await current.store.accept(newUpdate(1)));
        assert.equal(await current.store.begin({ seq, attempt: 1 }), "applied");
        assert.equal(await current.store.begin({ seq, attempt: 1 }), "applied");
        assert.equal(await current.store.begin({ seq, attempt: 3 }), "fenced");
        const { store, found } = await reopen();
        await store.claim(1);
        assert.equal(found[0]!.attempts, 1);
      });

      it("does not begin what is settled", async () => {
        const seq = await begin(1);
        await current.store.settle(settlement(seq, done()));
        assert.equal(await current.store.begin({ seq, attempt: 2 }), "fenced");
      });

      it("settles an update once; the same settlement again changes nothing", async () => {
        const seq = await begin(1);
        assert.equal(await current.store.settle(settlement(seq, done())), "applied");
        assert.equal(await current.store.settle(settlement(seq, done())), "applied");
        assert.equal(await current.store.settle(settlement(seq, done(), { attempt: 2 })), "fenced");
        const { store } = await reopen();
        assert.equal(store.stats().live, 0);
        assert.equal(await store.claim(10), false);
      });

      it("refuses an attempt that is not the newest, with all it wanted to write", async () => {
        const seq = await begin(1);
        await current.store.begin({ seq, attempt: 2 });
        const zombie = settlement(seq, done(write("key", 1)), { attempt: 1 });
        assert.equal(await current.store.settle(zombie), "fenced");
        assert.equal((await current.store.readState("key")).version, 0);
        assert.equal(
          await current.store.settle(settlement(seq, done(), { attempt: 2 })),
          "applied",
        );
      });

      it("counts the next attempt in the transaction that ends one", async () => {
        const first = await begin(1);
        const second = seqOf(await current.store.accept(newUpdate(2)));
        const next = { seq: second, attempt: 1 };
        await current.store.settle(settlement(first, done(), { next }));
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
        await current.store.settle(settlement(seq, { to: "retry", error: "boom", retryAtMs }));
        const { store, found } = await reopen();
        await store.claim(10);
        const [{ attempts, interrupted, retryAtMs: kept } = assert.fail()] = found;
        assert.deepEqual([attempts, interrupted, kept], [1, 0, retryAtMs]);
      });

      it("takes back an attempt that the host stopped", async () => {
        const seq = await begin(1);
        assert.equal(await current.store.settle(settlement(seq, { to: "again" })), "applied");
        assert.equal(await current.store.settle(settlement(seq, { to: "again" })), "applied");
        const { store, found } = await reopen();
        await store.claim(10);
        assert.equal(found[0]!.attempts, 0);
      });

      it("keeps an expired update from being handled", async () => {
        const seq = seqOf(await current.store.accept(newUpdate(1, { expiresAtMs: NOW_MS + 1 })));
        const expired = settlement(seq, { to: "expired" }, { attempt: 0 });
        assert.equal(await current.store.settle(expired), "applied");
        assert.equal(current.store.stats().live, 0);
        assert.equal((await current.store.accept(newUpdate(1))).status, "duplicate");
      });
    });

    describe("dead letters", () => {
      it("lists them newest first, by pages, with reason and error", async () => {
        for (const updateId of [1, 2, 3]) {
          await current.store.settle(settlement(await begin(updateId), parked(`e${updateId}`)));
        }
        const [newest, middle] = await current.store.parked({ limit: 2 });
        assert.deepEqual([newest?.updateId, newest?.error], [3, "e3"]);
        assert.deepEqual([newest?.reason, newest?.attempts], ["failed", 1]);
        assert.equal(newest?.parkedAtMs, NOW_MS);
        const older = await current.store.parked({ beforeSeq: middle!.seq });
        assert.deepEqual(
          older.map(({ updateId }) => updateId),
          [1],
        );
      });

      it("puts one back at the end of its lane, once, as if it were new", async () => {
        const seq = await begin(1, { expiresAtMs: NOW_MS + 1 });
        await current.store.settle(settlement(seq, parked()));
        const later = seqOf(await current.store.accept(newUpdate(2)));
        const replayed = await current.store.replay(seq);
        assert.ok(replayed.status === "replayed" && replayed.seq > later);
        assert.deepEqual(await current.store.replay(seq), { status: "unknown" });
        assert.deepEqual(await current.store.parked({}), []);
        await current.store.claim(10);
        const [found = assert.fail()] = current.found;
        assert.deepEqual(
          [found.updateId, found.lane, found.attempts, found.expiresAtMs],
          [1, "a", 0, undefined],
        );
        assert.equal(Buffer.from(found.raw).toString(), '{"update_id":1}');
        assert.equal((await current.store.accept(newUpdate(1))).status, "duplicate");
      });
    });

    describeRepairs({ current: () => current, reopen, begin, newUpdate, nowMs: NOW_MS });

    describe("state", () => {
      it("writes state together with the end of the update", async () => {
        const record = { state: "s:one", data: { a: [1, "ü"] }, schemaVersion: 3, expiresAtMs: 5 };
        const writes = [{ key: "key", record, expectedVersion: 0 }];
        await current.store.settle(
          settlement(await begin(1), { to: "done", handler: undefined, writes }),
        );
        await reopen();
        assert.deepEqual((await current.store.readState("key")).record, record);
        assert.deepEqual(await current.store.readState("other"), {
          version: 0,
          record: undefined,
        });
      });

      it("does nothing at all when one record is not the one that was read", async () => {
        await current.store.settle(settlement(await begin(1), done(write("key", 1, 0))));
        const second = await begin(2);
        const late = done(write("other", 2, 0), write("key", 2, 0));
        const next = { seq: second, attempt: 2 };
        assert.equal(await current.store.settle(settlement(second, late, { next })), "conflict");
        assert.equal((await current.store.readState("other")).version, 0);
        assert.deepEqual((await current.store.readState("key")).record?.data, 1);
        assert.equal(current.store.stats().live, 1);
        const { version } = await current.store.readState("key");
        const again = done(write("key", 3, version));
        assert.equal(await current.store.settle(settlement(second, again)), "applied");
      });

      it("does not take a record that was removed and made again for the old one", async () => {
        await current.store.settle(settlement(await begin(1), done(write("key", 1, 0))));
        const { version } = await current.store.readState("key");
        const removal = { key: "key", record: undefined, expectedVersion: version };
        await current.store.settle(settlement(await begin(2), done(removal)));
        await current.store.settle(settlement(await begin(3), done(write("key", 1, 0))));
        const late = settlement(await begin(4), done(write("key", 9, version)));
        assert.equal(await current.store.settle(late), "conflict");
      });

      it("replaces what was not read", async () => {
        await current.store.settle(settlement(await begin(1), done(write("key", 1))));
        await current.store.settle(settlement(await begin(2), done(write("key", 2))));
        assert.equal((await current.store.readState("key")).record?.data, 2);
      });

      it("lets one of two that change the same record win, and says so to the other", async () => {
        const seqs = [await begin(1), await begin(2, { lane: "b" })];
        const settled = await Promise.all(
          seqs.map((seq) => current.store.settle(settlement(seq, done(write("key", seq, 0))))),
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
        await current.store.record(ref, { ...entry("b", undefined), kind: "intent" });
        await current.store.record(ref, entry("a", "1"));
        assert.equal(await current.store.record(ref, entry("b", '{"x":2}')), "applied");
        const { store, found } = await reopen();
        assert.deepEqual(await store.journal(seq), [entry("b", '{"x":2}'), entry("a", "1")]);
        await store.claim(1);
        assert.equal(found[0]!.journaled, true);
      });

      it("takes nothing from an attempt that is over", async () => {
        const seq = await begin(1);
        await current.store.begin({ seq, attempt: 2 });
        assert.equal(await current.store.record({ seq, attempt: 1 }, entry("a", "1")), "fenced");
        await current.store.settle(settlement(seq, done(), { attempt: 2 }));
        assert.equal(await current.store.record({ seq, attempt: 2 }, entry("a", "1")), "fenced");
        assert.deepEqual(await current.store.journal(seq), []);
      });

      it("stays with a dead letter that is put back", async () => {
        const seq = await begin(1);
        await current.store.record({ seq, attempt: 1 }, entry("a", "1"));
        await current.store.settle(settlement(seq, parked()));
        const replayed = await current.store.replay(seq);
        assert.ok(replayed.status === "replayed");
        assert.deepEqual(await current.store.journal(replayed.seq), [entry("a", "1")]);
      });
    });

    describe("retention", () => {
      const sweepAll = async (settledBeforeMs: number, payloadBeforeMs = 0): Promise<number> => {
        let sum = 0;
        const retention = { settledBeforeMs, payloadBeforeMs, expiredBeforeMs: 0, limit: 2 };
        for (let quiet = 0; quiet < 5;) {
          const removed = await current.store.sweep(retention);
          sum += removed;
          quiet = removed === 0 ? quiet + 1 : 0;
        }
        return sum;
      };

      it("forgets settled updates after the window, and never what is live or parked", async () => {
        await current.store.accept(newUpdate(1));
        await current.store.settle(settlement(await begin(2), parked()));
        for (const updateId of [3, 4, 5, 6, 7]) {
          await current.store.settle(settlement(await begin(updateId), done()));
        }
        await current.store.accept(newUpdate(8));
        assert.equal(await sweepAll(NOW_MS), 0);
        assert.equal((await current.store.accept(newUpdate(3))).status, "duplicate");
        assert.equal(await sweepAll(NOW_MS + 1), 5);
        await reopen();
        await current.store.claim(10);
        assert.deepEqual(
          current.found.map(({ updateId }) => updateId),
          [1, 8],
        );
        assert.equal((await current.store.parked({})).length, 1);
        assert.equal((await current.store.accept(newUpdate(2))).status, "duplicate");
        assert.equal((await current.store.accept(newUpdate(3))).status, "stored");
      });

      it("forgets the bytes earlier than the id", async () => {
        await current.store.settle(settlement(await begin(1), done()));
        await current.store.settle(settlement(await begin(2), parked()));
        assert.equal(await sweepAll(NOW_MS - DAY_MS, NOW_MS + 1), 1);
        assert.equal((await current.store.accept(newUpdate(1))).status, "duplicate");
        assert.equal((await current.store.parked({})).length, 1);
      });

      it("never uses a number twice, even when everything is forgotten", async () => {
        const seq = await begin(1);
        await current.store.settle(settlement(seq, done()));
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
        await current.store.settle(
          settlement(await begin(1), { to: "done", handler: undefined, writes }),
        );
        const nothing = { settledBeforeMs: 0, payloadBeforeMs: 0, limit: 10 };
        assert.equal(await current.store.sweep({ ...nothing, expiredBeforeMs: NOW_MS }), 0);
        assert.equal(await current.store.sweep({ ...nothing, expiredBeforeMs: NOW_MS + 1 }), 1);
        assert.equal((await current.store.readState("old")).version, 0);
        assert.notEqual((await current.store.readState("for ever")).version, 0);
      });
    });
  });
  describeOutbox(name, create);
}
