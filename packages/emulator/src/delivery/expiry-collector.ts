import type { Clock } from "@hookgram/bot-api";

const FIRST_AFTER_MS = 10 * 60_000;
const EVERY_MS = 60_000;

/** What the collector cleans. */
export interface ExpiringUpdates {
  collectExpired(nowS: number): void;
}

/**
 * Removes expired updates at the heads of the queues: first ten minutes after the start, then every
 * minute. Until then `pending_update_count` includes them. The returned function ends it.
 */
export function collectExpiredUpdates(clock: Clock, updates: ExpiringUpdates): () => void {
  const collect = (): void => {
    updates.collectExpired(Math.floor(clock.now() / 1000));
    cancel = clock.after(EVERY_MS, collect);
  };
  let cancel = clock.after(FIRST_AFTER_MS, collect);
  return () => cancel();
}
