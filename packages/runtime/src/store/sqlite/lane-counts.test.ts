import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { LaneCounts } from "./lane-counts.ts";

const LANES = Array.from({ length: 100_000 }, (_, at) => `7:${1_000_000 + at}`);
const OTHERS = Array.from({ length: 10_000 }, (_, at) => `7:-100${at}`);

describe("counts of waiting lanes", () => {
  it("never call a lane free in which something waits, and most others", () => {
    const counts = new LaneCounts();
    for (const lane of LANES) counts.add(lane);
    assert.ok(LANES.every((lane) => !counts.isFree(lane)));
    const taken = OTHERS.filter((lane) => !counts.isFree(lane)).length;
    assert.ok(taken < OTHERS.length / 100, `${taken} of ${OTHERS.length} are taken for waiting`);
  });

  it("call a lane free when the last of it is gone", () => {
    const counts = new LaneCounts();
    for (const lane of ["a", "a", "b"]) counts.add(lane);
    counts.remove("a");
    assert.deepEqual([counts.isFree("a"), counts.isFree("b")], [false, false]);
    counts.remove("a");
    assert.deepEqual([counts.isFree("a"), counts.isFree("b")], [true, false]);
  });

  it("do not forget a lane of which more wait than can be counted", () => {
    const counts = new LaneCounts();
    for (let count = 0; count < 70_000; count += 1) counts.add("a");
    for (let count = 0; count < 66_000; count += 1) counts.remove("a");
    assert.equal(counts.isFree("a"), false);
  });
});
