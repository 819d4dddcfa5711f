import { describeClient } from "./describe-client.ts";
import { listenOnLoopback } from "./listen.ts";
import { createBot } from "./telegraf-bot.ts";

const SECRET = "telegraf-secret";

describeClient({
  name: "Telegraf",
  async poll(token, apiRoot) {
    const bot = createBot(token, apiRoot);
    let running: Promise<void> | undefined;
    await new Promise<void>((started) => {
      running = bot.launch(() => started());
    });
    return {
      async stop() {
        bot.stop();
        await running;
      },
    };
  },
  async webhook(token, apiRoot) {
    const bot = createBot(token, apiRoot);
    const listener = bot.webhookCallback("/hook", { secretToken: SECRET });
    const server = await listenOnLoopback((request, response) => {
      void listener(request, response);
    });
    await bot.telegram.setWebhook(server.url, { secret_token: SECRET });
    return { stop: () => server.close() };
  },
});
