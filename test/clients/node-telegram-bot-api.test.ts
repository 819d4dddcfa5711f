import {
  Bot,
  createWebhookServer,
  InlineKeyboardBuilder,
  InputFile,
  TelegramApiError,
} from "node-telegram-bot-api/node";

import { describeClient, DOCUMENT, TEXTS } from "./describe-client.ts";
import type { AddressInfo } from "node:net";

const SECRET = "node-telegram-bot-api-secret";

function createBot(token: string, apiRoot: string): Bot {
  const bot = new Bot(token, { apiRoot });
  bot.command("start", async (ctx) => {
    const keyboard = new InlineKeyboardBuilder().text("Yes", "tea:yes").text("No", "tea:no");
    await ctx.reply(TEXTS.question, { parse_mode: "HTML", reply_markup: keyboard.build() });
  });
  bot.on("callback_query", async (ctx) => {
    const asked = ctx.callbackQuery?.message;
    if (asked === undefined) return;
    await ctx.api.editMessageText({
      chat_id: asked.chat.id,
      message_id: asked.message_id,
      text: TEXTS.yes,
    });
    await ctx.answerCallbackQuery({ text: TEXTS.toast });
  });
  bot.command("file", async (ctx) => {
    const document = new InputFile(DOCUMENT, { filename: "list.txt" });
    await ctx.api.sendDocument({ chat_id: ctx.chatId!, document });
  });
  bot.command("echo", async (ctx) => {
    await ctx.reply(`echo ${String(ctx.match)}`);
  });
  bot.command("nobody", async (ctx) => {
    const error: unknown = await ctx.api
      .sendMessage({ chat_id: 404_404, text: "?" })
      .catch((reason: unknown) => reason);
    if (!(error instanceof TelegramApiError)) return;
    await ctx.reply(`${error.errorCode} ${error.description}`);
  });
  bot.on("message", async (ctx) => {
    const document = ctx.message?.document;
    if (document === undefined) return;
    const file = await ctx.api.getFile({ file_id: document.file_id });
    const response = await fetch(`${apiRoot}/file/bot${token}/${file.file_path}`);
    await ctx.reply(`read ${(await response.bytes()).byteLength} bytes`);
  });
  return bot;
}

describeClient({
  name: "node-telegram-bot-api",
  poll(token, apiRoot) {
    const bot = createBot(token, apiRoot);
    const running = bot.startPolling();
    return Promise.resolve({
      async stop() {
        bot.stop();
        await running;
      },
    });
  },
  async webhook(token, apiRoot) {
    const bot = createBot(token, apiRoot);
    const server = createWebhookServer(bot, { path: "/hook", secretToken: SECRET });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    await bot.api.setWebhook({ url, secret_token: SECRET });
    return {
      stop() {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(() => resolve()));
      },
    };
  },
});
