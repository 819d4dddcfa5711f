/**
 * A support desk for a shop. `npm start` runs this file on the local Telegram; with BOT_TOKEN set it
 * runs on the real one. Read on in routers/, in the order in which they are included.
 */
import { BotApiError } from "@hookgram/bot-api";
import { Bot, chatType, command, errorIs, skip } from "hookgram";

import { publishCommands } from "./commands.ts";
import { customers } from "./routers/customers.ts";
import { operators } from "./routers/operators.ts";
import { openShop } from "./shop/shop.ts";

/** The group "Support desk" of world.json, where the operators are on the local Telegram. */
const LOCAL_OPERATORS_CHAT_ID = "-1001000000001";

const shop = openShop(process.env.SUPPORT_BOT_DATA ?? ".hookgram/shop.sqlite");
const operatorsChatId = readChatId(
  process.env.OPERATORS_CHAT_ID ??
    // On the real Telegram that group would be somebody else's.
    (process.env.BOT_TOKEN === undefined ? LOCAL_OPERATORS_CHAT_ID : undefined),
);

// What `next` is given here, every router finds in its context.
const bot = new Bot({ name: "support-bot" }).outer(function desk(_context, next) {
  return next({ shop, operatorsChatId });
});

bot.onStart(publishCommands);

// Add the bot to your group and send /chatid there: that is the value for OPERATORS_CHAT_ID.
bot.message(command("chatid"), chatType("group", "supergroup"), async ({ chat, reply }) => {
  await reply(`OPERATORS_CHAT_ID=${chat.id}`);
});

bot.include(operators, customers);

// Nothing is left to do for somebody who has blocked the bot while it was answering.
bot.errors(errorIs(BotApiError, "bot was blocked by the user"), () => undefined);

// `skip` leaves the failure to the runtime, which tries the update again a little later. The
// person hears of it when the last attempt has failed, too.
bot.errors(async ({ attempt, attemptsMax, reply, chat }) => {
  if (attempt === attemptsMax && chat?.type === "private") {
    await reply?.("Sorry, something went wrong on our side. Please try again in a while.");
  }
  return skip;
});

export default bot;

function readChatId(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (/^-\d{1,16}$/.test(text)) return Number(text);
  throw new Error(`OPERATORS_CHAT_ID is a group's id, such as -1001234567890, not "${text}"`);
}
