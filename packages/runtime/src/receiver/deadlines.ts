import type { Clock } from "@hookgram/bot-api";

/** Something that should end before its time is up. Its place in the list is {@link Deadlines}' own. */
export interface Deadline {
  readonly dueMs: number;
  readonly whenLate: () => void;
  before: Deadline | undefined;
  after: Deadline | undefined;
  isOpen: boolean;
}

/**
 * Many deadlines with one length. They fall due in the order in which they began, so one timer for
 * the oldest is enough, and a list that is linked through them: a timer or a set's entry for each
 * request costs more than the other checks.
 *
 * **Invariant:** `whenLate` is called at most once, never after `end`, never synchronously.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #lengthMs: number;
  #oldest: Deadline | undefined;
  #newest: Deadline | undefined;
  #cancelTimer: (() => void) | undefined;
  #leaving = false;

  constructor(clock: Clock, lengthMs: number) {
    this.#clock = clock;
    this.#lengthMs = lengthMs;
  }

  begin(whenLate: () => void): Deadline {
    const dueMs = this.#clock.monotonic() + this.#lengthMs;
    const before = this.#newest;
    const deadline: Deadline = { dueMs, whenLate, before, after: undefined, isOpen: true };
    if (before === undefined) this.#oldest = deadline;
    else before.after = deadline;
    this.#newest = deadline;
    this.#cancelTimer ??= this.#clock.after(this.#lengthMs, this.#sweep);
    return deadline;
  }

  /** May be called again, and after the deadline was late. */
  end(deadline: Deadline): void {
    if (!deadline.isOpen) return;
    deadline.isOpen = false;
    const { before, after } = deadline;
    if (before === undefined) this.#oldest = after;
    else before.after = after;
    if (after === undefined) this.#newest = before;
    else after.before = before;
    // One that the collector has taken for old would otherwise keep all later ones alive.
    deadline.before = undefined;
    deadline.after = undefined;
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
    if (this.#oldest !== undefined) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  readonly #sweep = (): void => {
    this.#cancelTimer = undefined;
    const nowMs = this.#clock.monotonic();
    for (let late = this.#oldest; late !== undefined; late = this.#oldest) {
      if (late.dueMs > nowMs) {
        this.#cancelTimer = this.#clock.after(late.dueMs - nowMs, this.#sweep);
        return;
      }
      this.end(late);
      late.whenLate();
    }
  };
}
