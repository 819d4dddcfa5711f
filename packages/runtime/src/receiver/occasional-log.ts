import type { Clock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

/** Requests come at any rate; what they cause is one line of each kind in this time at most. */
const INTERVAL_MS = 60_000;

/** Warnings that single requests cause: one line per message and minute. */
export class OccasionalLog {
  readonly #clock: Clock;
  readonly #logger: Logger | undefined;
  readonly #loggedAtMs = new Map<string, number>();

  constructor(clock: Clock, logger: Logger | undefined) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** `message` must come from a closed list: it is what the interval is counted by. */
  warn(message: string, fields: () => Readonly<Record<string, unknown>>): void {
    const nowMs = this.#clock.monotonic();
    const loggedAtMs = this.#loggedAtMs.get(message) ?? -Infinity;
    if (this.#logger === undefined || nowMs - loggedAtMs < INTERVAL_MS) return;
    this.#loggedAtMs.set(message, nowMs);
    this.#logger.warn(fields(), message);
  }
}
