import {
  type BotApi,
  BotApiError,
  type Clock,
  type MethodName,
  sleep,
  wrapBotApi,
} from "@hookgram/bot-api";

import type { OutboxSender } from "./outbox-sender.ts";
import { messageCost, sendLane } from "./to-new-send.ts";

export interface LimitCallsOptions {
  readonly botId: number;
  readonly sender: OutboxSender;
  readonly clock: Clock;
}

/** A call does not wait longer than this within its attempt; the lane waits better. */
const WAIT_MAX_MS = 30_000;

/**
 * Puts a bot's calls under the limits of its outbox: a call that sends or changes a message waits for
 * its place, before everything that is enqueued. A 429 is remembered and waited for, up to 30 seconds;
 * a longer one is the call's error, as if there were no limiter.
 */
export function limitCalls(api: BotApi, { botId, sender, clock }: LimitCallsOptions): BotApi {
  return wrapBotApi(api, async (method, params, next, options) => {
    const cost = messageCost(method, params);
    if (cost === 0) return next(params, options);
    const lane = sendLane(method, params);
    for (;;) {
      await permit(method, { botId, lane, cost }, { sender, clock, signal: options?.signal });
      try {
        const result = await next(params, options);
        sender.succeeded(botId);
        return result;
      } catch (error) {
        const delayMs = limitOf(error);
        if (delayMs === undefined) throw error;
        sender.limited(botId, lane, delayMs);
        if (delayMs > WAIT_MAX_MS) throw error;
      }
    }
  });
}

async function permit(
  method: MethodName,
  want: { readonly botId: number; readonly lane: string; readonly cost: number },
  given: {
    readonly sender: OutboxSender;
    readonly clock: Clock;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const { sender, clock, signal } = given;
  for (;;) {
    if (signal?.aborted === true) throw notSent(method, "aborted", "the attempt is over");
    const waitMs = await sender.ask(want);
    if (waitMs === 0) return;
    if (waitMs === Infinity) throw notSent(method, "aborted", "the runtime is stopping");
    if (waitMs > WAIT_MAX_MS) throw tooMany(method, Math.ceil(waitMs / 1_000));
    await sleep(clock, waitMs, signal).catch(() => {});
  }
}

function limitOf(error: unknown): number | undefined {
  if (!(error instanceof BotApiError) || error.errorCode !== 429) return undefined;
  return (error.retryAfterSeconds ?? 1) * 1_000;
}

/** In the words in which Telegram says it; nothing was sent. */
function tooMany(method: MethodName, retryAfterSeconds: number): BotApiError {
  const description = `Too Many Requests: retry after ${retryAfterSeconds}`;
  const details = { method, description, retryAfterSeconds, ambiguous: false };
  return new BotApiError({ ...details, code: "telegram", status: 429, errorCode: 429 });
}

function notSent(method: MethodName, code: "aborted", description: string): BotApiError {
  return new BotApiError({ code, method, description, ambiguous: false });
}
