import type { Clock } from "@hookgram/bot-api";
import { Refusal } from "../methods/method.ts";

/** For this long after a conflict that was answered at once, others are answered late. */
const QUIET_MS = 3_000;

/**
 * Answers 409: the first one at once, further ones within 3 s only after 3 s, so that two pollers
 * that fight over one bot do not do it as fast as they can.
 */
export class ConflictThrottle {
  readonly #clock: Clock;
  #nextAtMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `reject` with the conflict, now or in 3 s. */
  refuse(description: string, reject: (refusal: Refusal) => void): void {
    const refusal = new Refusal(409, description);
    const nowMs = this.#clock.monotonic();
    if (nowMs < this.#nextAtMs) {
      this.#clock.after(QUIET_MS, () => reject(refusal));
      return;
    }
    this.#nextAtMs = nowMs + QUIET_MS;
    reject(refusal);
  }
}
