import { fork } from "node:child_process";
import { once } from "node:events";

import { type BenchRow, median, withRatios } from "./row.ts";
import type { IdleReport } from "./servers/idle-bots.ts";

const PROGRAM = new URL("servers/idle-bots.ts", import.meta.url);
const ROUNDS = 3;

const CASES = [
  { name: "1,000 bots on one engine", count: 1_000, kind: "shared" },
  { name: "20 bots with an engine each", count: 20, kind: "own" },
] as const;

/** What one more bot costs in a process while nobody writes to it; SQLite, one router tree for all. */
export async function benchIdleBots(): Promise<BenchRow[]> {
  const reports = new Map(CASES.map(({ name }) => [name as string, [] as IdleReport[]]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { name, count, kind } of CASES) reports.get(name)!.push(await measure(count, kind));
  const rows = [...reports].flatMap(([name, list]) => {
    const kilobytes = median(list.map(({ residentBytes }) => residentBytes / 1_024));
    return [
      { case: name, metric: "memory per bot", unit: "KB", value: kilobytes },
      { case: name, metric: "to add one", unit: "ms", value: median(list.map((r) => r.addMs)) },
      { case: name, metric: "timers per bot", unit: "1", value: median(list.map((r) => r.timers)) },
    ].map((row) => ({ bench: "idle-bots", ...row }));
  });
  // Nothing is a multiple of no timers.
  const timers = rows.filter(({ metric }) => metric === "timers per bot");
  const others = rows.filter((row) => !timers.includes(row));
  return [
    ...withRatios(others, CASES[0].name),
    ...timers.map((row) => ({ ...row, against: null, ratio: null })),
  ];
}

async function measure(count: number, kind: string): Promise<IdleReport> {
  const child = fork(PROGRAM, [String(count), kind], {
    execArgv: ["--expose-gc", "--disable-warning=ExperimentalWarning"],
  });
  const [report] = (await once(child, "message")) as [IdleReport];
  await once(child, "exit");
  return report;
}
