import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { PostgresServer } from "../packages/runtime/test/postgres-server.ts";
import type { BacklogConfig, BacklogResult } from "./backlog-process.ts";
import { type BenchRow, withRatios } from "./row.ts";

const PROCESS = fileURLToPath(new URL("backlog-process.ts", import.meta.url));
const CYCLES = 20_000;
const WARM_UP = 10_000;

interface Size extends Pick<BacklogConfig, "pending" | "chats"> {
  readonly name: string;
  readonly shuffled?: boolean;
}

const SIZES = [
  { name: "1 thousand pending", pending: 1_000, chats: 1_000 },
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

async function measureStore(store: string, postgres?: PostgresServer): Promise<BenchRow[]> {
  const rows: Omit<BenchRow, "against" | "ratio">[] = [];
  for (const size of SIZES) {
    const { name, pending, chats, shuffled = false }: Size = size;
    const result = await measure({
      ...(postgres && { postgres: { url: postgres.url, schema: postgres.newSchema() } }),
      pending,
      chats,
      shuffled,
      warmUp: WARM_UP,
      cycles: CYCLES,
    });
    const row = (metric: string, unit: string, value: number) => {
      return { bench: "backlog", case: `${store}, ${name}`, metric, unit, value };
    };
    rows.push(
      row("time per update", "µs", result.wallMicros),
      row("CPU per update", "µs", result.cpuMicros),
      row("memory", "MB", result.rssBytes / 1e6),
    );
  }
  return withRatios(rows, `${store}, ${SIZES[0].name}`);
}

async function measure(config: BacklogConfig): Promise<BacklogResult> {
  const child = fork(PROCESS, [JSON.stringify(config)]);
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`bench/backlog-process.ts ended with code ${code} before its result`);
  });
  const [result] = await Promise.race([once(child, "message"), ended]);
  await ended.catch(() => {});
  return result as BacklogResult;
}
