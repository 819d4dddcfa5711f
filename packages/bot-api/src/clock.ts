/**
 * The one source of time. Logic asks a `Clock` and never `Date.now()` or `setTimeout`, so that a
 * test (and the emulator's virtual clock) can let hours pass in no time.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. May jump when the operator sets the machine's clock. */
  now(): number;
  /** Milliseconds on a scale that never goes back; only differences mean something. */
  monotonic(): number;
  /**
   * Runs `task` once after `delayMs` (0 or less: as soon as possible, never synchronously).
   * The returned function cancels it and may be called at any time, any number of times.
   */
  after(delayMs: number, task: () => void): () => void;
}

/** The longest delay that `setTimeout` can hold; longer ones are waited for in pieces. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** The machine's own time. Its timers keep a process alive, like those of `setTimeout`. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, task) {
    let left = Math.max(0, delayMs);
    let timer: ReturnType<typeof setTimeout>;
    const wait = (): void => {
      const piece = Math.min(left, TIMER_MAX_MS);
      left -= piece;
      timer = setTimeout(() => (left > 0 ? wait() : task()), piece);
    };
    wait();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs`; rejects with the signal's reason as soon as `signal` aborts. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const abort = (): void => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}
