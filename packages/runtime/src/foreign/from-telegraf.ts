import {
  DEFAULT_UPDATE_KINDS,
  fileFromBytes,
  fileFromStream,
  type FileStream,
  fileFromUrl,
  type InputFile,
  type Update,
  type User,
} from "@hookgram/bot-api";
import { fileFromPath } from "@hookgram/bot-api/node";
import type { DispatchOutcome, HookContext, Invocation, UpdateHandler } from "hookgram";

import { currentAttempt, ForeignAttempt } from "./foreign-attempt.ts";
import {
  assertSameBot,
  assertShape,
  type ForeignBotOptions,
  takeBot,
  twoReceivers,
} from "./foreign-bot.ts";
import { extensionOf } from "./file-name.ts";
import { type Place, toParams } from "./to-params.ts";

/** The part of Telegraf's `Telegraf`, version 4, that the adapter needs. */
export interface TelegrafBot {
  botInfo?: unknown;
  readonly telegram: { readonly token: string };
  launch(onLaunch?: () => void): Promise<void>;
  handleUpdate(update: unknown): Promise<void>;
  middleware(): unknown;
}

interface CallOptions {
  readonly signal?: AbortSignal;
}

interface TelegrafClient {
  readonly token: string;
  callApi(method: string, payload: object, options?: CallOptions): Promise<unknown>;
  constructor: new (token: string) => TelegrafClient;
}

interface TelegrafContext {
  readonly update: Update;
  readonly telegram: TelegrafClient;
}

type Middleware = (context: TelegrafContext, next: () => Promise<void>) => Promise<unknown>;

interface TelegrafInsides {
  botInfo?: User;
  readonly telegram: TelegrafClient;
  readonly polling?: object;
  readonly webhookServer?: object;
  launch: () => Promise<void>;
  handleUpdate(update: Update): Promise<void>;
  middleware: () => Middleware;
  handleError(error: unknown, context: TelegrafContext): unknown;
}

type TelegramErrorClass = new (answer: object, on: object) => Error;

/**
 * Adapts a bot that was written with Telegraf 4, so that the runtime can run it unchanged. From then on
 * the runtime receives its updates, and `bot.launch()` rejects.
 *
 * API calls in handlers, by `ctx`, `ctx.telegram` or `bot.telegram`, belong to the attempt: they are
 * journaled, and cut off at its end. Calls from elsewhere are made by Telegraf's own client. Webhook
 * replies are not used, and the attempt's deadline replaces Telegraf's `handlerTimeout`.
 * @throws RuntimeError `bad-options` if the bot was launched already, or was adapted before. `start`
 * rejects with it if the bot's token is of another bot.
 */
export function fromTelegraf(bot: TelegrafBot, options: ForeignBotOptions = {}): UpdateHandler {
  return new TelegrafHandler(bot, options);
}

class TelegrafHandler implements UpdateHandler {
  readonly allowedUpdates: UpdateHandler["allowedUpdates"];
  readonly #bot: TelegrafInsides;
  readonly #asksBot: boolean;
  readonly #rerouted = new WeakSet<TelegrafClient>();
  readonly #handled = new WeakMap<ForeignAttempt, Handled>();
  #errorClass: Promise<TelegramErrorClass> | undefined;

  constructor(bot: TelegrafBot, options: ForeignBotOptions) {
    const insides = bot as unknown as TelegrafInsides;
    assertShape(typeof insides.telegram?.callApi === "function", "Telegraf 4");
    const isRunning = insides.polling !== undefined || insides.webhookServer !== undefined;
    takeBot(bot, "Telegraf", isRunning);
    this.#bot = insides;
    this.#asksBot = options.failures === "bot";
    this.allowedUpdates = options.allowedUpdates ?? DEFAULT_UPDATE_KINDS;
    insides.launch = () => Promise.reject(twoReceivers("Telegraf"));
    this.#reroute(insides.telegram);
    this.#interceptMiddleware();
  }

  start({ me }: HookContext): Promise<void> {
    assertSameBot(this.#bot.telegram.token, me);
    return Promise.resolve();
  }

  async handle(invocation: Invocation): Promise<DispatchOutcome> {
    const attempt = new ForeignAttempt(this.#bot, invocation);
    this.#bot.botInfo = invocation.me;
    await attempt.run(() => this.#handle(attempt));
    return { status: "handled", handler: "Telegraf" };
  }

  async #handle(attempt: ForeignAttempt): Promise<void> {
    await this.#bot.handleUpdate(attempt.invocation.update);
    const handled = this.#handled.get(attempt);
    try {
      await handled?.ended;
    } catch (error) {
      if (!this.#asksBot) throw error;
      await this.#askBot(error, handled!.context);
    }
  }

  /** Telegraf's default handler sets the exit code, but here the process goes on. */
  #askBot(error: unknown, context: TelegrafContext): unknown {
    const { exitCode } = process;
    try {
      return this.#bot.handleError(error, context);
    } finally {
      process.exitCode = exitCode;
    }
  }

  /**
   * Telegraf creates the context and passes it to the bot's middleware, which only begins here. Its end
   * and its error belong to the attempt, so that Telegraf can neither cut it off nor swallow the error.
   */
  #interceptMiddleware(): void {
    const middleware = this.#bot.middleware.bind(this.#bot);
    this.#bot.middleware = () => (context, next) => {
      const attempt = currentAttempt(this.#bot);
      if (attempt === undefined) return middleware()(context, next);
      this.#reroute(context.telegram);
      const ended = middleware()(context, next);
      // A handler may pass an update of its own to the bot, and wait for its end.
      if (context.update !== attempt.invocation.update) return ended;
      // `#handle` awaits it in a moment.
      ended.catch(() => {});
      this.#handled.set(attempt, { context, ended });
      return Promise.resolve();
    };
  }

  #reroute(telegram: TelegrafClient): void {
    if (this.#rerouted.has(telegram)) return;
    this.#rerouted.add(telegram);
    const own = telegram.callApi.bind(telegram);
    telegram.callApi = async (method, payload, options = {}) => {
      if (method === "getUpdates") throw twoReceivers("Telegraf");
      const attempt = currentAttempt(this.#bot);
      if (attempt === undefined) return own(method, payload, options);
      const params = toParams(payload, toFile);
      const answer = await attempt.call(method, params, options.signal);
      if (answer.ok) return answer.result;
      const TelegramError = await (this.#errorClass ??= findErrorClass(telegram));
      throw new TelegramError(answer, { method, payload });
    };
  }
}

/** The end of the bot's middleware, and the context that Telegraf created for it. */
interface Handled {
  readonly context: TelegrafContext;
  readonly ended: Promise<unknown>;
}

/** The class cannot be imported here; a client without a token throws one before any request. */
async function findErrorClass(telegram: TelegrafClient): Promise<TelegramErrorClass> {
  const nobody = new telegram.constructor("");
  const error: unknown = await nobody.callApi("getMe", {}).catch((reason: unknown) => reason);
  return (error as Error).constructor as TelegramErrorClass;
}

interface TelegrafFile {
  readonly source?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly url?: string;
  readonly filename?: string;
}

/** Telegraf's files are objects with a `source` or `url`, in places where a file is possible. */
function toFile(value: object, place: Place): InputFile | undefined {
  if (!canBeFile(value, place)) return undefined;
  const { source, url, filename } = value as TelegrafFile;
  const { key } = place;
  const name = filename ?? `${key}.${extensionOf(key)}`;
  if (url !== undefined) return fileFromUrl(url, name);
  if (typeof source === "string") return fileFromPath(source, { name: filename });
  if (source instanceof Uint8Array) return fileFromBytes(source, name);
  if (source === undefined) return undefined;
  return fileFromStream(() => source as FileStream, name);
}

const MEDIA_KEYS = new Set(["media", "thumb", "thumbnail"]);

/** Whether a file is possible here: buttons, link previews and inline results have a `url`, too. */
function canBeFile(value: object, { key, depth }: Place): boolean {
  if (depth > 1) return MEDIA_KEYS.has(key);
  return key !== "link_preview_options" && !("type" in value);
}
