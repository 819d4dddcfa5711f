import {
  type SendLimits,
  textToTimes,
  timesToText,
  waitFor,
  windowsOf,
  withSend,
} from "../../outbox/send-limits.ts";
import { BULK } from "./send-states.ts";

/** What is stored about the limits of a bot. */
export interface BotTimes {
  readonly blockedMs: number;
  readonly recent: string;
  readonly recentBulk: string;
}

/** What is stored about the limits of a lane. */
export interface LaneTimes {
  readonly lane: string;
  readonly blockedMs: number;
  readonly recent: string;
}

/** What a lane's message comes to. */
export type LanePass =
  /** It goes; the lane's times afterwards, and the time before which its next one must not. */
  | { readonly may: "go"; readonly recent: string; readonly readyMs: number }
  /** The lane has to wait until then. */
  | { readonly may: "wait"; readonly readyMs: number }
  /** The bot's own limits are reached. */
  | { readonly may: "stop" };

/**
 * The limits of one bot during one turn.
 *
 * **Invariant:** what it lets go is counted at once, for the bot and for the lane. Its caller keeps
 * the bot's row locked and writes the times back before anybody else reads them.
 */
export class BotLimiter {
  readonly #limits: SendLimits;
  readonly #atMs: number;
  readonly #blockedMs: number;
  #recent: readonly number[];
  #recentBulk: readonly number[];
  #hasChanged = false;

  constructor(times: BotTimes, limits: SendLimits, atMs: number) {
    this.#limits = limits;
    this.#atMs = atMs;
    this.#blockedMs = times.blockedMs;
    this.#recent = textToTimes(times.recent);
    this.#recentBulk = textToTimes(times.recentBulk);
  }

  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  /** The times to be stored: all messages, and broadcasts. */
  get times(): readonly [recent: string, recentBulk: string] {
    return [timesToText(this.#recent), timesToText(this.#recentBulk)];
  }

  /** Until the bot itself may send a message that counts as `cost`; 0: now. */
  waitMs(priority: number, cost = 1): number {
    const atMs = this.#atMs;
    const { bot, bulk } = this.#limits;
    const waitMs = waitFor(this.#recent, { cost, windows: bot, atMs });
    const bulkMs = priority === BULK ? waitFor(this.#recentBulk, { cost, windows: bulk, atMs }) : 0;
    return Math.max(0, this.#blockedMs - atMs, waitMs, bulkMs);
  }

  /** Looks at all limits and counts the message if it may go. */
  pass(times: LaneTimes, priority: number, cost: number): LanePass {
    if (this.waitMs(priority, cost) > 0) return { may: "stop" };
    const atMs = this.#atMs;
    const windows = windowsOf(times.lane, this.#limits);
    const before = textToTimes(times.recent);
    const waitMs = Math.max(times.blockedMs - atMs, waitFor(before, { cost, windows, atMs }));
    if (waitMs > 0) return { may: "wait", readyMs: Math.ceil(atMs + waitMs) };
    this.count(priority, cost);
    const recent = withSend(before, { cost, windows, atMs });
    const nextMs = waitFor(recent, { cost: 1, windows, atMs });
    return { may: "go", recent: timesToText(recent), readyMs: Math.ceil(atMs + nextMs) };
  }

  count(priority: number, cost: number): void {
    const atMs = this.#atMs;
    this.#hasChanged = true;
    this.#recent = withSend(this.#recent, { cost, windows: this.#limits.bot, atMs });
    if (priority !== BULK) return;
    this.#recentBulk = withSend(this.#recentBulk, { cost, windows: this.#limits.bulk, atMs });
  }
}
