import { setTimeout } from "node:timers/promises";

import { type LoadResult, runLoad } from "./load-generator.ts";
import { ServerProcess } from "./server-process.ts";
import { BENCH_PATH, BENCH_SECRET } from "./servers/serve.ts";
import { updateBody } from "./update-body.ts";

/** A server that takes part: its name in the table and its file in `bench/servers`. */
export interface Contender {
  readonly name: string;
  readonly file: string;
}

export interface Round extends LoadResult {
  /** From the first request until the last update had gone through the handler. */
  readonly handledPerSecond: number;
}

export const CONTENDERS = [
  { name: "bare node:http, parses and forgets", file: "bare" },
  { name: "hookgram, durable inbox on SQLite", file: "hookgram" },
  { name: "grammY webhookCallback, not durable", file: "grammy" },
] as const satisfies readonly Contender[];

const CONNECTIONS = 40;
const ROUNDS = 5;
const REQUESTS_PER_ROUND = 20_000;
const WARM_UP_REQUESTS = 10_000;
/** Asking costs the server time, not asking costs precision: some 1 % of a round. */
const REPORT_INTERVAL_MS = 10;

/**
 * Loads the servers in turn, round by round, so that a busy moment of the machine hits all of them.
 * The first, shorter round is for the compilers and is not counted.
 */
export async function compareServers(): Promise<ReadonlyMap<string, readonly Round[]>> {
  const servers = await Promise.all(
    CONTENDERS.map(async (contender) => ({
      ...contender,
      process: await ServerProcess.start(contender.file),
      rounds: [] as Round[],
    })),
  );
  let updateId = 1_000_000;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const requests = round === 0 ? WARM_UP_REQUESTS : REQUESTS_PER_ROUND;
    for (const server of servers) {
      const result = await runRound(server.process, requests, updateId);
      if (round > 0) server.rounds.push(result);
    }
    updateId += requests;
  }
  await Promise.all(servers.map((server) => server.process.stop()));
  return new Map(servers.map((server) => [server.name, server.rounds]));
}

async function runRound(
  server: ServerProcess,
  requests: number,
  firstUpdateId: number,
): Promise<Round> {
  const before = (await server.report()).handled;
  const result = await runLoad({
    port: server.port,
    path: BENCH_PATH,
    secret: BENCH_SECRET,
    connections: CONNECTIONS,
    requests,
    body: updateBody,
    firstUpdateId,
  });
  if (result.failed > 0) throw new Error(`${result.failed} of ${requests} answers were not 200`);
  while ((await server.report()).handled < before + requests) await setTimeout(REPORT_INTERVAL_MS);
  const handledMs = performance.now() - result.startedMs;
  const handledPerSecond = (requests / handledMs) * 1_000;
  return { ...result, handledPerSecond };
}
