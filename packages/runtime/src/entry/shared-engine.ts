import { createEngine } from "../engine/create-engine.ts";
import type { Engine, EngineBot, EngineOptions, StopReport } from "../engine/engine.ts";
import { type BotView, viewOf } from "./bot-view.ts";

/** Options of {@link SharedEngine}. */
export type SharedEngineOptions = Omit<EngineOptions, "bots" | "store"> & {
  /** Called when the first bot joins. */
  readonly makeStore: () => EngineOptions["store"];
};

/**
 * An engine that bots join and leave.
 *
 * States: made → running (when the first bot joins) → stopped (by {@link SharedEngine.stop}). After a
 * start that failed it is as when it was made: the next bot tries again.
 */
export class SharedEngine {
  readonly #options: SharedEngineOptions;
  #running: Promise<Engine> | undefined;

  constructor(options: SharedEngineOptions) {
    this.#options = options;
  }

  /** The engine as this bot sees it. Rejects as `Engine.start` and `EngineBots.add` do. */
  async join(bot: EngineBot, signal: AbortSignal): Promise<BotView> {
    const running = (this.#running ??= this.#start());
    const engine = await running.catch((error: unknown) => {
      if (this.#running === running) this.#running = undefined;
      throw error;
    });
    await engine.bots.add(bot, { signal });
    return viewOf(engine, bot.id);
  }

  /** Removes a bot that has joined. `left` counts the pending updates of all bots. */
  async leave(botId: number, drainMs: number): Promise<StopReport> {
    const engine = await this.#running!;
    const { finished, aborted } = await engine.bots.remove(botId, { drainMs });
    return { finished, aborted, left: engine.stats().pending };
  }

  /** Stops the engine; call it after all bots have left. */
  async stop(): Promise<void> {
    const engine = await this.#running?.catch(() => undefined);
    await engine?.stop();
  }

  async #start(): Promise<Engine> {
    const { makeStore, ...options } = this.#options;
    const engine = createEngine({ ...options, store: makeStore(), bots: [] });
    await engine.start();
    return engine;
  }
}
