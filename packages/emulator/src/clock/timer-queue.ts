import { Heap } from "./heap.ts";

/** One waiting timer. `isCancelled` is set instead of removing it from the middle of the heap. */
interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly task: () => void;
  isCancelled: boolean;
}

/** Below this size a heap is not worth cleaning. */
const CLEAN_FROM = 1_024;

/**
 * Timers ordered by (due time, order of creation). Cancelled ones stay in the heap until they are
 * due or until they are the majority.
 */
export class TimerQueue {
  readonly #heap = new Heap<Timer>(
    (a, b) => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order),
  );
  #created = 0;
  #live = 0;

  /** The number of timers that wait and are not cancelled. */
  get size(): number {
    return this.#live;
  }

  /** Adds a timer; the returned function cancels it and may be called at any time. */
  add(dueMs: number, task: () => void): () => void {
    const timer: Timer = { dueMs, order: this.#created++, task, isCancelled: false };
    this.#heap.add(timer);
    this.#live += 1;
    return () => {
      if (timer.isCancelled) return;
      timer.isCancelled = true;
      this.#live -= 1;
      if (this.#heap.size >= CLEAN_FROM && this.#live < this.#heap.size / 2) this.#clean();
    };
  }

  /** When the earliest timer is due; undefined when nothing waits. */
  earliestMs(): number | undefined {
    this.#dropCancelled();
    return this.#heap.first?.dueMs;
  }

  /** Takes the earliest timer that is due at `nowMs` or before; undefined when there is none. */
  takeDue(nowMs: number): (() => void) | undefined {
    this.#dropCancelled();
    const { first } = this.#heap;
    if (first === undefined || first.dueMs > nowMs) return undefined;
    this.#heap.take();
    first.isCancelled = true;
    this.#live -= 1;
    return first.task;
  }

  /** Forgets all timers. */
  clear(): void {
    for (const timer of this.#heap.clear()) timer.isCancelled = true;
    this.#live = 0;
  }

  #clean(): void {
    const waiting = this.#heap.clear().filter(({ isCancelled }) => !isCancelled);
    for (const timer of waiting) this.#heap.add(timer);
  }

  #dropCancelled(): void {
    while (this.#heap.first?.isCancelled) this.#heap.take();
  }
}
