import type { Logger } from "hookgram";

/** See `StoreListener.clocksApart`. */
export function reportClocks(logger: Logger, aheadMs: number | undefined): void {
  if (aheadMs === undefined) {
    logger.info({}, "this node's clock and the database's agree again");
    return;
  }
  const side = aheadMs > 0 ? "ahead of" : "behind";
  const seconds = (Math.abs(aheadMs) / 1_000).toFixed(1);
  const harm = "timers come early or late by as much, and buttons may expire that are still of use";
  const mend = "keep both by NTP; if every node says this, it is the database's that is wrong";
  const message = `this node's clock is ${seconds} s ${side} the database's: ${harm}; ${mend}`;
  logger.warn({ aheadMs: Math.round(aheadMs) }, message);
}
