import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "@hookgram/bot-api";

/** Far more than a small step takes on a machine that has time for it. */
const LAP_MAX_MS = 250;

/**
 * Measures how long something takes on a machine that keeps up. Of each lap at most 250 ms count, so
 * that a test which waits in small steps fails when what it waits for comes late, and not when a
 * loaded machine stands still now and then.
 */
export class FairWatch {
  #lastMs = systemClock.monotonic();
  #elapsedMs = 0;

  /** To be called after each small step. Gives the time that counts. */
  lap(): number {
    const nowMs = systemClock.monotonic();
    this.#elapsedMs += Math.min(nowMs - this.#lastMs, LAP_MAX_MS);
    this.#lastMs = nowMs;
    return this.#elapsedMs;
  }
}

/** How long this takes on a machine that keeps up. Rejects as it does. */
export async function fairTimeOf(work: Promise<unknown>): Promise<number> {
  const watch = new FairWatch();
  const ended = work.then(() => true);
  while (!(await Promise.race([ended, delay(20, false)]))) watch.lap();
  return watch.lap();
}

/** Longest wait for something that has no time limit of its own, so that a test fails and not hangs. */
const WAIT_MAX_MS = 20_000;

/** Looks again and again, until it holds. */
export async function waitUntil(holds: () => boolean | Promise<boolean>): Promise<void> {
  const watch = new FairWatch();
  while (!(await holds())) {
    assert.ok(watch.lap() < WAIT_MAX_MS, "waited for too long");
    await delay(20);
  }
}
