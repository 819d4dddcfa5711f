import { Bot, GrammyError, InlineKeyboard, InputFile } from "grammy";

import { DOCUMENT, TEXTS } from "./describe-client.ts";
import { HALVES, POISON, SORRY, Trial } from "./trial.ts";

/** A bot as its author wrote it; only the API root is ours. */
export function createBot(token: string, apiRoot: string, trial = new Trial()): Bot {
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
  bot.command("half", async (ctx) => {
    await ctx.reply(HALVES[0]);
    trial.failOnce();
    await ctx.reply(HALVES[1]);
  });
  bot.command("filehalf", async (ctx) => {
    await ctx.replyWithDocument(new InputFile(DOCUMENT, "list.txt"), { caption: HALVES[0] });
    trial.failOnce();
    await bot.api.sendMessage(ctx.chat.id, HALVES[1]);
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
    await ctx.replyWithDice("🎲");
  });
  bot.catch((error) => error.ctx.reply(SORRY));
  return bot;
}
