import { compareServers, COMPARISON, GRAMMY, HANDLING } from "./compare-servers.ts";
import { type BenchRow, median, withRatios } from "./row.ts";

/** End to end: from the first request until the last update went through a handler that does nothing. */
export async function benchHandle(): Promise<BenchRow[]> {
  const compared = await compareServers({ ...COMPARISON, contenders: [GRAMMY, HANDLING] });
  const rows = [...compared].map(([name, rounds]) => ({
    bench: "handle",
    case: name,
    metric: "handled",
    unit: "1/s",
    value: median(rounds.map((round) => round.handledPerSecond)),
  }));
  return withRatios(rows, GRAMMY.name);
}
