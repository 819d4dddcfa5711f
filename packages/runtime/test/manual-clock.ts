import type { Clock } from "@hookgram/bot-api";

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #nowMs = Date.UTC(2026, 10, 21);
  #offsetMs = 0;
  #tasks: { readonly dueMs: number; readonly task: () => void }[] = [];

  now(): number {
    return this.#nowMs + this.#offsetMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const entry = { dueMs: this.#nowMs + Math.max(0, delayMs), task };
    this.#tasks.push(entry);
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== entry);
    };
  }

  /** How many tasks wait for their time. */
  get waiting(): number {
    return this.#tasks.length;
  }

  /** Sets the wall clock forward, or back, as an operator does: no time passes. */
  jump(ms: number): void {
    this.#offsetMs += ms;
  }

  /** Lets time pass, running what falls due in order of time. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#tasks.toSorted((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined || next.dueMs > endMs) break;
      this.#nowMs = next.dueMs;
      this.#tasks = this.#tasks.filter((other) => other !== next);
      next.task();
    }
    this.#nowMs = endMs;
  }
}
