/** What a user would write today: grammY's webhookCallback on `node:http`, nothing durable. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Bot, webhookCallback } from "grammy";

import { BENCH_ME, BENCH_SECRET, BENCH_TOKEN, serve } from "./serve.ts";

let handled = 0;
const bot = new Bot(BENCH_TOKEN, { botInfo: BENCH_ME as never });
bot.on("message", () => {
  handled += 1;
});
const handle = webhookCallback(bot, "http", { secretToken: BENCH_SECRET });
const server = createServer((request, response) => void handle(request, response));
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  serve({ port, handled: () => handled, stop: () => server.close() });
});
