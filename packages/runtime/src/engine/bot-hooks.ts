import { redactToken } from "@hookgram/bot-api";
import type { HookContext, Logger } from "hookgram";

import { RuntimeError } from "../error.ts";
import type { EngineBot } from "./engine.ts";
import { errorText } from "../error-text.ts";

export interface BotHooksOptions {
  readonly logger: Logger;
}

/**
 * Runs the start and stop hooks of an engine's bots.
 *
 * **Invariant:** a bot is stopped only if its start succeeded, and no hook is waited for after the
 * signal has aborted.
 */
export class BotHooks {
  readonly #options: BotHooksOptions;
  readonly #started: EngineBot[] = [];

  constructor(options: BotHooksOptions) {
    this.#options = options;
  }

  /**
   * Starts one bot. Bots that were started before stay so until {@link BotHooks.stop}.
   * @throws RuntimeError `start-hook-failed`, or the reason with which the signal was aborted.
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

  /** Stops one bot, or all, in reverse order of their starts. Never rejects: failures are logged. */
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

/** Runs a hook, or rejects with the signal's reason if that aborts first. */
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
