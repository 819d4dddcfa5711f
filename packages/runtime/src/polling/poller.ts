import {
  type BotApi,
  BotApiError,
  type Clock,
  sleep,
  type Update,
  type UpdateKind,
} from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import type { LaneKey } from "../engine/engine.ts";
import { backoffMs, isTokenRefused } from "../patient-call.ts";
import type { Inbox } from "../inbox.ts";

/** Counts since the start. */
export interface PollerStats {
  /** Updates that were stored, including duplicates. */
  readonly received: number;
  readonly duplicates: number;
  /** Calls of `getUpdates` that failed, and batches that could not be stored. */
  readonly failures: number;
  /** The current failure; undefined while polling works. */
  readonly failing: string | undefined;
}

export interface PollerOptions {
  readonly api: BotApi;
  readonly botId: number;
  readonly inbox: Inbox;
  readonly allowedUpdates: readonly UpdateKind[];
  readonly laneKey: LaneKey;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** How long Telegram waits for an update before it answers a call, 0 to 50 s. */
  readonly timeoutSeconds: number;
  /** Updates per call, 1 to 100. */
  readonly limit: number;
}

/** The last call of a poller only confirms updates and must not delay a shutdown. */
const CONFIRM_TIMEOUT_MS = 2_000;

/**
 * Receives updates by long polling, with the same guarantees as a webhook.
 *
 * **Invariant:** an update is confirmed to Telegram (by the `offset` of a later call) only after
 * `Inbox.accept` has resolved for it and for everything before it in its batch.
 *
 * **Invariant:** of two updates in the same lane, the later one is never accepted unless the earlier one
 * was.
 *
 * The offset does not survive a restart: Telegram then sends again what was not confirmed, and the
 * inbox recognises it. The offset may also decrease, because Telegram begins with new, random ids after
 * a week without updates.
 * @see https://core.telegram.org/bots/api#getupdates
 */
export class Poller {
  readonly #options: PollerOptions;
  #received = 0;
  #duplicates = 0;
  #failures = 0;
  #failing: string | undefined;
  /** The id of the next update; 0: nothing was received yet. */
  #offset = 0;
  #confirmedOffset = 0;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  stats(): PollerStats {
    return {
      received: this.#received,
      duplicates: this.#duplicates,
      failures: this.#failures,
      failing: this.#failing,
    };
  }

  /**
   * Polls until `signal` aborts, then confirms what was accepted last. Never rejects: whatever
   * fails is reported and tried again, after a wait that grows up to 30 seconds.
   */
  async run(signal: AbortSignal): Promise<void> {
    let attempt = 1;
    while (!signal.aborted) {
      try {
        await this.#poll(signal);
        attempt = 1;
        this.#failing = undefined;
      } catch (error) {
        if (signal.aborted) break;
        attempt += 1;
        await this.#waitAfter(error, attempt, signal);
      }
    }
    await this.#confirm();
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const { api, allowedUpdates, limit, timeoutSeconds } = this.#options;
    const offset = this.#offset;
    const updates = await api.getUpdates(
      { offset, limit, timeout: timeoutSeconds, allowed_updates: [...allowedUpdates] },
      { signal, timeoutMs: 15_000 },
    );
    this.#confirmedOffset = offset;
    if (updates.length === 0) return;
    await this.#acceptAll(updates as readonly Update[]);
    this.#offset = updates.at(-1)!.update_id + 1;
  }

  async #acceptAll(updates: readonly Update[]): Promise<void> {
    const tails = new Map<string, Promise<void>>();
    const accepted = updates.map((update) => {
      const lane = this.#laneOf(update);
      const before = lane === null ? undefined : tails.get(lane);
      const done =
        before === undefined ? this.#accept(update) : before.then(() => this.#accept(update));
      if (lane !== null) tails.set(lane, done);
      return done;
    });
    for (const outcome of await Promise.allSettled(accepted)) {
      if (outcome.status === "rejected") throw outcome.reason;
    }
  }

  async #accept(update: Update): Promise<void> {
    const { botId, inbox, clock } = this.#options;
    const acceptance = await inbox.accept({
      botId,
      updateId: update.update_id,
      raw: Buffer.from(JSON.stringify(update)),
      content: update,
      receivedAtMs: clock.now(),
    });
    this.#received += 1;
    if (acceptance === "duplicate") this.#duplicates += 1;
  }

  /** The engine calls the same function again, and reports what it throws. */
  #laneOf(update: Update): string | null {
    try {
      return this.#options.laneKey(update, this.#options.botId);
    } catch {
      return "";
    }
  }

  async #waitAfter(error: unknown, attempt: number, signal: AbortSignal): Promise<void> {
    const { clock, logger, random } = this.#options;
    const failing = describe(error);
    const repeated = failing === this.#failing;
    this.#failures += 1;
    this.#failing = failing;
    const asked = error instanceof BotApiError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
    const waitMs = Math.max(asked, backoffMs(attempt, random));
    // A long outage is one line, not one every half minute.
    if (!repeated) logger.error({ retryInMs: Math.round(waitMs) }, failing);
    await sleep(clock, waitMs, signal).catch(() => {});
  }

  async #confirm(): Promise<void> {
    if (this.#offset === this.#confirmedOffset) return;
    const { api, logger } = this.#options;
    try {
      const parameters = { offset: this.#offset, limit: 1, timeout: 0 };
      await api.getUpdates(parameters, { timeoutMs: CONFIRM_TIMEOUT_MS });
    } catch (error) {
      // Telegram sends them again after the next start, and the inbox recognises them.
      logger.debug({ error: describe(error) }, "the last updates could not be confirmed");
    }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof BotApiError)) {
    const message = error instanceof Error ? error.message : String(error);
    return `polled updates could not be stored: ${message}`;
  }
  if (isTokenRefused(error)) return "polling failed: Telegram refuses the bot's token";
  if (error.errorCode !== 409) return `polling failed: ${error.description}`;
  return error.description.includes("webhook")
    ? "polling failed: a webhook was set for this bot; delete it to poll again"
    : "polling failed: another process polls for this bot; only one can, stop the other";
}
