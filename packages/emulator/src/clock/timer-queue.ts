/** One waiting timer. `cancelled` is set instead of removing it from the middle of the heap. */
interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly task: () => void;
  cancelled: boolean;
}

/**
 * Timers ordered by (due time, order of creation): a binary heap, so that the thousands of
 * deadlines of a busy sender cost a logarithm each. Cancelled timers leave the heap lazily.
 */
export class TimerQueue {
  readonly #heap: Timer[] = [];
  #created = 0;
  #live = 0;

  /** The number of timers that wait and are not cancelled. */
  get size(): number {
    return this.#live;
  }

  /** Adds a timer; the returned function cancels it and may be called at any time. */
  add(dueMs: number, task: () => void): () => void {
    const timer: Timer = { dueMs, order: this.#created++, task, cancelled: false };
    this.#heap.push(timer);
    this.#siftUp(this.#heap.length - 1);
    this.#live += 1;
    return () => {
      if (timer.cancelled) return;
      timer.cancelled = true;
      this.#live -= 1;
    };
  }

  /** When the earliest timer is due; undefined when nothing waits. */
  earliestMs(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.dueMs;
  }

  /** Takes the earliest timer that is due at `nowMs` or before; undefined when there is none. */
  takeDue(nowMs: number): (() => void) | undefined {
    this.#dropCancelled();
    const first = this.#heap[0];
    if (first === undefined || first.dueMs > nowMs) return undefined;
    this.#removeFirst();
    first.cancelled = true;
    this.#live -= 1;
    return first.task;
  }

  clear(): void {
    for (const timer of this.#heap) timer.cancelled = true;
    this.#heap.length = 0;
    this.#live = 0;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled) this.#removeFirst();
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#siftDown(0);
  }

  #siftUp(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #siftDown(start: number): void {
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      let first = index;
      if (left < this.#heap.length && this.#isBefore(left, first)) first = left;
      if (right < this.#heap.length && this.#isBefore(right, first)) first = right;
      if (first === index) return;
      this.#swap(index, first);
      index = first;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a]!, this.#heap[b]!];
    return x.dueMs < y.dueMs || (x.dueMs === y.dueMs && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b]!, this.#heap[a]!];
  }
}
