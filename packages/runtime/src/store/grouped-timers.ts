import type {
  Fired,
  FireWrite,
  TimerRead,
  TimerReadAnswers,
  TimerWriteAnswers,
} from "./timer-operations.ts";
import type { TimerStore } from "./timer-store.ts";

/** The part of a store's queue that timers need. */
export interface TimerQueue {
  read(read: TimerRead): Promise<TimerReadAnswers["timer"]>;
  write(write: FireWrite): Promise<TimerWriteAnswers["fire"]>;
}

/** The timers of a store that does its work in groups. */
export class GroupedTimers implements TimerStore {
  readonly #queue: () => TimerQueue;
  readonly #fired: (fired: Fired) => void;

  /** `queue` throws while the store cannot be used; `fired` is told what has become an update. */
  constructor(queue: () => TimerQueue, fired: (fired: Fired) => void) {
    this.#queue = queue;
    this.#fired = fired;
  }

  async fire(nowMs: number, limit: number): Promise<number> {
    const fired = await this.#queue().write({ op: "fire", nowMs, limit });
    this.#fired(fired);
    return fired.events.length;
  }

  async generation(key: string): Promise<number | undefined> {
    return this.#queue().read({ op: "timer", key });
  }
}
