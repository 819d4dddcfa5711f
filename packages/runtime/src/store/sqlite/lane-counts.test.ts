import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { LaneCounts, laneHash } from "./lane-counts.ts";

const LANES = Array.from({ length: 100_000 }, (_, at) => `7:${1_000_000 + at}`);
const OTHERS = Array.from({ length: 10_000 }, (_, at) => `7:-100${at}`);

describe("counts of waiting lanes", () => {
  it("never call a lane free in which something waits, and most others", () => {
    const counts = new LaneCounts();
    for (const lane of LANES) counts.add(laneHash(lane));
    assert.ok(LANES.every((lane) => !counts.isFree(laneHash(lane))));
    const taken = OTHERS.filter((lane) => !counts.isFree(laneHash(lane))).length;
    assert.ok(taken < OTHERS.length / 100, `${taken} of ${OTHERS.length} are taken for waiting`);
  });

  it("call a lane free when the last of it is gone", () => {
    const counts = new LaneCounts();
    for (const lane of ["a", "a", "b"]) counts.add(laneHash(lane));
    counts.remove(laneHash("a"));
    assert.deepEqual([counts.isFree(laneHash("a")), counts.isFree(laneHash("b"))], [false, false]);
    counts.remove(laneHash("a"));
    assert.deepEqual([counts.isFree(laneHash("a")), counts.isFree(laneHash("b"))], [true, false]);
  });

  it("do not forget a lane of which more wait than can be counted", () => {
    const counts = new LaneCounts();
    for (let count = 0; count < 70_000; count += 1) counts.add(laneHash("a"));
    for (let count = 0; count < 66_000; count += 1) counts.remove(laneHash("a"));
    assert.equal(counts.isFree(laneHash("a")), false);
  });
});
