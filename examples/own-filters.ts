/** Filters of your own are functions: they look at the context, and may add something to it. */
import { and, Bot, chatType, command, type CommonContext, text, type WithText } from "hookgram";

// True or false.
function isShouted({ message }: WithText): boolean {
  return message.text.length > 3 && message.text === message.text.toUpperCase();
}

// Made by a function, to be told something. An object matches, and the handler finds it.
function mentions(words: readonly string[]) {
  return ({ message }: WithText) => {
    const found = words.filter((word) => message.text.toLowerCase().includes(word));
    return found.length > 0 && { found };
  };
}

// Async: asks Telegram.
async function isChatAdmin({ api, chat, from }: CommonContext): Promise<boolean> {
  if (chat === undefined || from === undefined) return false;
  const { status } = await api.getChatMember({ chat_id: chat.id, user_id: from.id });
  return status === "administrator" || status === "creator";
}

// A name for several filters together. What each needs, the one before it has to add.
const fruit = and(text(), mentions(["apple", "cherry", "plum"]));

const bot = new Bot();

bot.message(command("mute"), chatType("group", "supergroup"), isChatAdmin, ({ reply }) =>
  reply("I will be silent. Not."),
);
bot.message(command("mute"), ({ reply }) => reply("Only for admins of a group."));
bot.message(fruit, ({ found, reply }) => reply(`I like ${found.join(" and ")}, too.`));
bot.message(text(), isShouted, ({ reply }) => reply("No need to shout."));

export default bot;
