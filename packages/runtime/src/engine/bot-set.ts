import type { Clock } from "@hookgram/bot-api";

import { RuntimeError } from "../error.ts";
import type { OutboxService } from "../outbox/outbox-service.ts";
import type { BotHooks } from "./bot-hooks.ts";
import type { EngineBot } from "./engine.ts";

/** What became of a bot's attempts when it was removed. */
export interface RemovedBot {
  /** Attempts that ran and ended by themselves. */
  readonly finished: number;
  /** Attempts that were cut off; their updates are handled when the bot is added again. */
  readonly aborted: number;
}

/** Adds bots to an engine that runs, and takes them out. */
export interface EngineBots {
  /**
   * Runs the bot's start hooks; then its updates are accepted, and what was pending of it goes on.
   * @throws RuntimeError `bad-options` when the bot is there already, `stopping` when the engine does not
   * run, `start-hook-failed`, or what the signal was aborted with. The bot is not there then.
   */
  add(bot: EngineBot, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
  /**
   * Refuses its updates, lets its attempts end for up to `drainMs` (default 10 seconds), aborts the
   * rest and runs the bot's stop hooks. What is pending of it stays so.
   * @throws RuntimeError `bad-options` when there is no such bot, `stopping` when the engine does not
   * run.
   */
  remove(botId: number, options?: { readonly drainMs?: number | undefined }): Promise<RemovedBot>;
}

export interface BotSetOptions {
  /** The engine's list, which stays up to date. */
  readonly list: EngineBot[];
  readonly clock: Clock;
  readonly outbox: OutboxService;
  readonly hooks: BotHooks;
  /** Attempts at updates of this bot that are under way, their commits included. */
  readonly busy: (botId: number) => number;
  /** Ends its attempts as if they had not begun; gives how many. */
  readonly abort: (botId: number) => number;
  /** The engine has started and does not stop. */
  readonly isRunning: () => boolean;
  /** Updates of a bot may go on. */
  readonly added: () => void;
}

const DRAIN_MS = 10_000;
/** What follows an abort is commits; a store that does not answer them is not waited for longer. */
const ABORT_GRACE_MS = 1_000;
const HOOK_MS = 1_000;
/** Between two looks whether attempts have ended: a removal is rare and in no hurry. */
const LOOK_MS = 10;

/**
 * The bots of an engine.
 *
 * A bot's states: running → leaving (nothing begins) → gone → running again. Updates of bots that are
 * not running are held in their lanes, in the store.
 *
 * **Invariant:** a bot that has an attempt is there.
 */
export class BotSet implements EngineBots {
  /** As attempts use them, with their calls under the limits. */
  readonly running: ReadonlyMap<number, EngineBot>;
  readonly #running: Map<number, EngineBot>;
  readonly #leaving = new Set<number>();
  readonly #coming = new Set<number>();
  readonly #options: BotSetOptions;

  constructor(options: BotSetOptions) {
    this.#options = options;
    const { list, outbox } = options;
    this.#running = new Map(list.map((bot) => [bot.id, outbox.limited(bot)]));
    this.running = this.#running;
  }

  /** The bot takes updates, and its attempts begin. */
  isActive(botId: number): boolean {
    return this.#running.has(botId) && !this.#leaving.has(botId);
  }

  /** The most attempts that one of the bot's handlers asks for; 0 when none does. */
  attemptsMaxOf(botId: number): number {
    return this.#running.get(botId)?.handler.attemptsMax ?? 0;
  }

  /** The longest delay between attempts that one of the bot's handlers asks for; 0 when none does. */
  retryDelayMaxMsOf(botId: number): number {
    return this.#running.get(botId)?.handler.retryDelayMaxMs ?? 0;
  }

  /** Runs the start hooks of the bots that there are, one after the other. */
  async start(signal: AbortSignal): Promise<void> {
    for (const bot of this.#running.values()) await this.#options.hooks.start(bot, signal);
  }

  async add(bot: EngineBot, options: { readonly signal?: AbortSignal | undefined } = {}) {
    const { list, outbox, hooks, added } = this.#options;
    this.#assertRunning();
    if (this.#running.has(bot.id) || this.#coming.has(bot.id)) {
      throw new RuntimeError("bad-options", `bot ${bot.id} is there already; remove it first`);
    }
    const limited = outbox.limited(bot);
    this.#coming.add(bot.id);
    try {
      await hooks.start(limited, options.signal ?? new AbortController().signal);
    } finally {
      this.#coming.delete(bot.id);
    }
    list.push(bot);
    this.#running.set(bot.id, limited);
    outbox.add(bot);
    added();
  }

  async remove(
    botId: number,
    { drainMs = DRAIN_MS }: { readonly drainMs?: number | undefined } = {},
  ) {
    this.#assertRunning();
    if (!this.isActive(botId)) {
      throw new RuntimeError("bad-options", `this engine does not run bot ${botId}`);
    }
    const { list, clock, outbox, hooks, busy, abort } = this.#options;
    this.#leaving.add(botId);
    outbox.remove(botId);
    const before = busy(botId);
    await this.#idle(botId, drainMs);
    const aborted = abort(botId);
    if (aborted > 0) await this.#idle(botId, ABORT_GRACE_MS);
    this.#running.delete(botId);
    this.#leaving.delete(botId);
    list.splice(
      list.findIndex(({ id }) => id === botId),
      1,
    );
    const late = new AbortController();
    const cancel = clock.after(HOOK_MS, () => late.abort(new Error("nobody waits any longer")));
    await hooks.stop(late.signal, botId);
    cancel();
    return { finished: Math.max(0, before - aborted), aborted };
  }

  /** Before its start, and once it stops, an engine runs the hooks of all bots itself. */
  #assertRunning(): void {
    if (this.#options.isRunning()) return;
    throw new RuntimeError("stopping", "bots are added and removed while the engine runs");
  }

  /** Resolves when none of its attempts is under way, or the time is over. */
  async #idle(botId: number, timeoutMs: number): Promise<void> {
    const { clock, busy } = this.#options;
    const untilMs = clock.monotonic() + timeoutMs;
    while (busy(botId) > 0 && clock.monotonic() < untilMs) {
      await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve));
    }
  }
}
