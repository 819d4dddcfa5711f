import { type AnyCall, type AnyParams, BotApiError, type MethodName } from "@hookgram/bot-api";
import type { Invocation } from "hookgram";
import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers/promises";

import { RuntimeError } from "../error.ts";

/** What Telegram answered, in the form in which frameworks expect it. */
export type ForeignAnswer =
  | { readonly ok: true; readonly result: unknown }
  | {
      readonly ok: false;
      readonly error_code: number;
      readonly description: string;
      readonly parameters: { readonly retry_after?: number; readonly migrate_to_chat_id?: number };
    };

const running = new AsyncLocalStorage<ForeignAttempt>();

/** By the `parameters` of a refusal, which frameworks hand on in their own errors. */
const refusals = new WeakMap<object, BotApiError>();

/**
 * The attempt in which the caller runs, for code of a foreign bot: its `step` keeps an effect from
 * being repeated, its `states` are committed together with "update done". Undefined outside of a
 * handler, and in what a handler left behind after it had ended.
 */
export function currentInvocation(): Invocation | undefined {
  const attempt = running.getStore();
  return attempt?.isLeft === false ? attempt.invocation : undefined;
}

/** The attempt of `bot` in which the caller runs. */
export function currentAttempt(bot: object): ForeignAttempt | undefined {
  const attempt = running.getStore();
  return attempt?.bot === bot && !attempt.isLeft ? attempt : undefined;
}

/**
 * One attempt of a foreign bot: what its handler does from here on is known by the asynchronous
 * context, because frameworks do not pass an attempt along.
 *
 * States: running → left, or running → failed. A handler is running until its promise has settled and
 * no call is in flight, so that calls that it forgot to await belong to it as well. After a success
 * timers that it left behind call Telegram the framework's own way. **Invariant:** after a failure
 * nothing that it left behind has an effect, because the next attempt does it again.
 */
export class ForeignAttempt {
  readonly bot: object;
  readonly invocation: Invocation;
  readonly #inFlight = new Set<Promise<unknown>>();
  #state: "running" | "left" | "failed" = "running";

  constructor(bot: object, invocation: Invocation) {
    this.bot = bot;
    this.invocation = invocation;
  }

  /** The handler has ended well, and what runs on is no longer part of the attempt. */
  get isLeft(): boolean {
    return this.#state === "left";
  }

  /** Runs the handler to its end. Rejects with what the runtime can judge: see {@link toFailure}. */
  async run(handle: () => Promise<void>): Promise<void> {
    try {
      await running.run(this, handle);
      await this.#settle();
      this.#state = "left";
    } catch (error) {
      await this.#settle();
      this.#state = "failed";
      throw toFailure(error);
    }
  }

  /** The attempt does not end before `work`. */
  track<T>(work: () => Promise<T>): Promise<T> {
    const promise = work();
    this.#inFlight.add(promise);
    const end = (): void => void this.#inFlight.delete(promise);
    promise.then(end, end);
    return promise;
  }

  /**
   * Makes a call as part of the attempt. A refusal of Telegram is an answer, every other failure a
   * `BotApiError`, or a `RuntimeError` when the attempt is over.
   */
  call(method: string, params: AnyParams, signal?: AbortSignal): Promise<ForeignAnswer> {
    if (this.#state === "failed") return this.#drop(method);
    return this.track(() => this.#call(method, params, signal));
  }

  async #call(method: string, params: AnyParams, signal?: AbortSignal): Promise<ForeignAnswer> {
    const call = this.invocation.api.call as AnyCall;
    const options = signal === undefined ? {} : { signal: toPlatformSignal(signal) };
    try {
      return { ok: true, result: await call(method as MethodName, params, options) };
    } catch (error) {
      if (!(error instanceof BotApiError)) throw error;
      if (error.code === "telegram") return toRefusal(error);
      if (error.code !== "aborted" || !this.invocation.signal.aborted) throw error;
      // Not an error of the network: frameworks and their plug-ins would repeat the call.
      throw new RuntimeError("attempt-over", `${method} was cut off because the attempt is over`);
    }
  }

  /** Without an end: nobody waits for such a call, so that a rejection would end the process. */
  #drop(method: string): Promise<never> {
    const { logger, update } = this.invocation;
    const fields = { updateId: update.update_id, method };
    logger.warn(fields, "left out a call that a failed attempt had left behind");
    return new Promise<never>(() => {});
  }

  /** Whoever waits for a call may make the next one as soon as it has ended. */
  async #settle(): Promise<void> {
    while (this.#inFlight.size > 0) {
      await Promise.allSettled(this.#inFlight);
      await setImmediate();
    }
  }
}

function toRefusal(error: BotApiError): ForeignAnswer {
  const { errorCode = 0, description, retryAfterSeconds, migrateToChatId } = error;
  const parameters = {
    ...(retryAfterSeconds === undefined ? {} : { retry_after: retryAfterSeconds }),
    ...(migrateToChatId === undefined ? {} : { migrate_to_chat_id: migrateToChatId }),
  };
  refusals.set(parameters, error);
  return { ok: false, error_code: errorCode, description, parameters };
}

/**
 * What a handler threw, for the runtime. A framework's error about a 429 becomes the `BotApiError`
 * that it stands for, since the runtime reads there how long it has to wait.
 */
function toFailure(error: unknown): unknown {
  const { parameters, payload, stack } = (error ?? {}) as {
    readonly parameters?: object;
    readonly payload?: object;
    readonly stack?: string;
  };
  const told = [parameters, payload].find((value) => typeof value === "object" && value !== null);
  const refusal = told === undefined ? undefined : refusals.get(told);
  if (refusal?.retryAfterSeconds === undefined) return error;
  // The dead letter shows where in the bot's code it was.
  if (stack !== undefined) refusal.stack = stack;
  return refusal;
}

/** Frameworks bring polyfills, which the platform's own functions refuse. */
function toPlatformSignal(signal: AbortSignal): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  const foreign = signal as { aborted: boolean; addEventListener: AbortSignal["addEventListener"] };
  const controller = new AbortController();
  if (foreign.aborted) controller.abort();
  else foreign.addEventListener("abort", () => controller.abort(), { once: true });
  return controller.signal;
}
