import type { Clock } from "@hookgram/bot-api";

/**
 * More than this on 30 s, the life of an inline query, is worth a word: `docs/several-nodes.md`.
 */
const APART_MAX_MS = 2_000;

/**
 * Compares this node's clock with the database's wherever that tells its time anyway.
 *
 * The database read its clock somewhere between question and answer: in the middle is the best
 * guess, and half of what it took is how wrong the guess can be (Cristian, "Probabilistic clock
 * synchronization", 1989). Neither that they are apart nor that they agree is said on a guess.
 */
export class ClockWatch {
  readonly #clock: Clock;
  readonly #apart: (aheadMs: number | undefined) => void;
  #isApart = false;

  /** `apart` is told once how far this node's clock is ahead; undefined, when it is right again. */
  constructor(clock: Clock, apart: (aheadMs: number | undefined) => void) {
    this.#clock = clock;
    this.#apart = apart;
  }

  /**
   * `ask` gives the database's time in milliseconds since the epoch, or undefined if it did not
   * say.
   */
  async compare(ask: () => Promise<number | undefined>): Promise<void> {
    const sentAtMs = this.#clock.now();
    const startMs = this.#clock.monotonic();
    const databaseMs = await ask();
    if (databaseMs === undefined) return;
    const doubtMs = (this.#clock.monotonic() - startMs) / 2;
    const aheadMs = sentAtMs + doubtMs - databaseMs;
    if (!this.#isApart && Math.abs(aheadMs) - doubtMs > APART_MAX_MS) this.#turn(aheadMs);
    else if (this.#isApart && Math.abs(aheadMs) + doubtMs <= APART_MAX_MS) this.#turn(undefined);
  }

  #turn(aheadMs: number | undefined): void {
    this.#isApart = aheadMs !== undefined;
    this.#apart(aheadMs);
  }
}
