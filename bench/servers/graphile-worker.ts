/** A webhook that puts updates into graphile-worker, a queue for each chat, and grammY in its tasks. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Bot } from "grammy";
import { Logger, makeWorkerUtils, run } from "graphile-worker";

import { HandledLog } from "./handled-log.ts";
import { BENCH_ME, BENCH_SECRET, BENCH_TOKEN, readConfig, serve } from "./serve.ts";

/** How `servers/graphile-worker.ts` is started. */
export interface GraphileWorkerConfig {
  readonly url: string;
  readonly schema: string;
  readonly concurrency: number;
  /** Jobs that are locked in advance, which makes it faster and a crash costlier. Default: none. */
  readonly localQueueSize?: number;
}

const { url, schema, concurrency, localQueueSize } = readConfig<GraphileWorkerConfig>();
const log = new HandledLog();
const bot = new Bot(BENCH_TOKEN, { botInfo: BENCH_ME as never });
bot.on("message", ({ update }) => log.note(update.update_id));

const logger = new Logger(() => () => {});
const preset = {
  worker: {
    connectionString: url,
    schema,
    concurrentJobs: concurrency,
    maxPoolSize: concurrency + 2,
    ...(localQueueSize === undefined ? {} : { localQueue: { size: localQueueSize } }),
  },
};
const utils = await makeWorkerUtils({ preset, logger });
await utils.migrate();
const taskList = { update: (update: unknown) => bot.handleUpdate(update as never) };
const runner = await run({ preset, logger, taskList, noHandleSignals: true });

const server = createServer((request, response) => {
  void enqueue(request).then((status) => {
    response.writeHead(status, { "content-length": "0" });
    response.end();
  });
});

async function enqueue(request: IncomingMessage): Promise<number> {
  if (request.headers["x-telegram-bot-api-secret-token"] !== BENCH_SECRET) return 401;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const update = JSON.parse(Buffer.concat(chunks).toString());
  const queueName = `chat-${update.message.chat.id}`;
  await utils.addJob("update", update, { queueName, jobKey: `update-${update.update_id}` });
  return 200;
}

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  serve({ port, handled: () => log.count, log, stop });
});

async function stop(): Promise<void> {
  server.close();
  await runner.stop().catch(() => {});
  await utils.release();
}
