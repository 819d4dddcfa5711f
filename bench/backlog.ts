import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { PostgresServer } from "../packages/runtime/test/postgres-server.ts";
import type { BacklogConfig, BacklogResult } from "./backlog-process.ts";
import { type BenchRow, median } from "./row.ts";

const PROCESS = fileURLToPath(new URL("backlog-process.ts", import.meta.url));
const CYCLES = 20_000;
const WARM_UP = 10_000;

interface Size extends Pick<BacklogConfig, "pending" | "chats"> {
  readonly name: string;
  readonly shuffled?: boolean;
}

/** What the others are compared with. */
const SMALL = { name: "1 thousand pending", pending: 1_000, chats: 1_000 } as const satisfies Size;

const SIZES = [
  { name: "100 thousand pending", pending: 100_000, chats: 1_000 },
  { name: "1 million pending", pending: 1_000_000, chats: 1_000 },
  { name: "1 million pending of 1 million chats", pending: 1_000_000, chats: 1_000_000 },
  {
    name: "the same, not in the order of their records",
    pending: 1_000_000,
    chats: 1_000_000,
    shuffled: true,
  },
] as const satisfies readonly Size[];

/**
 * What accepting and handling one update costs while others are pending. Each handler reads and writes
 * the state of its chat.
 */
export async function benchBacklog(): Promise<BenchRow[]> {
  const postgres = await PostgresServer.start();
  try {
    const sqlite = await measureStore("SQLite");
    return [...sqlite, ...(await measureStore("PostgreSQL", postgres))];
  } finally {
    await postgres.remove();
  }
}

/**
 * A large backlog takes a minute to be filled, in which the machine may become faster or slower: so
 * each is compared with two small ones, right before and right after it.
 */
async function measureStore(store: string, postgres?: PostgresServer): Promise<BenchRow[]> {
  const measureSize = ({ pending, chats, shuffled = false }: Size): Promise<BacklogResult> =>
    measure({
      ...(postgres && { postgres: { url: postgres.url, schema: postgres.newSchema() } }),
      pending,
      chats,
      shuffled,
      warmUp: WARM_UP,
      cycles: CYCLES,
    });
  const small = [await measureSize(SMALL)];
  const large: BacklogResult[] = [];
  for (const size of SIZES) {
    large.push(await measureSize(size));
    small.push(await measureSize(SMALL));
  }
  const against = `${store}, ${SMALL.name}`;
  return METRICS.flatMap(({ metric, unit, of }) => {
    const row = { bench: "backlog", metric, unit };
    const smalls = small.map(of);
    const base = { ...row, case: against, value: median(smalls), against: null, ratio: null };
    const others = large.map((result, at) => {
      const ratio = of(result) / ((smalls[at]! + smalls[at + 1]!) / 2);
      return { ...row, case: `${store}, ${SIZES[at]!.name}`, value: of(result), against, ratio };
    });
    return [base, ...others];
  });
}

const METRICS = [
  { metric: "time per update", unit: "µs", of: (it: BacklogResult) => it.wallMicros },
  { metric: "CPU per update", unit: "µs", of: (it: BacklogResult) => it.cpuMicros },
  { metric: "memory", unit: "MB", of: (it: BacklogResult) => it.rssBytes / 1e6 },
] as const;

async function measure(config: BacklogConfig): Promise<BacklogResult> {
  const child = fork(PROCESS, [JSON.stringify(config)]);
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`bench/backlog-process.ts ended with code ${code} before its result`);
  });
  const [result] = await Promise.race([once(child, "message"), ended]);
  await ended.catch(() => {});
  return result as BacklogResult;
}
