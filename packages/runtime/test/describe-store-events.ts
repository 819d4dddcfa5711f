import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import type { Accepted, NewUpdate, Settlement } from "../src/store/store.ts";
import { newUpdate, openStore, type OpenStore, type StoreGround } from "./store-ground.ts";

const NOW_MS = 1_800_000_000_000;

/** An own event in lane "a". */
function event(key: string | undefined, more: Partial<NewUpdate> = {}): NewUpdate {
  return newUpdate(undefined, { raw: Buffer.from(`{"key":"${key}"}`), key, ...more });
}

function status(accepted: Accepted): string {
  return accepted.status;
}

/** What every store must do with the bot's own events. */
export function describeStoreEvents(name: string, create: () => Promise<StoreGround>): void {
  describe(`${name} and own events`, () => {
    let ground: StoreGround;
    let current: OpenStore;

    /** Stores an update and begins its first attempt. */
    async function begin(updateId: number, lane = "a"): Promise<number> {
      const accepted = await current.store.accept(newUpdate(updateId, { begin: true, lane }));
      assert.equal(accepted.status, "stored");
      return accepted.status === "stored" ? accepted.seq : NaN;
    }

    function doneWith(seq: number, ...emits: NewUpdate[]): Settlement {
      const ending = { to: "done", handler: "h", writes: [], emits } as const;
      return { seq, attempt: 1, ending, atMs: NOW_MS, next: undefined };
    }

    beforeEach(async () => {
      ground = await create();
      current = await openStore(ground.make());
    });
    afterEach(async () => {
      await current.store.close();
      await ground.remove();
    });

    it("stores one of several with the same key, also of one commit", async () => {
      const { store } = current;
      const together = await Promise.all([1, 2].map(() => store.accept(event("order_paid/1"))));
      const later = await store.accept(event("order_paid/1"));
      const other = await store.accept(event("order_paid/2"));

      assert.deepEqual(together.map(status), ["stored", "duplicate"]);
      assert.deepEqual([later, other].map(status), ["duplicate", "stored"]);
    });

    it("keeps the keys of different bots apart, and stores every event without a key", async () => {
      const { store } = current;
      const accepted = [event("k"), event("k", { botId: 8 }), event(undefined), event(undefined)];

      for (const update of accepted) assert.equal(status(await store.accept(update)), "stored");
    });

    it("remembers a key until retention forgets it", async () => {
      const { store } = current;
      await store.accept(event("k"));
      const retention = { payloadBeforeMs: 0, expiredBeforeMs: 0, limit: 10 };

      await store.sweep({ ...retention, settledBeforeMs: NOW_MS });
      assert.equal(status(await store.accept(event("k"))), "duplicate");
      await store.sweep({ ...retention, settledBeforeMs: NOW_MS + 1 });
      assert.equal(status(await store.accept(event("k"))), "stored");
    });

    it("stores what an attempt emits with its end, set aside, and says so", async () => {
      const { store } = current;
      const seq = await begin(1);
      const settled = await store.settle(
        doneWith(
          seq,
          event("e1", { place: "aside" }),
          event(undefined, { place: "aside", lane: "b" }),
        ),
      );

      assert.equal(settled, "applied");
      assert.deepEqual(
        current.foundAside.map(({ lane }) => lane),
        ["a", "b"],
      );
      const [loaded, ...more] = await store.load("a", seq, 10);
      assert.deepEqual(more, []);
      assert.equal(Buffer.from(loaded!.raw).toString(), '{"key":"e1"}');
      assert.deepEqual([loaded!.updateId, loaded!.attempts], [undefined, 0]);
      assert.equal(store.stats().live, 2);
    });

    it("emits nothing with an end that is fenced, and nothing twice when it is told twice", async () => {
      const { store } = current;
      const seq = await begin(1);
      const settlement = doneWith(seq, event(undefined, { place: "aside" }));

      assert.equal(await store.settle({ ...settlement, attempt: 2 }), "fenced");
      assert.equal(await store.settle(settlement), "applied");
      assert.equal(await store.settle(settlement), "applied");
      assert.equal((await store.load("a", 0, 10)).length, 1);
    });

    it("emits nothing whose key is taken", async () => {
      const { store } = current;
      await store.accept(event("k", { lane: "b" }));
      const seq = await begin(1);

      await store.settle(doneWith(seq, event("k", { place: "aside" })));

      assert.deepEqual(current.foundAside, []);
      assert.equal(store.stats().live, 1);
    });

    it("emits in the order of numbers with what arrives in the same commit", async () => {
      const { store } = current;
      const seq = await begin(1);
      const [, accepted] = await Promise.all([
        store.settle({
          ...doneWith(seq, event(undefined, { place: "aside" })),
          next: { seq: 999, attempt: 1 },
        }),
        store.accept(newUpdate(2, { place: "aside" })),
      ]);

      assert.ok(accepted.status === "stored" && accepted.seq > current.foundAside[0]!.seq);
      const loaded = await store.load("a", seq, 10);
      assert.deepEqual(
        loaded.map(({ updateId }) => updateId),
        [undefined, 2],
      );
    });

    it("hands events out after a restart like any update", async () => {
      const seq = await begin(1);
      await current.store.settle(doneWith(seq, event("e", { place: "aside" })));
      await current.store.close();
      current = await openStore(ground.make());

      await current.store.claim(10);

      const [aside] = current.foundAside;
      assert.equal(aside?.lane, "a");
      assert.equal((await current.store.load("a", 0, 10))[0]?.seq, aside?.seq);
      assert.equal(status(await current.store.accept(event("e"))), "duplicate");
    });
  });
}
