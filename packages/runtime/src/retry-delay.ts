import { BotApiError } from "@hookgram/bot-api";

export interface RetryDelays {
  readonly retryDelayMs: number;
  readonly retryDelayMaxMs: number;
}

/**
 * The delay after the attempt with this number failed. It doubles each time, up to `retryDelayMaxMs`,
 * and up to half of it is taken off at random, so that what failed together does not come back
 * together. After a 429 it is at least what Telegram asked for.
 */
export function retryDelayMs(
  attempt: number,
  error: unknown,
  options: RetryDelays & { readonly random: () => number },
): number {
  const { retryDelayMs: first, retryDelayMaxMs: longest, random } = options;
  const delayMs = Math.min(longest, first * 2 ** (attempt - 1)) * (0.5 + random() / 2);
  const askedMs = error instanceof BotApiError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
  return Math.max(delayMs, askedMs);
}
