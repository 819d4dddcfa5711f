import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../src/clock.ts";

/** Time that does not pass, except that a test lets whatever is waited for be over. */
export class StoppedClock implements Clock {
  readonly #tasks = new Set<() => void>();

  /** How many tasks wait for their time. */
  get waiting(): number {
    return this.#tasks.size;
  }

  now(): number {
    return 0;
  }

  monotonic(): number {
    return 0;
  }

  after(_delayMs: number, task: () => void): () => void {
    const entry = (): void => task();
    this.#tasks.add(entry);
    return () => this.#tasks.delete(entry);
  }

  /** Waits until somebody waits for this clock, and lets the time of all who do be over. */
  async expire(): Promise<void> {
    while (this.#tasks.size === 0) await nextTurn();
    const tasks = [...this.#tasks];
    this.#tasks.clear();
    for (const task of tasks) task();
  }
}
