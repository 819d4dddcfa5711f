import type { StopOptions } from "./handle.ts";

/** Options of {@link stopOnSignals}. */
export interface SignalOptions extends StopOptions {
  /** Default SIGTERM and SIGINT. */
  readonly signals?: readonly ("SIGTERM" | "SIGINT" | "SIGHUP")[] | undefined;
  /** Called when the bot has stopped, before the process ends, to close what the program opened. */
  readonly cleanUp?: (() => unknown) | undefined;
}

/** By convention, 128 plus the signal's number. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Ends the process as an operator expects. The first signal stops the bot and exits with
 * `process.exitCode`, or 0; if stopping fails, with 1 and one line on standard error. A second signal
 * exits at once, with 128 plus its number. Nothing is lost either way: what was cut off is handled
 * after the next start.
 *
 * `handle` is what an entry point returned, or anything with such a `stop`. Returns a function that
 * removes the listeners.
 */
export function stopOnSignals(
  handle: { stop(options?: StopOptions): Promise<unknown> },
  options: SignalOptions = {},
): () => void {
  const { signals = ["SIGTERM", "SIGINT"], cleanUp, drainMs } = options;
  let stopping = false;
  const receive = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(EXIT_CODES[signal as keyof typeof EXIT_CODES]);
    stopping = true;
    void drain().then((exitCode) => process.exit(exitCode));
  };
  const drain = async (): Promise<number> => {
    try {
      await handle.stop({ drainMs });
      await cleanUp?.();
      return Number(process.exitCode ?? 0);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      process.stderr.write(`hookgram error: stopping failed: ${reason.replaceAll("\n", " ")}\n`);
      return 1;
    }
  };
  for (const signal of signals) process.on(signal, receive);
  return () => {
    for (const signal of signals) process.off(signal, receive);
  };
}
