import type { Clock } from "@hookgram/bot-api";

export interface SweeperOptions {
  readonly clock: Clock;
  /** Removes one batch of what is old. Resolves to whether more may be left. */
  readonly sweep: () => Promise<boolean>;
}

/** Time between two rounds of retention. */
const INTERVAL_MS = 60_000;

/**
 * Applies retention once a minute: in small batches, so that other commits come in between, for as
 * long as there is something to remove.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#sweepAfter(INTERVAL_MS);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #sweepAfter(delayMs: number): void {
    if (this.#isStopped) return;
    this.#cancel = this.#options.clock.after(delayMs, () => {
      this.#options.sweep().then(
        (hasMore) => this.#sweepAfter(hasMore ? 0 : INTERVAL_MS),
        // The store is unavailable; what is old can wait.
        () => this.#sweepAfter(INTERVAL_MS),
      );
    });
  }
}
