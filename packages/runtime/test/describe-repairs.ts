import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ANY_EFFECT, type EffectKind, type NewUpdate, type Store } from "../src/store/store.ts";
import type { OpenStore } from "./store-ground.ts";

/** What the tests of repairs need of the suite that they are part of. */
export interface RepairGround {
  readonly current: () => OpenStore;
  readonly reopen: () => Promise<OpenStore>;
  /** Stores an update and begins its first attempt. */
  readonly begin: (updateId: number, more?: Partial<NewUpdate>) => Promise<number>;
  readonly nowMs: number;
}

/** What every store must do for whoever looks after what went wrong. */
export function describeRepairs({ current, reopen, begin, nowMs }: RepairGround): void {
  const store = (): Store => current().store;

  async function record(seq: number, key: string, kind: EffectKind, attempt = 1): Promise<void> {
    const value = kind === "result" || kind === "repeated" ? "1" : undefined;
    const entry = { key, attempt, kind, value, atMs: nowMs };
    assert.equal(await store().record({ seq, attempt }, entry), "applied");
  }

  async function park(seq: number, reason: "failed" | "killed-process" | "ambiguous", attempt = 1) {
    const ending = { to: "parked", reason, error: "boom" } as const;
    await store().settle({ seq, attempt, ending, atMs: nowMs, next: undefined });
  }

  const keysOf = async (seq: number): Promise<(readonly [string, EffectKind])[]> =>
    (await store().journal(seq)).map(({ key, kind }) => [key, kind] as const);

  describe("effects in doubt", () => {
    it("are listed with their updates, newest first, by pages", async () => {
      for (const updateId of [1, 2, 3]) {
        const seq = await begin(updateId);
        await record(seq, "plain", "result");
        await record(seq, "twice", "repeated");
        await record(seq, "lost", "unknown");
        await record(seq, "not", "failed");
      }
      await reopen();
      const page = await store().repairs.doubts({ limit: 2 });
      assert.deepEqual(
        page.map(({ updateId, status }) => [updateId, status]),
        [
          [3, "live"],
          [2, "live"],
        ],
      );
      assert.deepEqual(
        page[0]!.effects.map(({ key, kind, attempt, atMs }) => [key, kind, attempt, atMs]),
        [
          ["twice", "repeated", 1, nowMs],
          ["lost", "unknown", 1, nowMs],
        ],
      );
      const rest = await store().repairs.doubts({ beforeSeq: page[1]!.seq });
      assert.deepEqual(
        rest.map(({ updateId }) => updateId),
        [1],
      );
    });

    it("are not those that are in flight, but those that were never ended", async () => {
      const seq = await begin(1);
      await record(seq, "send", "intent");
      assert.deepEqual(await store().repairs.doubts({}), []);
      await park(seq, "ambiguous");
      const [doubtful = assert.fail()] = await store().repairs.doubts({});
      assert.deepEqual([doubtful.status, doubtful.effects[0]?.kind], ["parked", "intent"]);
    });
  });

  describe("a replay", () => {
    it("changes nothing before each intent is decided", async () => {
      const seq = await begin(1);
      await record(seq, "one", "intent");
      await record(seq, "two", "intent");
      await park(seq, "ambiguous");
      const one = { key: "one", kind: "result", value: "7" } as const;
      const none = { key: "none", kind: "unknown", value: undefined } as const;
      assert.deepEqual(await store().replay(seq), { status: "undecided", effects: ["one", "two"] });
      assert.deepEqual(await store().replay(seq, [one]), { status: "undecided", effects: ["two"] });
      assert.deepEqual(await store().replay(seq, [one, none]), {
        status: "no-such-effect",
        effects: ["none"],
      });
      assert.deepEqual(await keysOf(seq), [
        ["one", "intent"],
        ["two", "intent"],
      ]);
      assert.equal(store().stats().parked, 1);
    });

    it("writes the decisions down", async () => {
      const seq = await begin(1);
      for (const key of ["one", "two", "three"]) await record(seq, key, "intent");
      await park(seq, "ambiguous");
      const replayed = await store().replay(seq, [
        { key: "one", kind: "result", value: '{"id":7}' },
        { key: "two", kind: "unknown", value: undefined },
        { key: "three", kind: "result", value: undefined },
      ]);
      assert.ok(replayed.status === "replayed");
      assert.deepEqual(
        (await store().journal(replayed.seq)).map(({ key, kind, value }) => [key, kind, value]),
        [
          ["one", "result", '{"id":7}'],
          ["two", "unknown", undefined],
          ["three", "result", undefined],
        ],
      );
    });

    it("does not forget that a process died in an attempt", async () => {
      const killed = await begin(1);
      await park(killed, "killed-process");
      const failed = await begin(2);
      await park(failed, "failed");
      const journals: (readonly [string, EffectKind])[][] = [];
      for (const seq of [killed, failed]) {
        const replayed = await store().replay(seq);
        assert.ok(replayed.status === "replayed");
        journals.push(await keysOf(replayed.seq));
      }
      assert.deepEqual(journals, [[[ANY_EFFECT, "unknown"]], []]);
    });
  });
}
