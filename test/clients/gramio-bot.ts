import { Bot, bold, format, InlineKeyboard, MediaUpload, TelegramError } from "gramio";

import { DOCUMENT, TEXTS } from "./describe-client.ts";
import { HALVES, POISON, SORRY, Trial } from "./trial.ts";

/** A bot as its author wrote it; only the API root is ours. */
export function createBot(token: string, apiRoot: string, trial = new Trial()) {
  const bot = new Bot(token, { api: { baseURL: `${apiRoot}/bot` } });
  bot.command("start", (context) =>
    context.send(format`Do you like ${bold`tea`}?`, {
      reply_markup: new InlineKeyboard().text("Yes", "tea:yes").text("No", "tea:no"),
    }),
  );
  bot.callbackQuery("tea:yes", async (context) => {
    await context.editText(TEXTS.yes);
    await context.answer(TEXTS.toast);
  });
  bot.command("file", async (context) =>
    context.sendDocument(MediaUpload.buffer(DOCUMENT, "list.txt")),
  );
  bot.command("echo", (context) => context.send(`echo ${context.args}`));
  bot.command("nobody", async (context) => {
    const error: unknown = await bot.api.sendMessage({
      chat_id: 404_404,
      text: "?",
      suppress: true,
    });
    if (error instanceof TelegramError) await context.send(`${error.code} ${error.message}`);
  });
  bot.command("half", async (context) => {
    await context.send(HALVES[0]);
    trial.failOnce();
    await context.send(HALVES[1]);
  });
  bot.command("filehalf", async (context) => {
    const document = MediaUpload.buffer(DOCUMENT, "list.txt");
    await context.sendDocument(document, { caption: HALVES[0] });
    trial.failOnce();
    await bot.api.sendMessage({ chat_id: context.chat.id, text: HALVES[1] });
  });
  bot.command("poison", () => {
    throw new Error(POISON);
  });
  bot.command("forgotten", (context) => {
    void (async () => {
      await context.send(HALVES[0]);
      await context.send(HALVES[1]);
    })();
  });
  bot.command("dice", (context) => context.sendDice("🎲"));
  bot.on("message", async (context) => {
    if (context.document === undefined) return;
    const content = await bot.downloadFile(context.document);
    await context.send(`read ${content.byteLength} bytes`);
  });
  bot.onError("message", async ({ context }) => {
    await context.send(SORRY);
  });
  return bot;
}
