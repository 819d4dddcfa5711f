import type { Clock } from "@hookgram/bot-api";

import type { Ending } from "../store/store.ts";
import type { Lane, LaneItem } from "./lane.ts";
import type { IsHeld } from "./resting-lanes.ts";

/** The bots of an engine, as far as the rules depend on them. */
export interface RuledBots {
  /** The bots that run, those that are being removed included. */
  readonly running: ReadonlyMap<number, unknown>;
  /** Whether attempts at updates of the bot may begin. */
  isActive(botId: number): boolean;
  /** The most attempts that one of the bot's handlers asks for; 0 when none does. */
  attemptsMaxOf(botId: number): number;
  /** The longest delay between attempts that one of the bot's handlers asks for; 0 when none does. */
  retryDelayMaxMsOf(botId: number): number;
}

export interface AttemptRulesOptions {
  readonly clock: Clock;
  readonly attemptsMax: number;
  readonly retryDelayMaxMs: number;
  readonly handleExpired: boolean;
  readonly bots: RuledBots;
  readonly pauses: { holds(botId: number, lane: string): boolean };
}

/**
 * What becomes of the first update of a lane: an ending that is to be committed; or nothing, because
 * another process has settled the update (`skip`), or because it has to wait.
 */
export type Verdict =
  | Ending
  | { readonly to: "skip" }
  | { readonly to: "hold" }
  | { readonly to: "sleep"; readonly waitMs: number };

/** Decides whether an update may be attempted now, by the limits, the clock, the bots and the pauses. */
export class AttemptRules {
  readonly #options: AttemptRulesOptions;

  constructor(options: AttemptRulesOptions) {
    this.#options = options;
  }

  /** Whether the bot is running. Updates of other bots wait in their lanes. */
  knowsBot(botId: number): boolean {
    return this.#options.bots.running.has(botId);
  }

  /** Whether attempts are forbidden, because the bot or the lane is paused or the bot is leaving. */
  readonly isHeld: IsHeld = (botId, lane) => {
    const { bots, pauses } = this.#options;
    return !bots.isActive(botId) || pauses.holds(botId, lane);
  };

  /** What becomes of an update that must not run, or not yet; undefined if it may run. */
  verdictWithoutRun({ key, restedSeq }: Lane, item: LaneItem): Verdict | undefined {
    const { attemptsMax, handleExpired, clock, bots } = this.#options;
    if (!this.knowsBot(item.botId)) return { to: item.begun ? "taken-back" : "hold" };
    const nowMs = clock.now();
    if (!handleExpired && item.expiresAtMs !== undefined && item.expiresAtMs <= nowMs) {
      return { to: "expired" };
    }
    if (item.begun) return undefined;
    if (this.isHeld(item.botId, key)) return { to: "hold" };
    if (item.attempts >= attemptsMax && item.attempts >= bots.attemptsMaxOf(item.botId)) {
      const error = `${item.interrupted} of ${item.attempts} attempts ended with their process`;
      return { to: "parked", reason: "killed-process", error };
    }
    if (item.seq === restedSeq) return undefined;
    const waitMs = this.#waitMs(item, nowMs);
    return waitMs <= 0 ? undefined : { to: "sleep", waitMs };
  }

  /** How long the next attempt has to wait after a failure; 0 or less if it has not. */
  #waitMs({ botId, retryAtMs, receivedAtMs }: LaneItem, nowMs: number): number {
    if (retryAtMs === undefined) return 0;
    const { retryDelayMaxMs, bots } = this.#options;
    // If it was received in the future, the clock was set back, which must not make it wait longer.
    const waitMs = retryAtMs - Math.max(nowMs, receivedAtMs);
    // Nor must it wait longer than the longest delay. This may cut a wait that Telegram has asked
    // for, which is then remembered by the outbox only.
    return Math.min(waitMs, Math.max(retryDelayMaxMs, bots.retryDelayMaxMsOf(botId)));
  }
}
