import { webhookCallback } from "grammy";

import { describeClient } from "./describe-client.ts";
import { createBot } from "./grammy-bot.ts";
import { listenOnLoopback } from "./listen.ts";

const SECRET = "grammy-secret";

describeClient({
  name: "grammY",
  async poll(token, apiRoot) {
    const bot = createBot(token, apiRoot);
    let running: Promise<void> | undefined;
    await new Promise<void>((started) => {
      running = bot.start({ onStart: () => started() });
    });
    return {
      async stop() {
        await bot.stop();
        await running;
      },
    };
  },
  async webhook(token, apiRoot) {
    const bot = createBot(token, apiRoot);
    const callback = webhookCallback(bot, "http", { secretToken: SECRET });
    const server = await listenOnLoopback((request, response) => {
      void callback(request, response);
    });
    await bot.api.setWebhook(server.url, { secret_token: SECRET });
    return { stop: () => server.close() };
  },
});
