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

/** A call waits no longer than this within its attempt; beyond it, the whole lane had better wait. */
const WAIT_MAX_MS = 30_000;

/**
 * Applies the outbox's limits to a bot's calls: a call that sends or changes a message waits for its
 * turn, which comes before everything that is enqueued. After a 429 the call waits as long as Telegram
 * asks and is repeated; if that is longer than 30 seconds, the call fails with the 429.
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
    if (signal?.aborted === true) throw notSent(method, "the attempt is over");
    const waitMs = await sender.ask(want);
    if (waitMs === 0) return;
    if (waitMs === Infinity) throw notSent(method, "the runtime is stopping");
    if (waitMs > WAIT_MAX_MS) throw tooMany(method, Math.ceil(waitMs / 1_000));
    await sleep(clock, waitMs, signal).catch(() => {});
  }
}

function limitOf(error: unknown): number | undefined {
  if (!(error instanceof BotApiError) || error.errorCode !== 429) return undefined;
  return (error.retryAfterSeconds ?? 1) * 1_000;
}

/** A 429 in Telegram's own words, for a call that was not made. */
function tooMany(method: MethodName, retryAfterSeconds: number): BotApiError {
  const description = `Too Many Requests: retry after ${retryAfterSeconds}`;
  const details = { method, description, retryAfterSeconds, ambiguous: false };
  return new BotApiError({ ...details, code: "telegram", status: 429, errorCode: 429 });
}

function notSent(method: MethodName, description: string): BotApiError {
  return new BotApiError({ code: "aborted", method, description, ambiguous: false });
}
