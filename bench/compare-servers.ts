import { setTimeout } from "node:timers/promises";

import { type LoadResult, runLoad } from "./load-generator.ts";
import { ServerProcess, type ServerReport } from "./server-process.ts";
import { BENCH_PATH, BENCH_SECRET } from "./servers/serve.ts";
import { chatOf, updateBody } from "./update-body.ts";

/** A server that takes part: its name in the table and its file in `bench/servers`. */
export interface Contender {
  readonly name: string;
  readonly file: string;
  /** One process is started with each of these. Default: one process with no settings. */
  readonly configs?: readonly object[];
  /** Fewer requests, for a server that would take minutes for what others do in a second. */
  readonly requestsPerRound?: number;
}

export interface Comparison {
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  readonly requestsPerRound: number;
  readonly warmUpRequests: number;
  /** Default 40, which is also Telegram's. */
  readonly connections?: number;
  /** Whether requests go by HTTPS. Default false. */
  readonly tls?: boolean;
  /** Whether the order is checked, by logs that the servers keep. Default false. */
  readonly checkOrder?: boolean;
}

export interface Round extends LoadResult {
  /** From the first request until the last update had gone through the handler. */
  readonly handledPerSecond: number;
  /** CPU time of the servers' event loops per update, without that of other threads and of the load. */
  readonly eventLoopMicros: number;
  /** Updates that were handled after a later one of their chat. */
  readonly outOfOrder: number;
}

const BARE = { name: "bare node:http, parses and forgets", file: "bare" };
/** A bot whose handlers hang, so that only accepting and storing is measured. */
const STORING = {
  name: "hookgram, stored on SQLite",
  file: "hookgram",
  configs: [{ stuck: true }],
};
export const HANDLING = { name: "hookgram, stored and handled", file: "hookgram" };
export const GRAMMY = { name: "grammY webhookCallback, handled, not stored", file: "grammy" };

export const CONTENDERS: readonly [Contender, ...Contender[]] = [BARE, STORING, HANDLING, GRAMMY];

export const COMPARISON: Comparison = {
  contenders: CONTENDERS,
  rounds: 5,
  requestsPerRound: 20_000,
  warmUpRequests: 40_000,
};

const CONNECTIONS = 40;
/** Asking more often costs the server time, less often precision; this is some 1 % of a round. */
const REPORT_INTERVAL_MS = 10;

/**
 * Loads the servers in turn, round by round, so that a busy moment of the machine affects all of them.
 * The first round is not counted: V8 goes on optimising during some 30,000 requests.
 */
export async function compareServers(
  comparison: Comparison = COMPARISON,
): Promise<ReadonlyMap<string, readonly Round[]>> {
  const { contenders, rounds, warmUpRequests } = comparison;
  const servers = await Promise.all(contenders.map(start));
  let firstUpdateId = 1_000_000;
  for (let round = 0; round <= rounds; round += 1) {
    const requests = round === 0 ? warmUpRequests : comparison.requestsPerRound;
    for (const server of servers) {
      const share = Math.min(requests, server.requestsPerRound ?? requests);
      const result = await runRound(server.processes, comparison, {
        requests: share,
        firstUpdateId,
      });
      if (round > 0) server.rounds.push(result);
    }
    firstUpdateId += requests;
  }
  await Promise.all(servers.flatMap(({ processes }) => processes.map((it) => it.stop())));
  return new Map(servers.map((server) => [server.name, server.rounds]));
}

async function start(contender: Contender) {
  const configs = contender.configs ?? [{}];
  // One after the other, because the first one may have to create a schema.
  const processes: ServerProcess[] = [];
  for (const config of configs) {
    processes.push(await ServerProcess.start(contender.file, config));
  }
  return { ...contender, processes, rounds: [] as Round[] };
}

async function runRound(
  servers: readonly ServerProcess[],
  { tls, connections = CONNECTIONS, checkOrder = false }: Comparison,
  load: { readonly requests: number; readonly firstUpdateId: number },
): Promise<Round> {
  const { requests } = load;
  const before = await askAll(servers);
  const result = await runLoad({
    ...load,
    ports: servers.map(({ port }) => port),
    tls,
    path: BENCH_PATH,
    secret: BENCH_SECRET,
    connections,
    body: updateBody,
  });
  if (result.failed > 0) throw new Error(`${result.failed} of ${requests} answers were not 200`);
  let after = await askAll(servers);
  while (after.handled < before.handled + requests) {
    await setTimeout(REPORT_INTERVAL_MS);
    after = await askAll(servers);
  }
  const handledMs = performance.now() - result.startedMs;
  const handledPerSecond = (requests / handledMs) * 1_000;
  const eventLoopMicros = (after.eventLoopMicros - before.eventLoopMicros) / requests;
  const outOfOrder = checkOrder ? await countOutOfOrder(servers) : 0;
  return { ...result, handledPerSecond, eventLoopMicros, outOfOrder };
}

/** The sum of what the processes of one contender have done. */
async function askAll(
  servers: readonly ServerProcess[],
): Promise<Pick<ServerReport, "handled" | "eventLoopMicros">> {
  const reports = await Promise.all(servers.map((server) => server.report()));
  return {
    handled: reports.reduce((sum, { handled }) => sum + handled, 0),
    eventLoopMicros: reports.reduce((sum, { eventLoopMicros }) => sum + eventLoopMicros, 0),
  };
}

/** A chat's next update is only sent when many of other chats are answered, so ids are in order. */
async function countOutOfOrder(servers: readonly ServerProcess[]): Promise<number> {
  const logs = await Promise.all(servers.map((server) => server.handledSince()));
  const handled = logs.flatMap((log) =>
    Array.from({ length: log.length / 2 }, (_, at) => ({
      updateId: log[2 * at]!,
      atMs: log[2 * at + 1]!,
    })),
  );
  const newest = new Map<number, number>();
  let outOfOrder = 0;
  for (const { updateId } of handled.toSorted((a, b) => a.atMs - b.atMs)) {
    const chat = chatOf(updateId);
    if (updateId < (newest.get(chat) ?? 0)) outOfOrder += 1;
    else newest.set(chat, updateId);
  }
  return outOfOrder;
}
