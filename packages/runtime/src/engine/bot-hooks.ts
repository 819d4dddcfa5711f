import { redactToken } from "@hookgram/bot-api";
import type { HookContext, Logger } from "hookgram";

import { RuntimeError } from "../error.ts";
import type { EngineBot } from "./engine.ts";
import { errorText } from "../error-text.ts";

export interface BotHooksOptions {
  readonly logger: Logger;
}

/**
 * Starts and stops the handlers of an engine's bots.
 *
 * **Invariant:** a handler is stopped only when its start has succeeded, and nobody waits for one
 * longer than the signal allows.
 */
export class BotHooks {
  readonly #options: BotHooksOptions;
  readonly #started: EngineBot[] = [];

  constructor(options: BotHooksOptions) {
    this.#options = options;
  }

  /**
   * Starts one bot.
   * @throws RuntimeError `start-hook-failed`, or what the signal was aborted with; those that had
   * been started are for {@link BotHooks.stop}.
   */
  async start(bot: EngineBot, signal: AbortSignal): Promise<void> {
    try {
      await within(signal, async () => bot.handler.start?.(this.#contextOf(bot, signal)));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const reason = error instanceof Error ? error.message : String(error);
      const message = redactToken(`the bot could not start: ${reason}`);
      throw new RuntimeError("start-hook-failed", message);
    }
    this.#started.push(bot);
  }

  /** One bot, or all, the last one first. Never rejects: what fails is logged. */
  async stop(signal: AbortSignal, botId?: number): Promise<void> {
    const isMeant = ({ id }: EngineBot): boolean => botId === undefined || id === botId;
    const leaving = this.#started.filter(isMeant);
    const staying = this.#started.filter((bot) => !isMeant(bot));
    this.#started.splice(0, this.#started.length, ...staying);
    for (const bot of leaving.reverse()) {
      try {
        await within(signal, async () => bot.handler.stop?.(this.#contextOf(bot, signal)));
      } catch (error) {
        const fields = { botId: bot.id, error: errorText(error) };
        this.#options.logger.error(fields, "the bot could not stop in order");
      }
    }
  }

  #contextOf({ api, me }: EngineBot, signal: AbortSignal): HookContext {
    return { api, me, signal, logger: this.#options.logger };
  }
}

/** Runs it, and rejects with the signal's reason when it takes longer than that. */
async function within(signal: AbortSignal, run: () => Promise<void>): Promise<void> {
  signal.throwIfAborted();
  let abort: () => void = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    await Promise.race([run(), aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
