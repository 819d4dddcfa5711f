import { systemClock } from "@hookgram/bot-api";
import type { World } from "../world/world.ts";

export interface Waiting {
  /** Real time: it ends also while the emulated clock stands still. 0: look once. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Resolves as soon as `read` gives something, looking again after everything that happens in the
 * world; with undefined when the time is over or the signal aborts.
 */
export function waitFor<T>(
  world: World,
  read: () => T | undefined,
  { timeoutMs, signal }: Waiting,
): Promise<T | undefined> {
  const first = read();
  if (first !== undefined || timeoutMs === 0 || signal.aborted) return Promise.resolve(first);
  return new Promise((resolve) => {
    const finish = (found: T | undefined): void => {
      stopListening();
      cancelTimer();
      signal.removeEventListener("abort", giveUp);
      resolve(found);
    };
    const giveUp = (): void => finish(undefined);
    const look = (): void => {
      const found = read();
      if (found !== undefined) finish(found);
    };
    const stopListening = world.onChange(look);
    const cancelTimer = systemClock.after(timeoutMs, giveUp);
    signal.addEventListener("abort", giveUp, { once: true });
  });
}
