import {
  type BotApi,
  type Clock,
  createBotApi,
  parseBotToken,
  systemClock,
  type User,
} from "@hookgram/bot-api";
import type { Logger, UpdateHandler, WhenAmbiguous } from "hookgram";

import { createEngine } from "../engine/create-engine.ts";
import type {
  Engine,
  EngineBot,
  EngineOptions,
  EngineStats,
  StopReport,
} from "../engine/engine.ts";
import { RuntimeError } from "../error.ts";
import { createSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import type { WebhookReplies } from "../webhook-reply/webhook-replies.ts";
import type { BotView } from "./bot-view.ts";
import type { SharedEngine } from "./shared-engine.ts";
import { createLineLogger } from "./line-logger.ts";
import { callPatiently, type Patience } from "../patient-call.ts";
import { wholeNumber } from "../whole-number.ts";

/** What every entry point takes: the bot, how it reaches Telegram, and where updates are kept. */
export interface RunOptions extends Omit<EngineOptions, "store" | "bots"> {
  readonly bot: UpdateHandler;
  /** The bot's token, from @BotFather. Give either this or `api` together with `botId`. */
  readonly token?: string | undefined;
  /** The address of the Bot API server, used with `token`. Default: Telegram's own. */
  readonly apiRoot?: string | undefined;
  /** A client to use in place of `token`. */
  readonly api?: BotApi | undefined;
  /** The bot's id, which is the number before the colon of its token. Needed with `api`. */
  readonly botId?: number | undefined;
  /** What `getMe` answers. Default: it is called at the start. */
  readonly me?: User | undefined;
  /**
   * Whether a call or step that may have taken effect is repeated, or its update parked, unless its
   * own options say so. Default `repeat`.
   */
  readonly ambiguous?: WhenAmbiguous | undefined;
  /** A store, or the path of a SQLite file. Default `.hookgram/bot.sqlite`. */
  readonly store?: Store | string | undefined;
  /**
   * How long the start keeps trying while Telegram cannot be reached. Whole, default 60,000 ms; 0: each
   * call is made once.
   */
  readonly startTimeoutMs?: number | undefined;
}

/** The default store: a SQLite file below the working directory. */
export const DEFAULT_STORE_PATH = ".hookgram/bot.sqlite";
const START_TIMEOUT_MS = 60_000;

/**
 * One bot with its engine: what all entry points have in common, however updates arrive.
 *
 * States: made → started (by {@link BotRunner.start}, once) → stopped (by {@link BotRunner.stop}, at
 * any time).
 */
export class BotRunner {
  readonly api: BotApi;
  readonly botId: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly #options: RunOptions;
  readonly #startTimeoutMs: number;
  readonly #shared: SharedEngine | undefined;
  #own: Engine | undefined;
  #engine: BotView | undefined;

  /**
   * With `shared`, the bot joins that engine, and has none of its own.
   * @throws RuntimeError `bad-options`; a `BotApiError` for a malformed `apiRoot`.
   */
  constructor(options: RunOptions, shared?: SharedEngine) {
    this.#shared = shared;
    const { api, botId } = identify(options);
    this.api = api;
    this.botId = botId;
    this.clock = options.clock ?? systemClock;
    this.logger = options.logger ?? createLineLogger();
    this.random = options.random ?? Math.random;
    const { startTimeoutMs = START_TIMEOUT_MS } = options;
    this.#startTimeoutMs = wholeNumber("startTimeoutMs", startTimeoutMs, { min: 0 });
    this.#options = options;
  }

  /** The running engine; undefined before the end of {@link BotRunner.start}. */
  get engine(): BotView | undefined {
    return this.#engine;
  }

  /** Asks Telegram who the bot is and starts its engine, which resumes what is pending. */
  async start(signal: AbortSignal, replies?: WebhookReplies): Promise<BotView> {
    const me = this.#options.me ?? (await this.#askMe(signal));
    if (me.id !== this.botId) {
      const found = `the client is bot ${me.id}, and botId says ${this.botId}`;
      throw new RuntimeError("bad-options", `${found}; give the id of the client's own bot`);
    }
    const { bot: handler, ambiguous } = this.#options;
    const bot = { id: this.botId, me, api: this.api, handler, ambiguous, replies };
    if (this.#shared !== undefined) return (this.#engine = await this.#shared.join(bot, signal));
    this.#engine = this.#own = this.#createEngine(bot);
    await this.#own.start({ signal });
    return this.#engine;
  }

  async stop(drainMs: number): Promise<StopReport> {
    if (this.#shared !== undefined && this.#engine !== undefined) {
      return this.#shared.leave(this.botId, drainMs);
    }
    return (await this.#own?.stop({ drainMs })) ?? { finished: 0, aborted: 0, left: 0 };
  }

  stats(): EngineStats | undefined {
    return this.#engine?.stats();
  }

  /** How calls to Telegram are repeated during the start. */
  patience(signal: AbortSignal): Patience {
    const { clock, random, logger } = this;
    return { clock, random, logger, signal, timeoutMs: this.#startTimeoutMs };
  }

  #createEngine(bot: EngineBot): Engine {
    const { store = DEFAULT_STORE_PATH } = this.#options;
    return createEngine({
      ...tuningOf(this.#options),
      store: storeAt(store, this.clock),
      bots: [bot],
      clock: this.clock,
      logger: this.logger,
      random: this.random,
    });
  }

  #askMe(signal: AbortSignal): Promise<User> {
    const getMe = (aborted: AbortSignal): Promise<User> => this.api.getMe({}, { signal: aborted });
    return callPatiently("getMe", getMe, this.patience(signal));
  }
}

/** A store as it is, or the SQLite file with this path. */
export function storeAt(store: Store | string, clock: Clock): Store {
  return typeof store === "string" ? createSqliteStore({ path: store, clock }) : store;
}

/** The options that are the engine's and not the bot's. */
export const TUNING = [
  "laneKey",
  "attemptsMax",
  "attemptTimeoutMs",
  "concurrencyMax",
  "retryDelayMs",
  "retryDelayMaxMs",
  "loadedMax",
  "handleExpired",
  "dedupeWindowMs",
  "contentWindowMs",
  "payloadWindowMs",
  "outbox",
  "eventLog",
  "eventLogWindowMs",
] as const satisfies readonly (keyof EngineOptions)[];

/** Only what the engine needs: it must not get the token. */
function tuningOf(options: RunOptions): Pick<EngineOptions, (typeof TUNING)[number]> {
  return Object.fromEntries(
    TUNING.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}

function identify(options: RunOptions): { readonly api: BotApi; readonly botId: number } {
  const { token, apiRoot, api, botId } = options;
  if (api !== undefined && botId !== undefined) return { api, botId };
  if (token === undefined) {
    const rule = "give the bot's token, or api together with botId";
    throw new RuntimeError("bad-options", api === undefined ? rule : `${rule}; botId is missing`);
  }
  const parsed = parseBotToken(token);
  if (!parsed.ok) throw new RuntimeError("bad-options", parsed.reason);
  return { api: createBotApi({ token, apiRoot }), botId: parsed.botId };
}
