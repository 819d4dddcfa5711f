import type { Clock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

/** Each message is logged at most once in this time, however many requests cause it. */
const INTERVAL_MS = 60_000;

/** Logs warnings that single requests cause, at most one line per message and minute. */
export class OccasionalLog {
  readonly #clock: Clock;
  readonly #logger: Logger | undefined;
  readonly #loggedAtMs = new Map<string, number>();

  constructor(clock: Clock, logger: Logger | undefined) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** `message` must come from a closed list, because the time of each is remembered. */
  warn(message: string, fields: () => Readonly<Record<string, unknown>>): void {
    const nowMs = this.#clock.monotonic();
    const loggedAtMs = this.#loggedAtMs.get(message) ?? -Infinity;
    if (this.#logger === undefined || nowMs - loggedAtMs < INTERVAL_MS) return;
    this.#loggedAtMs.set(message, nowMs);
    this.#logger.warn(fields(), message);
  }
}
