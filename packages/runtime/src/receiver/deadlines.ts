import type { Clock } from "@hookgram/bot-api";

/** Something that should end before its time is up. */
export interface Deadline {
  readonly dueMs: number;
  readonly whenLate: () => void;
}

/**
 * Many deadlines with one length. They fall due in the order in which they began, so one timer for
 * the oldest is enough; a timer per request costs more than checking its secret.
 *
 * **Invariant:** `whenLate` is called at most once, never after `end`, never synchronously.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #lengthMs: number;
  readonly #open = new Set<Deadline>();
  #cancelTimer: (() => void) | undefined;
  #leaving = false;

  constructor(clock: Clock, lengthMs: number) {
    this.#clock = clock;
    this.#lengthMs = lengthMs;
  }

  begin(whenLate: () => void): Deadline {
    const deadline = { dueMs: this.#clock.monotonic() + this.#lengthMs, whenLate };
    this.#open.add(deadline);
    this.#cancelTimer ??= this.#clock.after(this.#lengthMs, this.#sweep);
    return deadline;
  }

  end(deadline: Deadline): void {
    this.#open.delete(deadline);
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
    for (const deadline of this.#open) {
      if (deadline.dueMs > nowMs) {
        this.#cancelTimer = this.#clock.after(deadline.dueMs - nowMs, this.#sweep);
        return;
      }
      this.#open.delete(deadline);
      deadline.whenLate();
    }
  };
}
