import type { Clock } from "@hookgram/bot-api";

import type { Counts } from "./counts.ts";

/**
 * Least time between estimates: to find that there are so many takes up to half a second for all.
 */
const ESTIMATE_REST_MS = 60_000;

/**
 * How many updates are live and how many are parked, without asking the database each time: it
 * counts when the store is opened and now and then, and what this node adds and ends in between is
 * added to that.
 */
export class LiveCounts {
  readonly #clock: Clock;
  #live = 0;
  #parked = 0;
  #isEstimate = false;
  #countAgainMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** An estimate may be too low for what was settled since. */
  get live(): number {
    return Math.max(0, this.#live);
  }

  get parked(): number {
    return Math.max(0, this.#parked);
  }

  /** This node has added so many, or ended them if the number is negative. */
  add({ live = 0, parked = 0 }: { readonly live?: number; readonly parked?: number }): void {
    this.#live += live;
    this.#parked += parked;
  }

  /** The database has counted. */
  counted({ live, parked, isEstimate }: Counts): void {
    this.#live = live;
    this.#parked = parked;
    this.#isEstimate = isEstimate;
    this.#countAgainMs = isEstimate ? this.#clock.monotonic() + ESTIMATE_REST_MS : 0;
  }

  /**
   * Whether the database should count again. `hasOthers`: other nodes add updates and end some,
   * too.
   */
  mustCount(hasOthers: boolean): boolean {
    return (hasOthers || this.#isEstimate) && this.#clock.monotonic() >= this.#countAgainMs;
  }
}
