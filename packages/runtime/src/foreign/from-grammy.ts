import {
  type AnyParams,
  DEFAULT_UPDATE_KINDS,
  fileFromStream,
  type FileStream,
  type InputFile,
  type Update,
  type User,
} from "@hookgram/bot-api";
import type { DispatchOutcome, HookContext, Invocation, UpdateHandler } from "hookgram";

import { RuntimeError } from "../error.ts";
import { currentAttempt, type ForeignAnswer, ForeignAttempt } from "./foreign-attempt.ts";
import {
  assertSameBot,
  assertShape,
  type ForeignBotOptions,
  takeBot,
  twoReceivers,
} from "./foreign-bot.ts";
import { extensionOf } from "./file-name.ts";
import { type Place, toParams } from "./to-params.ts";

/** The part of grammY's `Bot`, version 1, that the adapter needs. */
export interface GrammyBot {
  readonly token: string;
  readonly api: { readonly raw: unknown; readonly config: unknown };
  isRunning(): boolean;
  start(options?: unknown): Promise<void>;
  handleUpdate(update: unknown): Promise<void>;
}

type ApiCall = (method: string, payload: object, signal?: AbortSignal) => Promise<ForeignAnswer>;

type Transformer = (prev: ApiCall, ...call: Parameters<ApiCall>) => Promise<ForeignAnswer>;

interface GrammyApi {
  raw: unknown;
  config: {
    use(...transformers: readonly Transformer[]): unknown;
    installedTransformers(): readonly Transformer[];
  };
  readonly token: string;
  readonly options?: object;
  constructor: new (token: string, options?: object) => GrammyApi;
}

interface GrammyInsides extends Omit<GrammyBot, "api"> {
  readonly api: GrammyApi;
  botInfo: User;
  start: () => Promise<void>;
  errorHandler: (error: unknown) => unknown;
}

/**
 * Adapts a bot that was written with grammY 1, so that the runtime can run it unchanged. From then on
 * the runtime receives its updates, and `bot.start()` rejects.
 *
 * API calls in handlers, by `ctx`, `ctx.api` or `bot.api`, belong to the attempt: they are journaled, and
 * cut off at its end. Transformers (`bot.api.config.use`) still apply. Calls from elsewhere are made by
 * grammY's own client.
 * @throws RuntimeError `bad-options` if the bot polls already, or was adapted before. `start` rejects
 * with it if the bot's token is of another bot.
 */
export function fromGrammy(bot: GrammyBot, options: ForeignBotOptions = {}): UpdateHandler {
  return new GrammyHandler(bot, options);
}

class GrammyHandler implements UpdateHandler {
  readonly allowedUpdates: UpdateHandler["allowedUpdates"];
  readonly #bot: GrammyInsides;
  readonly #asksBot: boolean;

  constructor(bot: GrammyBot, options: ForeignBotOptions) {
    const insides = bot as unknown as GrammyInsides;
    assertShape(typeof insides.api?.config?.use === "function", "grammY 1");
    takeBot(bot, "Grammy", bot.isRunning());
    this.#bot = insides;
    this.#asksBot = options.failures === "bot";
    this.allowedUpdates = options.allowedUpdates ?? DEFAULT_UPDATE_KINDS;
    insides.start = () => Promise.reject(twoReceivers("Grammy"));
    answerInnermost(insides);
  }

  start({ me }: HookContext): Promise<void> {
    assertSameBot(this.#bot.token, me);
    return Promise.resolve();
  }

  async handle(invocation: Invocation): Promise<DispatchOutcome> {
    const attempt = new ForeignAttempt(this.#bot, invocation);
    this.#bot.botInfo = invocation.me;
    await attempt.run(() => this.#handle(invocation.update));
    return { status: "handled", handler: "grammY" };
  }

  async #handle(update: Update): Promise<void> {
    try {
      await this.#bot.handleUpdate(update).catch((error: unknown) => {
        if (!this.#asksBot) throw error;
        return this.#bot.errorHandler(error);
      });
    } catch (error) {
      throw withoutFrame(error);
    }
  }
}

/**
 * Installs our transformer below all others. grammY can only add one above them, so the internals of
 * `bot.api` are created anew, with the same class and options. The object itself stays, because the
 * bot's code may have stored it. The API of each update copies its transformers.
 */
function answerInnermost(bot: GrammyInsides): void {
  const { api } = bot;
  const fresh = new api.constructor(api.token, api.options);
  fresh.config.use(answerWithin(bot), ...api.config.installedTransformers());
  Object.assign(api, { raw: fresh.raw, config: fresh.config });
}

function answerWithin(bot: object): Transformer {
  return async (prev, method, payload, signal) => {
    if (method === "getUpdates") throw twoReceivers("Grammy");
    const attempt = currentAttempt(bot);
    if (attempt === undefined) return prev(method, payload, signal);
    try {
      return await attempt.call(method, toGrammyParams(payload), signal);
    } catch (error) {
      throw error instanceof RuntimeError ? error : await toHttpError(prev, method, error);
    }
  };
}

/**
 * grammY's own error for a call without an answer. Its class cannot be imported here, so a call that is
 * aborted before it begins provides one. If a custom `fetch` makes it nevertheless, `getMe` is harmless.
 */
async function toHttpError(prev: ApiCall, method: string, cause: unknown): Promise<unknown> {
  const own: unknown = await prev("getMe", {}, AbortSignal.abort()).catch(
    (error: unknown) => error,
  );
  if (!(own instanceof Error) || own.name !== "HttpError") return cause;
  const message = `Network request for '${method}' failed!`;
  return Object.assign(own, { message, error: cause, cause });
}

function toGrammyParams(payload: object): AnyParams {
  return toParams(payload, toFile);
}

interface GrammyFile {
  readonly filename?: string;
  toRaw(): Promise<Uint8Array | AsyncIterable<Uint8Array>>;
}

/** grammY's `InputFile` returns its content by `toRaw`, which is only called when it is sent. */
function toFile(value: object, place: Place): InputFile | undefined {
  const file = value as Partial<GrammyFile>;
  if (typeof file.toRaw !== "function") return undefined;
  const open = async (): Promise<FileStream> => {
    const raw = await (file as GrammyFile).toRaw();
    return raw instanceof Uint8Array ? new Blob([raw as Uint8Array<ArrayBuffer>]).stream() : raw;
  };
  return fileFromStream(open, file.filename ?? defaultName(place));
}

function defaultName({ key, parent }: Place): string {
  const type = key === "media" ? (parent as { readonly type?: string }).type : undefined;
  const origin = type ?? key;
  return `${origin}.${extensionOf(origin)}`;
}

/** What a handler threw, which grammY wraps in a `BotError`. */
function withoutFrame(error: unknown): unknown {
  const inner: unknown = (error as { readonly error?: unknown } | undefined)?.error;
  const isFrame = error instanceof Error && error.name === "BotError" && "ctx" in error;
  return isFrame && inner instanceof Error ? inner : error;
}
