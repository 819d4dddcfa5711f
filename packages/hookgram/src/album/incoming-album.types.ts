import type { PhotoSize } from "@hookgram/bot-api";
import { command } from "../filter/command.ts";
import { has } from "../filter/has.ts";
import { text } from "../filter/text.ts";
import { Bot } from "../router/bot.ts";
import { Router } from "../router/router.ts";
import { states } from "../state/states.ts";
import { everyPart, somePart } from "./part-filters.ts";

const { waiting } = states("offer", { waiting: null });
const bot = new Bot();
const shop = new Router<{ user: { name: string } }>("shop");

bot.album(everyPart(has("photo")), ({ parts, album }) => {
  const sizes: readonly PhotoSize[][] = parts.map(({ photo }) => photo);
  // @ts-expect-error: an album may have parts without a photo, so `album.parts` are not narrowed
  const unsure: readonly PhotoSize[][] = album.parts.map(({ photo }) => photo);
  void [sizes, unsure];
});

shop.album(waiting, somePart(command("sell")), async ({ part, command: found, user, state }) => {
  const name: "sell" = found.name;
  await state.leave();
  void [part.message_id, name, user.name];
});

// @ts-expect-error: an album is several messages; say which of them: everyPart or somePart
bot.album(text(), () => {});

bot.album((context) => {
  // @ts-expect-error: an album has parts and no message of its own
  void context.message;
  const chatId: number = context.chat.id;
  void chatId;
});

// @ts-expect-error: a message that comes alone is no album
bot.message(everyPart(has("photo")), () => {});
