/** Sends back whatever it gets. Try it: `npx hookgram dev examples/echo.ts` */
import { BotApiError } from "@hookgram/bot-api";
import { bold, Bot, command, errorIs, fmt } from "hookgram";

const bot = new Bot();

bot.message(command("start"), async ({ from, reply }) => {
  await reply(fmt`Hello, ${bold(from?.first_name ?? "stranger")}!`);
});

bot.message(async ({ message, chat, api }) => {
  const { message_id } = message;
  await api.copyMessage({ chat_id: chat.id, from_chat_id: chat.id, message_id });
});

// Polls of others, invoices and the like cannot be copied.
bot.errors(errorIs(BotApiError, /can't be copied/), ({ reply }) => reply?.("Nice try!"));

export default bot;
