import { type Clock, sleep } from "@hookgram/bot-api";

import { RuntimeError } from "../error.ts";

const FIRST_DELAY_MS = 50;
const DELAY_MAX_MS = 1_000;

/**
 * Repeats a store operation for as long as the store is unavailable. What it records has happened
 * already, so there is nothing better to do than to wait for the disk.
 */
export async function insist<T>(clock: Clock, operation: () => Promise<T>): Promise<T> {
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(2 * delayMs, DELAY_MAX_MS)) {
    try {
      return await operation();
    } catch (error) {
      if (!(error instanceof RuntimeError) || error.code !== "store-unavailable") throw error;
    }
    await sleep(clock, delayMs);
  }
}
