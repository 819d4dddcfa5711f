import type { Clock } from "../clock.ts";

/** Bounds one exchange in time and joins the caller's signal to it. */
export interface Deadline {
  /** Aborts when the time is over, the caller gives up, or the exchange is over. */
  readonly signal: AbortSignal;
  /** Why the exchange was ended early; undefined when it was not. */
  readonly cause: "timeout" | "aborted" | undefined;
  /** Starts the time anew: something moved. */
  readonly restart: () => void;
  /** Stops the time until the next `restart`. */
  readonly pause: () => void;
  /**
   * Ends the watch, lets go of the caller's signal and aborts `signal` without a cause, so that what
   * is left of the exchange (such as an upload whose connection broke) ends too. Must be called once
   * the exchange is over.
   */
  readonly release: () => void;
}

/**
 * Starts a deadline of `timeoutMs`. The caller's signal is watched by a listener that `release`
 * removes, because `AbortSignal.any` would keep every call of a long-lived signal in memory.
 */
export function startDeadline(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Deadline {
  const controller = new AbortController();
  let cause: Deadline["cause"];
  const end = (why: NonNullable<Deadline["cause"]>): void => {
    cause ??= why;
    controller.abort();
  };
  const abort = (): void => end("aborted");
  const start = (): (() => void) => clock.after(timeoutMs, () => end("timeout"));
  let stopTimer = start();
  let released = false;
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    get cause() {
      return cause;
    },
    restart() {
      stopTimer();
      if (!released) stopTimer = start();
    },
    pause() {
      stopTimer();
    },
    release() {
      released = true;
      stopTimer();
      signal?.removeEventListener("abort", abort);
      controller.abort();
    },
  };
}
