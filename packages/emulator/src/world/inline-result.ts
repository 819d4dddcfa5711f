import type { InlineKeyboardMarkup } from "@hookgram/bot-api";
import { formatText } from "../formatting/format-text.ts";
import { userOf } from "./directory.ts";
import type { MessageContent } from "./stored-message.ts";
import type { World } from "./world.ts";

/** What an `InlineQueryResult` becomes when it is sent: a text, or else its title. */
export function inlineResult(
  world: World,
  result: Readonly<Record<string, unknown>>,
): { readonly content: MessageContent; readonly markup: InlineKeyboardMarkup | undefined } {
  const message = result["input_message_content"] as Readonly<Record<string, unknown>> | undefined;
  const text = message?.["message_text"] ?? result["caption"] ?? result["title"] ?? "";
  const formatted = formatText({
    text: typeof text === "string" ? text : "",
    parseMode: message?.["parse_mode"] as string | undefined,
    entities: message?.["entities"],
    userOf: (id) => userOf(world, id),
  });
  const { entities } = formatted;
  return {
    content: { text: formatted.text, ...(entities.length === 0 ? {} : { entities }) },
    markup: result["reply_markup"] as InlineKeyboardMarkup | undefined,
  };
}
