import { type Clock, sleep } from "@hookgram/bot-api";

import { RuntimeError } from "../error.ts";

const FIRST_DELAY_MS = 50;
const DELAY_MAX_MS = 1_000;

/**
 * Repeats an operation for as long as the store is unavailable. What it records has happened already,
 * so there is no better choice than to wait.
 */
export function insist<T>(clock: Clock, operation: () => Promise<T>): Promise<T> {
  return operation().catch((error: unknown) => repeat(clock, operation, error));
}

async function repeat<T>(clock: Clock, operation: () => Promise<T>, first: unknown): Promise<T> {
  let error = first;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(2 * delayMs, DELAY_MAX_MS)) {
    if (!(error instanceof RuntimeError) || error.code !== "store-unavailable") throw error;
    await sleep(clock, delayMs);
    try {
      return await operation();
    } catch (next) {
      error = next;
    }
  }
}
