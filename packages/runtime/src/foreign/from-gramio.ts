import {
  type AnyParams,
  DEFAULT_UPDATE_KINDS,
  type Update,
  updateKind,
  type User,
} from "@hookgram/bot-api";
import type { DispatchOutcome, HookContext, Invocation, UpdateHandler } from "hookgram";

import { currentAttempt, ForeignAttempt } from "./foreign-attempt.ts";
import {
  assertSameBot,
  assertShape,
  type ForeignBotOptions,
  takeBot,
  twoReceivers,
} from "./foreign-bot.ts";
import { toParams } from "./to-params.ts";

/** The part of GramIO's `Bot`, version 0.10, that the adapter needs. */
export interface GramioBot {
  readonly options: { readonly token: string };
  info: unknown;
  readonly api: object;
  readonly updates: {
    readonly isStarted: boolean;
    handleUpdate(update: unknown): Promise<void>;
  };
  start(options?: never): Promise<unknown>;
  stop(timeoutMs?: number): Promise<unknown>;
}

interface ApiCall {
  readonly method: string;
  readonly params: GramioParams | undefined;
}

type GramioParams = Readonly<Record<string, unknown>> & { readonly suppress?: boolean };

type ApiHook = (call: ApiCall, next: () => Promise<unknown>) => Promise<unknown>;

type ErrorHook = (failure: { readonly error: unknown }) => void;

type TelegramErrorClass = new (
  answer: object,
  method: string,
  params: object,
  callSite: Error,
) => Error;

interface GramioInsides {
  readonly options: { readonly token: string };
  info: User | undefined;
  readonly api: object;
  readonly updates: {
    readonly isStarted: boolean;
    readonly composer: { info?: User };
    handleUpdate(update: object): Promise<void>;
  };
  readonly hooks: { readonly onApiCall: ApiHook[]; readonly onError: ErrorHook[] };
  readonly errorsDefinitions: {
    readonly TELEGRAM: TelegramErrorClass;
  };
  runHooks(name: "preRequest", call: ApiCall): Promise<ApiCall>;
  runImmutableHooks(name: "onResponse" | "onResponseError", ...told: object[]): Promise<void>;
  init(): Promise<void>;
  start: (options: { readonly webhook: true }) => Promise<unknown>;
  stop(timeoutMs: number): Promise<unknown>;
}

/**
 * Adapts a bot that was written with GramIO 0.10, so that the runtime can run it unchanged. From then on
 * the runtime receives its updates, and `bot.start()` rejects. `onStart` and `onStop` run when the runtime
 * starts and stops.
 *
 * API calls in handlers, by the context or `bot.api`, belong to the attempt: they are journaled, and cut
 * off at its end. The hooks `onApiCall`, `preRequest`, `onResponse` and `onResponseError` still apply.
 * Calls from elsewhere are made by GramIO's own client.
 * @throws RuntimeError `bad-options` if the bot polls already, or was adapted before. `start` rejects
 * with it if the bot's token is of another bot.
 */
export function fromGramio(bot: GramioBot, options: ForeignBotOptions = {}): UpdateHandler {
  return new GramioHandler(bot, options);
}

class GramioHandler implements UpdateHandler {
  readonly allowedUpdates: UpdateHandler["allowedUpdates"];
  readonly #bot: GramioInsides;
  readonly #asksBot: boolean;
  readonly #startBot: GramioInsides["start"];
  /** GramIO loads asynchronous plugins here. */
  #ready: Promise<unknown> | undefined;
  readonly #thrown = new WeakSet<Error>();

  constructor(bot: GramioBot, options: ForeignBotOptions) {
    const insides = bot as unknown as GramioInsides;
    const { onApiCall, onError } = insides.hooks ?? {};
    assertShape(Array.isArray(onApiCall) && Array.isArray(onError), "GramIO 0.10");
    takeBot(bot, "Gramio", bot.updates.isStarted);
    this.#bot = insides;
    this.#asksBot = options.failures === "bot";
    this.allowedUpdates = options.allowedUpdates ?? DEFAULT_UPDATE_KINDS;
    this.#startBot = insides.start.bind(bot);
    insides.start = () => Promise.reject(twoReceivers("Gramio"));
  }

  async start({ me }: HookContext): Promise<void> {
    assertSameBot(this.#bot.options.token, me);
    this.#prepare(me);
    this.#ready = this.#startBot({ webhook: true });
    await this.#ready;
  }

  /** Nothing is in GramIO's own queue, so it need not wait for it. */
  async stop(): Promise<void> {
    await this.#bot.stop(0);
  }

  async handle(invocation: Invocation): Promise<DispatchOutcome> {
    const attempt = new ForeignAttempt(this.#bot, invocation);
    this.#prepare(invocation.me);
    await (this.#ready ??= this.#bot.init());
    let isKnown = true;
    await attempt.run(async () => {
      isKnown = await this.#handle(invocation.update);
    });
    return isKnown ? { status: "handled", handler: "GramIO" } : { status: "unhandled" };
  }

  /** False for a kind of update that this version of GramIO does not know. */
  async #handle(update: Update): Promise<boolean> {
    const kind = updateKind(update);
    if (kind === undefined) return false;
    try {
      // GramIO takes the second key of an update as its kind.
      await this.#bot.updates.handleUpdate({ update_id: update.update_id, [kind]: update[kind] });
      return true;
    } catch (error) {
      const isOwn = error instanceof Error && error.message === kind && !this.#thrown.has(error);
      if (isOwn) return false;
      throw error;
    }
  }

  /** Plugins may have added hooks. Ours must be closest to Telegram, and the first to see errors. */
  #prepare(me: User): void {
    this.#bot.info = me;
    this.#bot.updates.composer.info = me;
    const { onApiCall, onError } = this.#bot.hooks;
    if (onApiCall.at(-1) !== this.#onApiCall) place(onApiCall, this.#onApiCall, onApiCall.length);
    if (onError[0] !== this.#onError) place(onError, this.#onError, 0);
  }

  /** After its error hooks, GramIO goes on as if nothing had failed, unless one of them throws. */
  readonly #onError: ErrorHook = ({ error }) => {
    if (currentAttempt(this.#bot) === undefined) return;
    if (error instanceof Error) this.#thrown.add(error);
    const asksNobody = this.#bot.hooks.onError.length === 1;
    if (!this.#asksBot || asksNobody) throw error;
  };

  readonly #onApiCall: ApiHook = (call, next) => {
    if (call.method === "getUpdates") return Promise.reject(twoReceivers("Gramio"));
    const attempt = currentAttempt(this.#bot);
    if (attempt === undefined) return next();
    // Later, the stack no longer contains the bot's code.
    const callSite = new Error(call.method);
    return attempt.track(() => this.#call(attempt, call, callSite));
  };

  /** Does what GramIO does around its own `fetch`. */
  async #call(attempt: ForeignAttempt, call: ApiCall, callSite: Error): Promise<unknown> {
    const bot = this.#bot;
    const { method, params = {} } = await bot.runHooks("preRequest", {
      method: call.method,
      params: call.params ?? {},
    });
    const { suppress, ...sent } = params;
    const answer = await attempt.call(method, toGramioParams(sent));
    if (answer.ok) {
      void bot.runImmutableHooks("onResponse", { method, params, response: answer.result });
      return answer.result;
    }
    const error = new bot.errorsDefinitions.TELEGRAM(answer, method, params, callSite);
    void bot.runImmutableHooks("onResponseError", error, bot.api);
    if (suppress === true) return error;
    throw error;
  }
}

function place<T>(list: T[], item: T, at: number): void {
  const found = list.indexOf(item);
  if (found !== -1) list.splice(found, 1);
  list.splice(Math.min(at, list.length), 0, item);
}

/** GramIO's files are the platform's `File` and `Blob`, which can be sent as they are. */
function toGramioParams(params: object): AnyParams {
  return toParams(params, () => undefined);
}
