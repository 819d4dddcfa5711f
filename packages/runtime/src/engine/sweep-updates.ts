import type { Clock } from "@hookgram/bot-api";

import type { Store } from "../store/store.ts";

export interface RetentionWindows {
  readonly dedupeWindowMs: number;
  readonly payloadWindowMs: number;
  readonly eventLogWindowMs: number;
}

/** Rows per batch: few enough that a commit of new updates hardly waits for it. */
const BATCH_ROWS = 200;

/** How long a state record outlives its expiry, for whoever looks into what has happened. */
const EXPIRED_STATE_MS = 3_600_000;

/** A repair that nobody has started by then is about dead letters of yesterday. */
const PLANNED_MS = 24 * 3_600_000;

/** Removes one batch of what the windows no longer cover. Resolves to whether more may be left. */
export async function sweepUpdates(
  store: Store,
  clock: Clock,
  { dedupeWindowMs, payloadWindowMs, eventLogWindowMs }: RetentionWindows,
): Promise<boolean> {
  const nowMs = clock.now();
  const removed = await store.sweep({
    settledBeforeMs: nowMs - dedupeWindowMs,
    payloadBeforeMs: nowMs - payloadWindowMs,
    loggedBeforeMs: nowMs - eventLogWindowMs,
    expiredBeforeMs: nowMs - EXPIRED_STATE_MS,
    plannedBeforeMs: nowMs - PLANNED_MS,
    limit: BATCH_ROWS,
  });
  return removed > 0;
}
