import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "@hookgram/bot-api";

/** Turns of the event loop after which loopback I/O that is already under way has arrived. */
const SETTLE_TURNS = 4;
/** Real time after which waiting ends even if new work keeps appearing, so that it always ends. */
const SETTLE_MAX_MS = 10_000;

/**
 * Counts the real I/O that the emulator has under way (a delivery whose answer is awaited, a
 * connection that is being made). The virtual clock asks it before it moves, so that hours do not
 * pass between a request and an answer that is a real millisecond away.
 */
export class Activity {
  readonly #realClock: Clock;
  readonly #running = new Map<object, number>();
  #wake: (() => void) | undefined;

  constructor(realClock: Clock) {
    this.#realClock = realClock;
  }

  /** Marks the beginning of a piece of I/O; the returned function marks its end. */
  begin(): () => void {
    const mark = {};
    this.#running.set(mark, this.#realClock.monotonic());
    return () => {
      if (this.#running.delete(mark)) this.#wake?.();
    };
  }

  /**
   * Resolves when nothing is under way, or when all that is left has been under way for `graceMs`
   * of real time: a peer that has not answered by then is taken to be hanging.
   */
  async settle(graceMs: number): Promise<void> {
    const stopAtMs = this.#realClock.monotonic() + SETTLE_MAX_MS;
    for (;;) {
      for (let turn = 0; turn < SETTLE_TURNS; turn += 1) await nextTurn();
      const nowMs = this.#realClock.monotonic();
      const waitMs = this.#patienceMs(nowMs, graceMs);
      if (waitMs <= 0 || nowMs >= stopAtMs) return;
      await this.#changeWithin(waitMs);
    }
  }

  #patienceMs(nowMs: number, graceMs: number): number {
    let patienceMs = 0;
    for (const sinceMs of this.#running.values()) {
      patienceMs = Math.max(patienceMs, sinceMs + graceMs - nowMs);
    }
    return patienceMs;
  }

  #changeWithin(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        this.#wake = undefined;
        cancel();
        resolve();
      };
      const cancel = this.#realClock.after(waitMs, finish);
      this.#wake = finish;
    });
  }
}
