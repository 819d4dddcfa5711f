import type { Clock } from "@hookgram/bot-api";

/** A clock that stands still until a test lets time pass. */
export interface TestClock extends Clock {
  /** Lets time pass, and runs what is due on the way at its own moment. */
  advance(byMs: number): void;
}

interface Task {
  readonly atMs: number;
  readonly run: () => void;
}

export function createTestClock(nowMs: number): TestClock {
  const tasks = new Set<Task>();
  let now = nowMs;
  const due = (untilMs: number): Task | undefined =>
    [...tasks].filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)[0];
  return {
    now: () => now,
    monotonic: () => now - nowMs,
    after(delayMs, run) {
      const task = { atMs: now + Math.max(0, delayMs), run };
      tasks.add(task);
      return () => void tasks.delete(task);
    },
    advance(byMs) {
      const until = now + byMs;
      for (let task = due(until); task !== undefined; task = due(until)) {
        tasks.delete(task);
        now = task.atMs;
        task.run();
      }
      now = until;
    },
  };
}
