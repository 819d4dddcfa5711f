import type { Clock } from "@hookgram/bot-api";

import { Slots } from "./slots.ts";

/** Something that should end before its time is up. */
export interface Deadline {
  readonly dueMs: number;
  readonly whenLate: () => void;
  /** Where {@link Deadlines} keeps it; undefined when it has ended or was late. */
  place: number | undefined;
}

/**
 * Many deadlines with one length. They fall due in the order in which they began, so one timer for
 * the oldest is enough; when it goes off, those that are open are looked through for the next. A timer
 * for each request costs more than the other checks. A list linked through them is what V8's
 * collector takes worst: an old one that is gone keeps those behind it alive, and so on.
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
   * From now on the timer ends with the last open deadline. Before, it may outlive it by one
   * length, because starting and ending a timer per request is what this class avoids.
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
      // One that was late before it may have ended this one.
      if (deadline.place === undefined) continue;
      this.end(deadline);
      deadline.whenLate();
    }
  };
}
