import { Bot, GrammyError, InlineKeyboard, InputFile, webhookCallback } from "grammy";

import { describeClient, DOCUMENT, TEXTS } from "./describe-client.ts";
import { listenOnLoopback } from "./listen.ts";

const SECRET = "grammy-secret";

function createBot(token: string, apiRoot: string): Bot {
  const bot = new Bot(token, { client: { apiRoot } });
  bot.command("start", (ctx) =>
    ctx.reply(TEXTS.question, {
      parse_mode: "HTML",
      reply_markup: new InlineKeyboard().text("Yes", "tea:yes").text("No", "tea:no"),
    }),
  );
  bot.callbackQuery("tea:yes", async (ctx) => {
    await ctx.editMessageText(TEXTS.yes);
    await ctx.answerCallbackQuery(TEXTS.toast);
  });
  bot.command("file", (ctx) => ctx.replyWithDocument(new InputFile(DOCUMENT, "list.txt")));
  bot.command("echo", (ctx) => ctx.reply(`echo ${ctx.match}`));
  bot.command("nobody", async (ctx) => {
    const error: unknown = await ctx.api.sendMessage(404_404, "?").catch((reason) => reason);
    if (error instanceof GrammyError) await ctx.reply(`${error.error_code} ${error.description}`);
  });
  bot.on("message:document", async (ctx) => {
    const file = await ctx.getFile();
    const response = await fetch(`${apiRoot}/file/bot${token}/${file.file_path}`);
    await ctx.reply(`read ${(await response.bytes()).byteLength} bytes`);
  });
  return bot;
}

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
