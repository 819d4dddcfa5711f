/** What the sender remembers about an update that failed. */
export interface RetryState {
  /** How often it failed. */
  readonly failCount: number;
  /** The last computed delay in seconds; 1 at the beginning. */
  readonly delayS: number;
}

export interface Retry {
  readonly waitS: number;
  readonly state: RetryState;
}

export const FIRST_ATTEMPT: RetryState = { failCount: 0, delayS: 1 };

const RETRY_AFTER_MAX_S = 3_600;
const LONG_DELAY_MIN_S = 60;
const LONG_DELAY_MAX_S = 120;

/**
 * When to try a failed update again: at once after the first failure, then after 2, 4, 8, 16, 32
 * and 60–64 seconds, then for ever after a random 60–120. A `Retry-After` of the peer replaces one
 * delay and does not advance the row. There is no last attempt; only the update's expiry ends it.
 * @see tdlib/telegram-bot-api, WebhookActor.cpp, on_update_error
 */
export function nextRetry(state: RetryState, retryAfterS: number, random: () => number): Retry {
  const failCount = state.failCount + 1;
  const askedS = Math.max(0, Math.min(retryAfterS, RETRY_AFTER_MAX_S));
  if (askedS > 0) return { waitS: askedS, state: { failCount, delayS: state.delayS } };
  if (state.failCount === 0) return { waitS: 0, state: { failCount, delayS: state.delayS } };
  const span = LONG_DELAY_MAX_S - LONG_DELAY_MIN_S + 1;
  const longS = LONG_DELAY_MIN_S + Math.floor(random() * span);
  const delayS = Math.min(longS, state.delayS * 2);
  return { waitS: delayS, state: { failCount, delayS } };
}

/** Seconds of a `Retry-After` header: a canonical whole number; a date or `03` counts as 0. */
export function parseRetryAfter(text: string | undefined): number {
  if (text === undefined || !/^[1-9]\d{0,9}$/.test(text)) return 0;
  const seconds = Number(text);
  return seconds < 2 ** 31 ? seconds : 0;
}
