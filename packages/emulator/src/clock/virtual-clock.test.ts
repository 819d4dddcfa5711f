import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, it } from "node:test";
import { sleep, systemClock } from "@hookgram/bot-api";
import type { Clock } from "@hookgram/bot-api";
import fc from "fast-check";
import { VirtualClock } from "./virtual-clock.ts";

/** Real time for a test: it moves only when told to. */
class ManualTime implements Clock {
  #nowMs = 0;
  readonly #alarms = new Set<{ readonly dueMs: number; readonly task: () => void }>();

  now(): number {
    return 1_000_000 + this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const alarm = { dueMs: this.#nowMs + delayMs, task };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  get isAwaited(): boolean {
    return this.#alarms.size > 0;
  }

  pass(ms: number): void {
    this.#nowMs += ms;
    for (const alarm of this.#alarms) {
      if (alarm.dueMs > this.#nowMs || !this.#alarms.delete(alarm)) continue;
      alarm.task();
    }
  }
}

describe("a virtual clock that runs", () => {
  it("goes with real time from where it starts", () => {
    const base = new ManualTime();
    const clock = new VirtualClock({ base, startMs: 5_000 });
    base.pass(70);
    assert.equal(clock.now(), 5_070);
    assert.equal(new VirtualClock({ base }).now(), 1_000_070);
  });

  it("fires timers when real time comes to them, and none that was cancelled", () => {
    const base = new ManualTime();
    const clock = new VirtualClock({ base });
    const fired: string[] = [];
    clock.after(20, () => fired.push("b"));
    clock.after(10, () => fired.push("a"));
    clock.after(15, () => fired.push("never"))();
    base.pass(10);
    assert.deepEqual(fired, ["a"]);
    base.pass(10);
    assert.deepEqual(fired, ["a", "b"]);
    assert.equal(clock.timerCount, 0);
  });

  it("stands still while paused and goes on from there", () => {
    const base = new ManualTime();
    const clock = new VirtualClock({ base, startMs: 0 });
    const fired: number[] = [];
    clock.after(50, () => fired.push(clock.now()));
    base.pass(20);
    clock.pause();
    base.pass(1_000);
    assert.deepEqual([clock.now(), clock.nextTimerInMs], [20, 30]);
    clock.resume();
    base.pass(29);
    assert.deepEqual(fired, []);
    base.pass(1);
    assert.deepEqual(fired, [50]);
  });

  it("goes on running after it was advanced", async () => {
    const clock = new VirtualClock({ startMs: 0 });
    await clock.advance(3_600_000);
    assert.equal(clock.isPaused, false);
    assert.ok(clock.now() >= 3_600_000 && clock.now() < 3_660_000);
    await sleep(clock, 1);
  });
});

describe("a virtual clock that is paused", () => {
  it("fires timers in order at their own moments when it is advanced", async () => {
    const clock = new VirtualClock({ paused: true, startMs: 0 });
    const fired: string[] = [];
    const note = (name: string) => () => void fired.push(`${name} ${clock.now()}`);
    clock.after(30, note("c"));
    clock.after(10, () => {
      note("a")();
      clock.after(10, note("b"));
    });
    clock.after(10, note("a2"));
    await clock.advance(29);
    assert.deepEqual(fired, ["a 10", "a2 10", "b 20"]);
    assert.equal(clock.now(), 29);
    await clock.advance(1);
    assert.deepEqual(fired.at(-1), "c 30");
  });

  it("fires what is due now without being advanced, but never at once", async () => {
    const clock = new VirtualClock({ paused: true });
    let isFired = false;
    clock.after(0, () => {
      isFired = true;
    });
    assert.equal(isFired, false);
    while (!isFired) await nextTurn();
  });

  it("lets what a timer started finish before the next timer", async () => {
    const clock = new VirtualClock({ paused: true, startMs: 0 });
    const seen: number[] = [];
    clock.after(10, () => {
      const end = clock.activity.begin();
      systemClock.after(20, () => {
        seen.push(clock.now());
        end();
      });
    });
    clock.after(60_000, () => seen.push(clock.now()));
    await clock.advance(60_000);
    assert.deepEqual(seen, [10, 60_000]);
  });

  it("goes on without what takes longer than the grace", async () => {
    const clock = new VirtualClock({ paused: true, startMs: 0 });
    clock.activity.begin();
    await clock.advance(1_000, { graceMs: 5 });
    assert.equal(clock.now(), 1_000);
  });

  it("takes nobody to be hanging because the process itself stood still", async () => {
    const base = new ManualTime();
    const clock = new VirtualClock({ base, paused: true, startMs: 0 });
    const seen: number[] = [];
    const end = clock.activity.begin();
    clock.after(60_000, () => seen.push(clock.now()));
    const advanced = clock.advance(60_000, { graceMs: 1_000 });
    for (let stops = 0; stops < 4; stops += 1) {
      while (!base.isAwaited) await nextTurn();
      base.pass(2_000);
    }
    while (!base.isAwaited) await nextTurn();
    assert.deepEqual(seen, []);
    end();
    await advanced;
    assert.deepEqual(seen, [60_000]);
  });

  it("walks one advance after the other", async () => {
    const clock = new VirtualClock({ paused: true, startMs: 0 });
    const seen: number[] = [];
    for (const atMs of [10, 20, 30]) clock.after(atMs, () => seen.push(clock.now()));
    await Promise.all([clock.advance(10), clock.advance(10), clock.advance(10)]);
    assert.deepEqual(seen, [10, 20, 30]);
    assert.equal(clock.now(), 30);
  });

  it("fires on the way when it is set forward, and moves no timer when it is set back", async () => {
    const clock = new VirtualClock({ paused: true, startMs: 1_000 });
    const seen: number[] = [];
    clock.after(500, () => seen.push(clock.now()));
    await clock.set(400);
    assert.deepEqual([clock.now(), clock.monotonic(), clock.nextTimerInMs], [400, 0, 500]);
    await clock.set(2_000);
    assert.deepEqual(seen, [900]);
    assert.deepEqual([clock.now(), clock.monotonic()], [2_000, 1_600]);
  });

  it("never fires out of order, whatever is scheduled and cancelled", async () => {
    const timer = fc.record({ delayMs: fc.nat(50), isCancelled: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(timer, { maxLength: 40 }), async (timers) => {
        const clock = new VirtualClock({ paused: true, startMs: 0 });
        const fired: number[] = [];
        timers.forEach(({ delayMs, isCancelled }, index) => {
          const cancel = clock.after(delayMs, () => fired.push(index));
          if (isCancelled) cancel();
        });
        await clock.advance(50);
        const expected = timers
          .map((entry, index) => ({ ...entry, index }))
          .filter(({ isCancelled }) => !isCancelled)
          .toSorted((a, b) => a.delayMs - b.delayMs || a.index - b.index);
        assert.deepEqual(
          fired,
          expected.map(({ index }) => index),
        );
      }),
      { numRuns: 30 },
    );
  });
});
