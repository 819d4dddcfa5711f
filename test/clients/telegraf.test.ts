import { Markup, Telegraf, TelegramError } from "telegraf";
import { message } from "telegraf/filters";

import { describeClient, DOCUMENT, TEXTS } from "./describe-client.ts";
import { listenOnLoopback } from "./listen.ts";

const SECRET = "telegraf-secret";

function createBot(token: string, apiRoot: string): Telegraf {
  const bot = new Telegraf(token, { telegram: { apiRoot } });
  bot.start((ctx) =>
    ctx.reply(TEXTS.question, {
      parse_mode: "HTML",
      reply_markup: Markup.inlineKeyboard([
        Markup.button.callback("Yes", "tea:yes"),
        Markup.button.callback("No", "tea:no"),
      ]).reply_markup,
    }),
  );
  bot.action("tea:yes", async (ctx) => {
    await ctx.editMessageText(TEXTS.yes);
    await ctx.answerCbQuery(TEXTS.toast);
  });
  bot.command("file", (ctx) =>
    ctx.replyWithDocument({ source: Buffer.from(DOCUMENT), filename: "list.txt" }),
  );
  bot.command("echo", (ctx) => ctx.reply(`echo ${ctx.payload}`));
  bot.command("nobody", async (ctx) => {
    const error: unknown = await ctx.telegram.sendMessage(404_404, "?").catch((reason) => reason);
    if (error instanceof TelegramError) await ctx.reply(`${error.code} ${error.description}`);
  });
  bot.on(message("document"), async (ctx) => {
    const response = await fetch(await ctx.telegram.getFileLink(ctx.message.document));
    await ctx.reply(`read ${(await response.bytes()).byteLength} bytes`);
  });
  return bot;
}

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
