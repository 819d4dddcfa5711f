import { BotApiError, type Clock, sleep } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import { RuntimeError } from "./error.ts";

/** For how long a call is repeated, and what that needs. */
export interface Patience {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Gives up at once, and aborts the call under way. */
  readonly signal: AbortSignal;
  /** No repetition begins later than this after the first call. */
  readonly timeoutMs: number;
}

const DELAY_MS = 1_000;
const DELAY_MAX_MS = 30_000;

/**
 * The delay before an attempt (2 is the first repetition): 1 s, 2 s, 4 s … 30 s, of which up to half is
 * taken off at random, so that nodes which failed together do not come back together.
 */
export function backoffMs(attempt: number, random: () => number): number {
  const longest = Math.min(DELAY_MAX_MS, DELAY_MS * 2 ** Math.max(0, attempt - 2));
  return longest * (1 - random() / 2);
}

/**
 * Calls Telegram until it answers. The call is repeated after a 429 (when Telegram allows it), a 409
 * (another node does the same), a 5xx and errors of the network.
 * @throws RuntimeError `token-refused`, `telegram-unreachable`, or `telegram-refused` for any other
 * refusal; the signal's reason when it aborts.
 */
export async function callPatiently<T>(
  name: string,
  call: (signal: AbortSignal) => Promise<T>,
  patience: Patience,
): Promise<T> {
  const { clock, logger, signal } = patience;
  const lastMs = clock.monotonic() + patience.timeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await call(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof BotApiError) || !isPassing(error)) throw toRefusal(name, error);
      const waitMs =
        (error.retryAfterSeconds ?? 0) * 1_000 || backoffMs(attempt + 1, patience.random);
      if (clock.monotonic() + waitMs > lastMs) throw toUnreachable(name, error);
      logger.warn({ error: error.description, retryInMs: Math.round(waitMs) }, `${name} failed`);
      await sleep(clock, waitMs, signal);
    }
  }
}

/** Whether the same call may succeed later, without anybody doing anything about it. */
export function isPassing(error: BotApiError): boolean {
  if (error.code !== "telegram") {
    return error.code === "network" || error.code === "timeout" || error.code === "bad-answer";
  }
  const errorCode = error.errorCode ?? 0;
  return errorCode === 409 || errorCode === 429 || errorCode >= 500;
}

/** Telegram answers 401 for a token that was revoked, and often 404 for one that never existed. */
export function isTokenRefused(error: unknown): boolean {
  return error instanceof BotApiError && (error.errorCode === 401 || error.errorCode === 404);
}

function toRefusal(name: string, error: unknown): unknown {
  if (!(error instanceof BotApiError)) return error;
  if (isTokenRefused(error)) {
    const mend = "check it, or get a new one from @BotFather";
    return new RuntimeError("token-refused", `Telegram refused the bot's token; ${mend}`);
  }
  return new RuntimeError("telegram-refused", `${name} was refused: ${error.description}`);
}

function toUnreachable(name: string, error: BotApiError): RuntimeError {
  const mend = "check the network and the address of the Bot API server";
  return new RuntimeError("telegram-unreachable", `${name} failed: ${error.description}; ${mend}`);
}
