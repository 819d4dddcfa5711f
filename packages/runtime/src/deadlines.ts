import type { Clock } from "@hookgram/bot-api";

import { Slots } from "./slots.ts";

/** A time by which something should have ended. */
export interface Deadline {
  readonly dueMs: number;
  readonly whenLate: () => void;
  /** Where {@link Deadlines} keeps it; undefined when it has ended or was late. */
  place: number | undefined;
}

/**
 * Many deadlines of the same length. They fall due in the order in which they began, so that one
 * timer, for the oldest, is enough; when it fires, the next one is searched among those still open.
 *
 * A timer for each request would cost more than all other checks of the request. A linked list would
 * defeat V8's collector: an old link that was removed keeps all its successors alive.
 *
 * **Invariant:** `whenLate` is called at most once, never after `end`, never synchronously.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #lengthMs: number;
  readonly #open = new Slots<Deadline>();
  #cancelTimer: (() => void) | undefined;
  #leaving = false;

  constructor(clock: Clock, lengthMs: number) {
    this.#clock = clock;
    this.#lengthMs = lengthMs;
  }

  begin(whenLate: () => void): Deadline {
    const dueMs = this.#clock.monotonic() + this.#lengthMs;
    const deadline: Deadline = { dueMs, whenLate, place: undefined };
    deadline.place = this.#open.add(deadline);
    this.#cancelTimer ??= this.#clock.after(this.#lengthMs, this.#sweep);
    return deadline;
  }

  /** May be called again, and after the deadline was late. */
  end(deadline: Deadline): void {
    if (deadline.place === undefined) return;
    this.#open.remove(deadline.place);
    deadline.place = undefined;
    if (this.#leaving) this.#endTimerWhenUnused();
  }

  /**
   * Has the timer end with the last open deadline, from now on. Otherwise it may outlive it by one
   * length, because this class avoids starting and ending a timer for each request.
   */
  leave(): void {
    this.#leaving = true;
    this.#endTimerWhenUnused();
  }

  #endTimerWhenUnused(): void {
    if (this.#open.size > 0) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  readonly #sweep = (): void => {
    this.#cancelTimer = undefined;
    const nowMs = this.#clock.monotonic();
    const open = this.#open.members().sort((one, other) => one.dueMs - other.dueMs);
    const next = open.find(({ dueMs }) => dueMs > nowMs);
    if (next !== undefined) this.#cancelTimer = this.#clock.after(next.dueMs - nowMs, this.#sweep);
    for (const deadline of open) {
      if (deadline.dueMs > nowMs) return;
      // A deadline that was late just before may have ended this one.
      if (deadline.place === undefined) continue;
      this.end(deadline);
      deadline.whenLate();
    }
  };
}
