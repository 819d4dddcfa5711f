import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "@hookgram/bot-api";

/** Turns of the event loop after which loopback I/O that is already under way has arrived. */
const SETTLE_TURNS = 4;
/** Real time after which waiting ends even if new work keeps appearing, so that it always ends. */
const SETTLE_MAX_MS = 10_000;
/** Waiting goes in laps of so much real time… */
const LAP_MS = 5;
/** …of each of which so much counts at most. A longer one means that the process stood still. */
const LAP_MAX_MS = 2 * LAP_MS;

/**
 * Counts the real I/O that the emulator has under way (a delivery whose answer is awaited, a
 * connection that is being made). The virtual clock asks it before it moves, so that hours do not
 * pass between a request and an answer that is a real millisecond away.
 *
 * It measures in waiting time, which passes only while it waits and the process runs: on a loaded
 * machine, a process that got no processor for a while has not given its peers any time either.
 */
export class Activity {
  readonly #realClock: Clock;
  /** What is under way, with the waiting time at which it began. */
  readonly #running = new Map<object, number>();
  #waitedMs = 0;
  #wake: (() => void) | undefined;

  constructor(realClock: Clock) {
    this.#realClock = realClock;
  }

  /** Marks the beginning of a piece of I/O; the returned function marks its end. */
  begin(): () => void {
    const mark = {};
    this.#running.set(mark, this.#waitedMs);
    return () => {
      if (this.#running.delete(mark)) this.#wake?.();
    };
  }

  /**
   * Resolves when nothing is under way, or when all that is left was waited for over `graceMs`: a
   * peer that has not answered by then is taken to be hanging.
   */
  async settle(graceMs: number): Promise<void> {
    const stopAtMs = this.#realClock.monotonic() + SETTLE_MAX_MS;
    for (;;) {
      for (let turn = 0; turn < SETTLE_TURNS; turn += 1) await nextTurn();
      const waitMs = this.#patienceMs(graceMs);
      if (waitMs <= 0 || this.#realClock.monotonic() >= stopAtMs) return;
      await this.#lap(Math.min(waitMs, LAP_MS));
    }
  }

  #patienceMs(graceMs: number): number {
    const sinceMs = Math.max(...this.#running.values());
    return sinceMs + graceMs - this.#waitedMs;
  }

  /** Waits for a change, or for so long. */
  async #lap(waitMs: number): Promise<void> {
    const startMs = this.#realClock.monotonic();
    await new Promise<void>((resolve) => {
      const cancel = this.#realClock.after(waitMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = undefined;
    this.#waitedMs += Math.min(this.#realClock.monotonic() - startMs, LAP_MAX_MS);
  }
}
