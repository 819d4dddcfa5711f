import { compareServers, CONTENDERS } from "./compare-servers.ts";
import { type BenchRow, median, withRatios } from "./row.ts";

/** Accepting updates by webhook: durable in hookgram, not at all in the others. */
export async function benchReceive(): Promise<BenchRow[]> {
  const compared = await compareServers();
  const rows = [...compared].flatMap(([name, rounds]) => [
    row(name, "requests", "1/s", median(rounds.map((round) => round.requestsPerSecond))),
    row(name, "p50", "ms", median(rounds.map((round) => round.p50Ms))),
    row(name, "p99", "ms", median(rounds.map((round) => round.p99Ms))),
  ]);
  return withRatios(rows, CONTENDERS[0].name);
}

function row(name: string, metric: string, unit: string, value: number) {
  return { bench: "receive", case: name, metric, unit, value };
}
