import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { type Clock, sleep, systemClock } from "./clock.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

test("a task runs once after its delay and never within the call", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const task = mock.fn();
  systemClock.after(100, task);
  systemClock.after(0, task);
  systemClock.after(-5, task);
  assert.equal(task.mock.callCount(), 0);
  t.mock.timers.tick(1);
  assert.equal(task.mock.callCount(), 2);
  t.mock.timers.tick(98);
  assert.equal(task.mock.callCount(), 2);
  t.mock.timers.tick(1);
  assert.equal(task.mock.callCount(), 3);
  t.mock.timers.tick(1000);
  assert.equal(task.mock.callCount(), 3);
});

test("a delay that setTimeout cannot hold is waited for in pieces", (t) => {
  // setTimeout takes more than 2^31-1 ms (24.8 days) as 1 ms.
  const asked: (number | undefined)[] = [];
  const waiting: (() => void)[] = [];
  t.mock.method(globalThis, "setTimeout", (next: () => void, delayMs?: number) => {
    asked.push(delayMs);
    waiting.push(next);
  });
  const task = mock.fn();
  systemClock.after(60 * DAY_MS, task);
  while (waiting.length > 0) waiting.shift()!();

  assert.ok(asked.every((delayMs) => delayMs !== undefined && delayMs <= 2_147_483_647));
  assert.equal(
    asked.reduce<number>((sum, delayMs) => sum + (delayMs ?? 0), 0),
    60 * DAY_MS,
  );
  assert.equal(asked.length, 3);
  assert.equal(task.mock.callCount(), 1);
});

test("a cancelled task does not run, even between two pieces of its delay", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const task = mock.fn();
  const cancel = systemClock.after(60 * DAY_MS, task);
  t.mock.timers.tick(30 * DAY_MS);
  cancel();
  cancel();
  t.mock.timers.tick(40 * DAY_MS);
  assert.equal(task.mock.callCount(), 0);
});

test("the system clock agrees with the machine", () => {
  const [first, now, last] = [Date.now(), systemClock.now(), Date.now()];
  assert.ok(first <= now && now <= last);
  const before = systemClock.monotonic();
  assert.ok(systemClock.monotonic() >= before);
});

/** A clock whose only timer runs when the test says so. */
function manualClock(): Clock & { fire: () => void; pending: () => boolean } {
  let pending: (() => void) | undefined;
  return {
    now: () => 0,
    monotonic: () => 0,
    after(_delayMs, task) {
      pending = task;
      return () => (pending = undefined);
    },
    fire: () => pending?.(),
    pending: () => pending !== undefined,
  };
}

test("sleep resolves when the clock says so", async () => {
  const clock = manualClock();
  const slept = sleep(clock, 1000, new AbortController().signal);
  clock.fire();
  await slept;
});

test("sleep rejects with the signal's reason and frees its timer", async () => {
  const clock = manualClock();
  const controller = new AbortController();
  const slept = sleep(clock, 1000, controller.signal);
  assert.ok(clock.pending());
  controller.abort(new Error("enough"));
  await assert.rejects(slept, /enough/);
  assert.ok(!clock.pending());
  await assert.rejects(sleep(clock, 1000, controller.signal), /enough/);
  assert.ok(!clock.pending());
});
