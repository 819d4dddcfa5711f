import { PostgresServer } from "../packages/runtime/test/postgres-server.ts";
import { runLoad } from "./load-generator.ts";
import { type Arrivals, runOpenLoad } from "./open-load.ts";
import { type BenchRow, percentile, withRatios } from "./row.ts";
import { seededRandom } from "../packages/runtime/test/seeded-random.ts";
import { ServerProcess } from "./server-process.ts";
import type { HookgramConfig } from "./servers/hookgram.ts";
import { BENCH_PATH, BENCH_SECRET } from "./servers/serve.ts";
import { updateBody } from "./update-body.ts";

const RATE_PER_SECOND = 500;
const REQUESTS = 5_000;
const WARM_UP_REQUESTS = 2_000;
/** Each sends again as soon as it is answered, so that a commit is always on its way. */
const BUSY_CONNECTIONS = 4;
/** Far from the ids that are measured. */
const BUSY_FIRST_ID = 500_000_000;
const BUSY_REQUESTS_PER_LOAD = 200;

/**
 * From the moment at which an update is due at the webhook until it is answered, and until its
 * handler starts, at 500 updates per second that do not wait for each other.
 */
export async function benchLatency(): Promise<BenchRow[]> {
  const postgres = await PostgresServer.start();
  const config: HookgramConfig = { postgres: { url: postgres.url, schema: "hookgram" } };
  const stores = [
    ["SQLite", {}],
    ["PostgreSQL", config],
  ] as const;
  const rows: BenchRow[] = [];
  try {
    for (const [name, settings] of stores) {
      const server = await ServerProcess.start("hookgram", { ...settings, logs: true });
      await measure(server, { requests: WARM_UP_REQUESTS, firstUpdateId: 1 });
      const quiet = await measureCase(server, name, false);
      const busy = await measureCase(server, `${name}, commits always in flight`, true);
      rows.push(...withRatios([...quiet, ...busy], name));
      await server.stop();
    }
  } finally {
    await postgres.remove();
  }
  return rows;
}

async function measureCase(server: ServerProcess, name: string, busy: boolean) {
  let isOver = false;
  const background = busy ? keepBusy(server, () => isOver) : Promise.resolve();
  const firstUpdateId = busy ? 20_000_000 : 10_000_000;
  const { answered, handled } = await measure(server, { requests: REQUESTS, firstUpdateId });
  isOver = true;
  await background;
  const metric = (what: string, values: Float64Array, part: number) => ({
    bench: "latency",
    case: name,
    metric: `${what} p${100 * part}`,
    unit: "ms",
    value: percentile(values, part),
  });
  return [
    metric("answered", answered, 0.5),
    metric("answered", answered, 0.99),
    metric("handler starts", handled, 0.5),
    metric("handler starts", handled, 0.99),
  ];
}

async function measure(
  server: ServerProcess,
  { requests, firstUpdateId }: { readonly requests: number; readonly firstUpdateId: number },
) {
  await server.handledSince();
  const arrivals = await runOpenLoad({
    port: server.port,
    path: BENCH_PATH,
    secret: BENCH_SECRET,
    ratePerSecond: RATE_PER_SECOND,
    requests,
    body: updateBody,
    firstUpdateId,
    random: seededRandom(firstUpdateId),
  });
  const started = await startsOf(server, firstUpdateId, requests);
  const { dueMs, answeredMs } = arrivals;
  return { answered: since(dueMs, answeredMs), handled: since(dueMs, started) };
}

function since(dueMs: Arrivals["dueMs"], atMs: Float64Array): Float64Array {
  return atMs.map((ms, at) => ms - dueMs[at]!);
}

/** When the handler of each update started; waits for those that have not yet. */
async function startsOf(
  server: ServerProcess,
  firstUpdateId: number,
  count: number,
): Promise<Float64Array> {
  const started = new Float64Array(count);
  for (let found = 0; found < count;) {
    const log = await server.handledSince();
    for (let at = 0; at < log.length; at += 2) {
      const index = log[at]! - firstUpdateId;
      if (index < 0 || index >= count) continue;
      started[index] = log[at + 1]!;
      found += 1;
    }
  }
  return started;
}

async function keepBusy(server: ServerProcess, isOver: () => boolean): Promise<void> {
  for (let firstUpdateId = BUSY_FIRST_ID; !isOver(); firstUpdateId += BUSY_REQUESTS_PER_LOAD) {
    await runLoad({
      ports: [server.port],
      path: BENCH_PATH,
      secret: BENCH_SECRET,
      connections: BUSY_CONNECTIONS,
      requests: BUSY_REQUESTS_PER_LOAD,
      body: updateBody,
      firstUpdateId,
    });
  }
}
