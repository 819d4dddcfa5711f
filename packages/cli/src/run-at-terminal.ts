import { systemClock } from "@hookgram/bot-api";
import { type Handle, stopOnSignals, type StopOptions, type StopReport } from "@hookgram/runtime";

import type { Output } from "./output.ts";

export interface TerminalRun {
  readonly output: Output;
  /** Default: the runtime's. */
  readonly drainMs?: number;
  /** Runs after the bot has stopped and before the process ends. */
  readonly cleanUp?: () => unknown;
  /** Runs when the bot is ready. */
  readonly announce: () => unknown;
}

/** A drain that is over sooner needs no words. */
const SILENCE_MS = 1_000;

/**
 * Lets a bot run until a signal stops it. Says what a person at the terminal would otherwise wonder
 * about: that handlers are waited for, that some were cut off, that the bot's own code has ended
 * the process.
 */
export async function runAtTerminal(handle: Handle, run: TerminalRun): Promise<void> {
  const { output, drainMs, cleanUp, announce } = run;
  const explain = (code: number): void =>
    output.warn(
      `The bot's own code has ended the process (exit code ${code}). ` +
        "What it was handling is tried again after the next start",
    );
  const stop = (options?: StopOptions): Promise<StopReport> => {
    process.off("exit", explain);
    return stopAloud(handle, output, options);
  };
  stopOnSignals({ stop }, { drainMs, cleanUp });
  await handle.ready;
  await announce();
  process.on("exit", explain);
}

async function stopAloud(
  handle: Handle,
  output: Output,
  options: StopOptions | undefined,
): Promise<StopReport> {
  const cancel = systemClock.after(SILENCE_MS, () =>
    output.warn("Waiting for the handlers that still run; once more stops them at once"),
  );
  try {
    const report = await handle.stop(options);
    if (report.aborted > 0) {
      const count = `${report.aborted} ${report.aborted === 1 ? "update" : "updates"}`;
      output.warn(`Cut off while handling ${count}: handled again after the next start`);
    }
    return report;
  } finally {
    cancel();
  }
}
