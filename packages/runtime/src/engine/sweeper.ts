import type { Clock } from "@hookgram/bot-api";

import type { Store } from "../store/store.ts";

export interface RetentionOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly dedupeWindowMs: number;
  readonly payloadWindowMs: number;
  readonly eventLogWindowMs: number;
}

/** Time between two looks at what is old. */
const INTERVAL_MS = 60_000;

/** Rows per batch: little enough that a commit of new updates hardly waits for it. */
const BATCH_ROWS = 200;

/** State records stay for so long after their time, for whoever looks at what has happened. */
const EXPIRED_STATE_MS = 3_600_000;

/**
 * Has the store forget what is old, in small batches with other commits in between, for as long as
 * it finds something.
 */
export class Sweeper {
  readonly #options: RetentionOptions;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#again(INTERVAL_MS);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #again(delayMs: number): void {
    if (this.#isStopped) return;
    this.#cancel = this.#options.clock.after(delayMs, () => {
      this.#sweep().then(
        (removed) => this.#again(removed > 0 ? 0 : INTERVAL_MS),
        // The store is unavailable: what is old can wait.
        () => this.#again(INTERVAL_MS),
      );
    });
  }

  #sweep(): Promise<number> {
    const { store, clock, dedupeWindowMs, payloadWindowMs, eventLogWindowMs } = this.#options;
    const nowMs = clock.now();
    return store.sweep({
      settledBeforeMs: nowMs - dedupeWindowMs,
      payloadBeforeMs: nowMs - payloadWindowMs,
      loggedBeforeMs: nowMs - eventLogWindowMs,
      expiredBeforeMs: nowMs - EXPIRED_STATE_MS,
      limit: BATCH_ROWS,
    });
  }
}
