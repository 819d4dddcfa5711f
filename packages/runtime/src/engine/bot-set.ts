import type { Clock } from "@hookgram/bot-api";

import { RuntimeError } from "../error.ts";
import type { OutboxService } from "../outbox/outbox-service.ts";
import type { BotHooks } from "./bot-hooks.ts";
import type { EngineBot } from "./engine.ts";

/** What became of a bot's running attempts when it was removed. */
export interface RemovedBot {
  /** Attempts that ended by themselves. */
  readonly finished: number;
  /** Attempts that were cut off; their updates are handled when the bot is added again. */
  readonly aborted: number;
}

/** Adds bots to a running engine and removes them. */
export interface EngineBots {
  /**
   * Runs the bot's start hooks. From then on its updates are accepted, and those that were pending
   * are handled. If it rejects, the bot was not added.
   * @throws RuntimeError `bad-options` when the engine has this bot already, `stopping` when the engine
   * is not running, `start-hook-failed`, or the reason with which the signal was aborted.
   */
  add(bot: EngineBot, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
  /**
   * Refuses the bot's updates, gives its running attempts up to `drainMs` (default 10,000 ms) to end,
   * aborts the others and runs its stop hooks. Its pending updates stay in the store.
   * @throws RuntimeError `bad-options` when the engine has no such bot, `stopping` when the engine is
   * not running.
   */
  remove(botId: number, options?: { readonly drainMs?: number | undefined }): Promise<RemovedBot>;
}

export interface BotSetOptions {
  /** The engine's list of bots, which is kept up to date here. */
  readonly list: EngineBot[];
  readonly clock: Clock;
  readonly outbox: OutboxService;
  readonly hooks: BotHooks;
  /** How many attempts at updates of this bot are under way, their commits included. */
  readonly busy: (botId: number) => number;
  /** Aborts the bot's attempts, which then do not count. Returns how many there were. */
  readonly abort: (botId: number) => number;
  /** Whether the engine is running. */
  readonly isRunning: () => boolean;
  /** Called when a bot was added, whose updates may go on. */
  readonly added: () => void;
}

const DRAIN_MS = 10_000;
/** Only commits follow an abort. A store that does not answer them is not waited for any longer. */
const ABORT_GRACE_MS = 1_000;
const HOOK_MS = 1_000;
/** How often is checked whether attempts have ended: a removal is rare and in no hurry. */
const LOOK_MS = 10;

/**
 * The bots of an engine.
 *
 * A bot's states: running → leaving (no attempt begins) → removed, from which it may be added again.
 * Updates of bots that are not running wait in their lanes, in the store.
 *
 * **Invariant:** a bot is not removed before its last attempt has ended or was aborted.
 */
export class BotSet implements EngineBots {
  /** The bots by id, as attempts use them: with the outbox's limits on their calls, if wanted. */
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

  /** Whether updates of the bot are accepted and attempts at them may begin. */
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

  /** Runs the start hooks of the first bots, one after the other. */
  async start(signal: AbortSignal): Promise<void> {
    for (const bot of this.#running.values()) await this.#options.hooks.start(bot, signal);
  }

  async add(bot: EngineBot, options: { readonly signal?: AbortSignal | undefined } = {}) {
    const { list, outbox, hooks, added } = this.#options;
    this.#assertRunning();
    if (this.#running.has(bot.id) || this.#coming.has(bot.id)) {
      throw new RuntimeError("bad-options", `bot ${bot.id} was added already; remove it first`);
    }
    const limited = outbox.limited(bot);
    this.#coming.add(bot.id);
    try {
      await hooks.start(limited, options.signal ?? new AbortController().signal);
    } finally {
      this.#coming.delete(bot.id);
    }
    // The engine may have stopped meanwhile, and all of its bots before this one had started.
    if (!this.#options.isRunning()) await this.#stopHooks(bot.id);
    this.#assertRunning();
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
    const { list, outbox, busy, abort } = this.#options;
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
    await this.#stopHooks(botId);
    return { finished: Math.max(0, before - aborted), aborted };
  }

  async #stopHooks(botId: number): Promise<void> {
    const { clock, hooks } = this.#options;
    const late = new AbortController();
    const cancel = clock.after(HOOK_MS, () => late.abort(new Error("nobody waits any longer")));
    await hooks.stop(late.signal, botId);
    cancel();
  }

  /** While an engine starts or stops, it runs the hooks of all its bots itself. */
  #assertRunning(): void {
    if (this.#options.isRunning()) return;
    throw new RuntimeError("stopping", "bots are added and removed while the engine runs");
  }

  /** Resolves when no attempt of the bot is under way any more, or when the time is over. */
  async #idle(botId: number, timeoutMs: number): Promise<void> {
    const { clock, busy } = this.#options;
    const untilMs = clock.monotonic() + timeoutMs;
    while (busy(botId) > 0 && clock.monotonic() < untilMs) {
      await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve));
    }
  }
}
