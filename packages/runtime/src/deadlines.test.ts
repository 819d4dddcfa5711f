import assert from "node:assert/strict";
import { test } from "node:test";

import { ManualClock } from "../test/manual-clock.ts";
import { Deadlines } from "./deadlines.ts";

test("each deadline is late at its own time, and not when it ended before", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock, 1_000);
  const late: string[] = [];
  deadlines.begin(() => late.push("first"));
  clock.advance(400);
  const second = deadlines.begin(() => late.push("second"));
  clock.advance(400);
  deadlines.begin(() => late.push("third"));
  clock.advance(199);
  assert.deepEqual(late, []);
  clock.advance(1);
  assert.deepEqual(late, ["first"]);
  deadlines.end(second);
  clock.advance(799);
  assert.deepEqual(late, ["first"]);
  clock.advance(1);
  assert.deepEqual(late, ["first", "third"]);
  assert.equal(clock.waiting, 0);
});

test("any number of open deadlines needs one timer", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock, 1_000);
  for (let count = 0; count < 100; count += 1) deadlines.begin(() => {});
  assert.equal(clock.waiting, 1);
});

test("after leaving, no timer outlives the last open deadline", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock, 1_000);
  const open = deadlines.begin(() => {});
  deadlines.leave();
  assert.equal(clock.waiting, 1);
  deadlines.end(open);
  assert.equal(clock.waiting, 0);
});
