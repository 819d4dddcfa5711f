import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import { ManualClock } from "../../../test/manual-clock.ts";
import { ClockWatch } from "./clock-watch.ts";

describe("a node's clock beside the database's", () => {
  let clock: ManualClock;
  let told: (number | undefined)[];
  let watch: ClockWatch;

  beforeEach(() => {
    clock = new ManualClock();
    told = [];
    watch = new ClockWatch(clock, (aheadMs) => told.push(aheadMs));
  });

  /** A statement that takes so long, and is carried out this long after it was sent. */
  async function ask(aheadMs: number, times: { tookMs?: number; atMs?: number } = {}) {
    await watch.compare(async () => {
      const { tookMs = 0, atMs = tookMs / 2 } = times;
      const nowMs = clock.now() - aheadMs + atMs;
      clock.advance(tookMs);
      return nowMs;
    });
  }

  it("is nothing to speak of up to two seconds apart", async () => {
    for (const aheadMs of [0, 2_000, -2_000]) await ask(aheadMs);
    assert.deepEqual(told, []);
  });

  for (const aheadMs of [2_001, -2_001, 3_600_000]) {
    it(`is told of once when it is ${aheadMs} ms ahead, and once when it is right again`, async () => {
      for (let times = 0; times < 3; times += 1) await ask(aheadMs);
      assert.deepEqual(told, [aheadMs]);
      for (let times = 0; times < 3; times += 1) await ask(0);
      assert.deepEqual(told, [aheadMs, undefined]);
      await ask(-aheadMs);
      assert.deepEqual(told, [aheadMs, undefined, -aheadMs]);
    });
  }

  it("is not blamed for what a slow database or network may have taken", async () => {
    for (const atMs of [0, 10_000]) await ask(0, { tookMs: 10_000, atMs });
    await ask(6_999, { tookMs: 10_000 });
    assert.deepEqual(told, []);
    await ask(7_001, { tookMs: 10_000 });
    assert.deepEqual(told, [7_001]);
  });

  it("is not said to be right by an answer that took too long to know", async () => {
    await ask(5_000);
    await ask(5_000, { tookMs: 10_000 });
    await ask(0, { tookMs: 10_000 });
    assert.deepEqual(told, [5_000]);
    await ask(1_000, { tookMs: 2_000 });
    assert.deepEqual(told, [5_000, undefined]);
  });

  it("says nothing of it when there is no answer", async () => {
    await watch.compare(() => Promise.resolve(undefined));
    await assert.rejects(
      watch.compare(() => Promise.reject(new Error("cut off"))),
      /cut off/,
    );
    assert.deepEqual(told, []);
  });
});
