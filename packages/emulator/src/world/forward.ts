import type { ConversationRecord } from "./conversation.ts";
import { originOf } from "./message-origin.ts";
import type { NewMessage } from "./post-message.ts";
import type { MessageContent, StoredMessage } from "./stored-message.ts";
import { isInlineKeyboard } from "./stored-message.ts";
import type { World } from "./world.ts";

/** A message as it is somewhere else: with its first origin, and with buttons that open links only. */
export function forwarded(
  world: World,
  from: ConversationRecord,
  source: StoredMessage,
): Pick<NewMessage, "content" | "forwardOrigin" | "markup" | "invoice"> {
  const { invoice } = source;
  return {
    content: withoutContext(source.content),
    forwardOrigin: originOf(world, from, source),
    markup: invoice === undefined ? linkButtons(source) : invoiceButton(world, source),
    ...(invoice?.startParameter === "" ? { invoice } : {}),
  };
}

/** A copy of an invoice can be paid itself, or leads to the bot that sells. */
function invoiceButton(world: World, { invoice, markup }: StoredMessage): StoredMessage["markup"] {
  if (!isInlineKeyboard(markup) || invoice?.startParameter === "") return markup;
  const { username } = world.state.bots.get(invoice!.botId)!;
  const url = `https://t.me/${username}?start=${encodeURIComponent(invoice!.startParameter)}`;
  const pay = markup.inline_keyboard.flat().find((button) => "pay" in button);
  return { inline_keyboard: [[{ text: pay?.text ?? invoice!.title, url }]] };
}

/** What belongs to the place of a message and not to what it says. */
export function withoutContext(content: MessageContent): MessageContent {
  const { has_protected_content: _, external_reply: __, effect_id: ___, ...rest } = content;
  return rest;
}

function linkButtons({ markup }: StoredMessage): StoredMessage["markup"] {
  if (!isInlineKeyboard(markup)) return undefined;
  const isLinksOnly = markup.inline_keyboard.flat().every(({ url }) => url !== undefined);
  return isLinksOnly ? markup : undefined;
}
