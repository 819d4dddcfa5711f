import type { InlineKeyboardButton, InlineKeyboardMarkup } from "@hookgram/bot-api";
import { assertFits } from "../callback/wire.ts";
import { assertKeyboard } from "./grid.ts";

const LIMITS = { kind: "inlineKeyboard", rowWidthMax: 8, buttonsMax: 100 } as const;

/**
 * A keyboard under a message, from its rows. Buttons are those of `callbackData`, or plain objects
 * such as `{ text: "Shop", url: "https://…" }`.
 * @throws HookgramError `bad-keyboard` above 8 buttons in a row or 100 in all, `bad-callback-data`
 * above 64 bytes.
 * @see https://core.telegram.org/bots/api#inlinekeyboardmarkup
 */
export function inlineKeyboard(
  rows: readonly (readonly InlineKeyboardButton[])[],
): InlineKeyboardMarkup {
  assertKeyboard(rows, LIMITS);
  for (const { text, callback_data } of rows.flat())
    if (callback_data !== undefined) assertFits(`inlineKeyboard, button "${text}"`, callback_data);
  return { inline_keyboard: rows.map((row) => [...row]) };
}
