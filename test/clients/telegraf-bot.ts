import { Markup, Telegraf, TelegramError } from "telegraf";
import { message } from "telegraf/filters";

import { DOCUMENT, TEXTS } from "./describe-client.ts";
import { HALVES, POISON, SORRY, Trial } from "./trial.ts";

/** A bot as its author wrote it; only the API root is ours. */
export function createBot(token: string, apiRoot: string, trial = new Trial()): Telegraf {
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
  bot.command("half", async (ctx) => {
    await ctx.reply(HALVES[0]);
    trial.failOnce();
    await ctx.reply(HALVES[1]);
  });
  bot.command("filehalf", async (ctx) => {
    const document = { source: Buffer.from(DOCUMENT), filename: "list.txt" };
    await ctx.replyWithDocument(document, { caption: HALVES[0] });
    trial.failOnce();
    await bot.telegram.sendMessage(ctx.chat.id, HALVES[1]);
  });
  bot.command("poison", () => {
    throw new Error(POISON);
  });
  bot.command("forgotten", (ctx) => {
    void (async () => {
      await ctx.reply(HALVES[0]);
      await ctx.reply(HALVES[1]);
    })();
  });
  bot.command("dice", async (ctx) => {
    await ctx.sendDice({ emoji: "🎲" });
  });
  bot.catch(async (_error, ctx) => {
    await ctx.reply(SORRY);
  });
  return bot;
}
