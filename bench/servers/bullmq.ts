/**
 * What a user would build today: a webhook that puts updates into BullMQ, and grammY in its workers.
 *
 * BullMQ (without its paid groups) orders jobs within a queue that runs one job at a time. So there
 * are many queues, a chat always uses the same one, and each runs one job at a time over all
 * processes. What retries do to the order is another matter, and not part of this benchmark.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Queue, Worker } from "bullmq";
import { Bot } from "grammy";

import { HandledLog } from "./handled-log.ts";
import { BENCH_ME, BENCH_SECRET, BENCH_TOKEN, readConfig, serve } from "./serve.ts";

/** How `servers/bullmq.ts` is started. */
export interface BullmqConfig {
  readonly redisPort: number;
  readonly queues: number;
}

const { redisPort, queues: queueCount } = readConfig<BullmqConfig>();
const connection = { host: "127.0.0.1", port: redisPort, maxRetriesPerRequest: null };
const log = new HandledLog();
const bot = new Bot(BENCH_TOKEN, { botInfo: BENCH_ME as never });
bot.on("message", ({ update }) => log.note(update.update_id));

const names = Array.from({ length: queueCount }, (_, index) => `chats-${index}`);
const queues = names.map((name) => new Queue(name, { connection }));
await Promise.all(queues.map((queue) => queue.setGlobalConcurrency(1)));
const workers = names.map(
  (name) => new Worker(name, ({ data }) => bot.handleUpdate(data), { connection }),
);
await Promise.all(workers.map((worker) => worker.waitUntilReady()));

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
  const queue = queues[Math.abs(update.message.chat.id) % queues.length]!;
  const jobId = `update-${update.update_id}`;
  await queue.add("update", update, { jobId, removeOnComplete: true, removeOnFail: 1_000 });
  return 200;
}

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  serve({ port, handled: () => log.count, log, stop });
});

async function stop(): Promise<void> {
  server.close();
  await Promise.all(workers.map((worker) => worker.close(true)));
  await Promise.all(queues.map((queue) => queue.close()));
}
