import type { Clock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import type { Store } from "../store/store.ts";

export interface TimerServiceOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How many more updates there is memory for. */
  readonly room: () => number;
}

/**
 * The clock is read at least this often, because it may be set while a timer sleeps. A store that is
 * away is asked again after the same time.
 */
const LOOK_MS = 1_000;

/** Timers per transaction: few enough that a commit of new updates hardly waits for it. */
const FIRE_MAX = 100;

/** Delay while there is no room: a backlog of timers must not crowd out what people write. */
const CROWDED_MS = 50;

/**
 * Turns timers that are due into updates of their lanes.
 *
 * It knows when the next timer is due and nothing of the others, so that a million sleeping timers
 * cost no more than one. Due times are compared with the wall clock; a clock that jumps makes timers
 * early or late. That each timer becomes exactly one update is the store's promise.
 *
 * States: made → started → stopped.
 */
export class TimerService {
  readonly #options: TimerServiceOptions;
  #state: "made" | "started" | "stopped" = "made";
  #nextMs = Infinity;
  #isFiring = false;
  #cancel: (() => void) | undefined;
  #count = 0;

  constructor(options: TimerServiceOptions) {
    this.#options = options;
  }

  /** Timers that this process has turned into updates. */
  get count(): number {
    return this.#count;
  }

  start(): void {
    this.#state = "started";
    this.#wait();
  }

  stop(): void {
    this.#state = "stopped";
    this.#cancel?.();
  }

  /** See `StoreListener.timerDue`. */
  due(dueAtMs: number): void {
    if (dueAtMs >= this.#nextMs) return;
    this.#nextMs = dueAtMs;
    this.#wait();
  }

  #wait(atLeastMs = 0): void {
    this.#cancel?.();
    if (this.#state !== "started" || this.#isFiring || this.#nextMs === Infinity) return;
    const { clock } = this.#options;
    const leftMs = Math.max(atLeastMs, this.#nextMs - clock.now());
    this.#cancel = clock.after(Math.min(leftMs, LOOK_MS), () => this.#look());
  }

  #look(): void {
    const { clock, room } = this.#options;
    if (this.#nextMs > clock.now()) return this.#wait();
    if (room() <= 0) return this.#wait(CROWDED_MS);
    this.#isFiring = true;
    const due = this.#nextMs;
    // After firing, the store tells what is due next.
    this.#nextMs = Infinity;
    void this.#fire(due).then((atLeastMs) => {
      this.#isFiring = false;
      this.#wait(atLeastMs);
    });
  }

  /** Never rejects. Resolves to the least delay before the next look, in milliseconds. */
  async #fire(dueAtMs: number): Promise<number> {
    const { store, clock, room, logger } = this.#options;
    try {
      const fired = await store.timers.fire(clock.now(), Math.min(FIRE_MAX, room()));
      this.#count += fired;
      // Another node was faster. What it leaves is looked at again.
      return fired === 0 ? CROWDED_MS : 0;
    } catch (error) {
      logger.warn({ error: String(error) }, "timers are due and the store cannot be asked");
      this.#nextMs = Math.min(this.#nextMs, dueAtMs);
      return LOOK_MS;
    }
  }
}
