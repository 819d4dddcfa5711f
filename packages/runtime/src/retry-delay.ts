import { BotApiError } from "@hookgram/bot-api";

export interface RetryDelays {
  readonly retryDelayMs: number;
  readonly retryDelayMaxMs: number;
}

/**
 * How long a lane waits after `attempt` failed: doubling, at most `retryDelayMaxMs`, and then
 * between half and all of it, so that lanes that failed together do not come back together. Not
 * less than what Telegram asked for, when that was the failure.
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
