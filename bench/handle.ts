import { compareServers, CONTENDERS } from "./compare-servers.ts";
import { type BenchRow, median, withRatios } from "./row.ts";

/** End to end: from the first request until the last update went through a handler that does nothing. */
export async function benchHandle(): Promise<BenchRow[]> {
  const compared = await compareServers();
  const grammy = CONTENDERS[2].name;
  const rows = [grammy, CONTENDERS[1].name].map((name) => ({
    bench: "handle",
    case: name,
    metric: "handled",
    unit: "1/s",
    value: median(compared.get(name)!.map((round) => round.handledPerSecond)),
  }));
  return withRatios(rows, grammy);
}
