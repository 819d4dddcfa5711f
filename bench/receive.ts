import { compareServers, CONTENDERS, type Round } from "./compare-servers.ts";
import { type BenchRow, median, withRatios } from "./row.ts";

/** Accepting updates by webhook: durable in hookgram, not at all in the others. */
export async function benchReceive(): Promise<BenchRow[]> {
  return receiveRows("receive", await compareServers(), CONTENDERS[0].name);
}

export function receiveRows(
  bench: string,
  compared: ReadonlyMap<string, readonly Round[]>,
  against: string,
): BenchRow[] {
  const rows = [...compared].flatMap(([name, rounds]) => {
    const row = (metric: string, unit: string, valueOf: (round: Round) => number) => {
      const value = median(rounds.map(valueOf));
      return { bench, case: name, metric, unit, value };
    };
    return [
      row("requests", "1/s", (round) => round.requestsPerSecond),
      row("p50", "ms", (round) => round.p50Ms),
      row("p99", "ms", (round) => round.p99Ms),
      row("event loop", "µs per update", (round) => round.eventLoopMicros),
    ];
  });
  return withRatios(rows, against);
}
