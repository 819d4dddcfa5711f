import { PostgresServer } from "../packages/runtime/test/postgres-server.ts";
import { compareServers, type Contender, type Round } from "./compare-servers.ts";
import { RedisServer } from "./redis-server.ts";
import { type BenchRow, median, ratiosTo } from "./row.ts";
import type { BullmqConfig } from "./servers/bullmq.ts";
import type { GraphileWorkerConfig } from "./servers/graphile-worker.ts";
import type { HookgramConfig } from "./servers/hookgram.ts";

const HOOKGRAM = "hookgram on PostgreSQL, two nodes";
const BULLMQ = "grammY + BullMQ on Redis, two processes";
const GRAPHILE = "grammY + graphile-worker on PostgreSQL, two processes";
const GRAPHILE_LOCAL = `${GRAPHILE}, local queue`;

/** With this number BullMQ was the fastest, of 8, 16, 32 and 64. */
const BULLMQ_QUEUES = 16;
const GRAPHILE_CONCURRENCY = 10;
/** The most that Telegram opens (`max_connections` of setWebhook), shared by both nodes. */
const CONNECTIONS = 100;
/** graphile-worker advises more than run at once, for short tasks. */
const GRAPHILE_LOCAL_QUEUE = 100;

/**
 * Measures how many updates two processes with a shared database handle in strict order per chat, from
 * the first request until the last update has gone through a handler that does nothing.
 */
export async function benchShared(): Promise<BenchRow[]> {
  // All contenders are connected at the same time, and need more than the default of 100 together.
  const postgres = await PostgresServer.start("max_connections=300");
  const redis = await RedisServer.start();
  if (redis === undefined) {
    const mend = "apt install redis-server";
    process.stdout.write(`shared: BullMQ is skipped, no redis-server on the PATH (${mend})\n`);
  }
  try {
    const compared = await compareServers({
      contenders: contenders(postgres, redis),
      rounds: 3,
      requestsPerRound: 20_000,
      warmUpRequests: 10_000,
      connections: CONNECTIONS,
      checkOrder: true,
    });
    return toRows(compared);
  } finally {
    await redis?.stop();
    await postgres.remove();
  }
}

function contenders(postgres: PostgresServer, redis: RedisServer | undefined): Contender[] {
  const { url } = postgres;
  const twice = <T extends object>(config: T): readonly T[] => [config, config];
  const hookgram: HookgramConfig = { postgres: { url, schema: "hookgram" }, logs: true };
  const graphile = { url, concurrency: GRAPHILE_CONCURRENCY };
  const plain: GraphileWorkerConfig = { ...graphile, schema: "graphile_plain" };
  const local: GraphileWorkerConfig = {
    ...graphile,
    schema: "graphile_local",
    localQueueSize: GRAPHILE_LOCAL_QUEUE,
  };
  const entries: Contender[] = [
    { name: HOOKGRAM, file: "hookgram", configs: twice(hookgram) },
    { name: GRAPHILE, file: "graphile-worker", configs: twice(plain), requestsPerRound: 500 },
    {
      name: GRAPHILE_LOCAL,
      file: "graphile-worker",
      configs: twice(local),
      requestsPerRound: 1_500,
    },
  ];
  if (redis === undefined) return entries;
  const bullmq: BullmqConfig = { redisPort: redis.port, queues: BULLMQ_QUEUES };
  const entry = { name: BULLMQ, file: "bullmq", configs: twice(bullmq), requestsPerRound: 5_000 };
  return [...entries, entry];
}

function toRows(compared: ReadonlyMap<string, readonly Round[]>): BenchRow[] {
  const others = [BULLMQ, GRAPHILE, GRAPHILE_LOCAL].filter((name) => compared.has(name));
  const row = (name: string, metric: string, unit: string, value: number): BenchRow => {
    return { bench: "shared", case: name, metric, unit, value, against: null, ratio: null };
  };
  const handled = [HOOKGRAM, ...others].map((name) => {
    const rounds = compared.get(name)!;
    return row(name, "handled", "1/s", median(rounds.map((round) => round.handledPerSecond)));
  });
  const swapped = [HOOKGRAM, ...others].map((name) => {
    const count = compared.get(name)!.reduce((sum, round) => sum + round.outOfOrder, 0);
    return row(name, "out of order", "updates", count);
  });
  const ratios = others.flatMap((other) => ratiosTo(handled, HOOKGRAM, other));
  return [...ratios, ...handled.filter((it) => it.case !== HOOKGRAM), ...swapped];
}
