import { type AnyCall, type AnyParams, BotApiError, type MethodName } from "@hookgram/bot-api";
import type { Invocation } from "hookgram";
import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers/promises";

import { RuntimeError } from "../error.ts";

/** Telegram's answer, in the form that frameworks expect. */
export type ForeignAnswer =
  | { readonly ok: true; readonly result: unknown }
  | {
      readonly ok: false;
      readonly error_code: number;
      readonly description: string;
      readonly parameters: { readonly retry_after?: number; readonly migrate_to_chat_id?: number };
    };

const running = new AsyncLocalStorage<ForeignAttempt>();

/** Refusals by their `parameters`, which frameworks pass on in their own errors. */
const refusals = new WeakMap<object, BotApiError>();

/**
 * The attempt in which the caller runs, for the code of a bot of another framework: `step` protects an
 * effect from being repeated, and `states` are committed together with the update. Undefined outside
 * of handlers, and in code that goes on after its handler has ended.
 */
export function currentInvocation(): Invocation | undefined {
  const attempt = running.getStore();
  return attempt?.isLeft === false ? attempt.invocation : undefined;
}

/** The attempt of `bot` in which the caller runs, if any. */
export function currentAttempt(bot: object): ForeignAttempt | undefined {
  const attempt = running.getStore();
  return attempt?.bot === bot && !attempt.isLeft ? attempt : undefined;
}

/**
 * One attempt of a bot of another framework. Its handler's calls are recognised by their asynchronous
 * context, because frameworks do not pass an attempt along.
 *
 * States: running → left (after a success) or failed. A handler is running until its promise has settled
 * and no call is in flight, so that calls which it does not await belong to it as well. After a success,
 * what it left behind, such as a timer, calls Telegram by the framework's own client.
 *
 * **Invariant:** after a failure, nothing that the handler left behind has an effect, because the next
 * attempt does it again.
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

  /** Whether the handler has succeeded; what goes on is no longer part of the attempt. */
  get isLeft(): boolean {
    return this.#state === "left";
  }

  /** Runs the handler to its end. Rejects with an error that the runtime understands. */
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

  /** Keeps the attempt running until `work` has ended. */
  track<T>(work: () => Promise<T>): Promise<T> {
    const promise = work();
    this.#inFlight.add(promise);
    const end = (): void => void this.#inFlight.delete(promise);
    promise.then(end, end);
    return promise;
  }

  /**
   * Makes a call as part of the attempt. Resolves even if Telegram refuses it. Rejects with a
   * `BotApiError`, or with a `RuntimeError` if the attempt is over.
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
      // Not a network error, after which frameworks and their plugins would repeat the call.
      throw new RuntimeError("attempt-over", `${method} was cut off because the attempt is over`);
    }
  }

  /** Never settles: nobody awaits such a call, so a rejection would end the process. */
  #drop(method: string): Promise<never> {
    const { logger, update } = this.invocation;
    const fields = { updateId: update.update_id, method };
    logger.warn(fields, "left out a call that a failed attempt had left behind");
    return new Promise<never>(() => {});
  }

  /** Waits for all calls in flight, and for those that follow when they have ended. */
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
 * The error of a handler as the runtime understands it: a framework's error for a 429 is replaced by the
 * `BotApiError`, which says how long to wait.
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
  // So that the dead letter shows where in the bot's code it was thrown.
  if (stack !== undefined) refusal.stack = stack;
  return refusal;
}

/** Some frameworks use a polyfill of `AbortSignal`, which the platform's functions refuse. */
function toPlatformSignal(signal: AbortSignal): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  const foreign = signal as { aborted: boolean; addEventListener: AbortSignal["addEventListener"] };
  const controller = new AbortController();
  if (foreign.aborted) controller.abort();
  else foreign.addEventListener("abort", () => controller.abort(), { once: true });
  return controller.signal;
}
