import type { KeyboardButton, ReplyKeyboardMarkup } from "@hookgram/bot-api";
import { assertKeyboard } from "./grid.ts";

const LIMITS = { kind: "replyKeyboard", rowWidthMax: 10, buttonsMax: 300 } as const;

/**
 * A keyboard in place of the user's letters, from its rows; a text alone stands for a button that
 * sends it. `resize_keyboard` is true unless it is given, because otherwise the keyboard is as high
 * as the one with letters.
 * @throws HookgramError `bad-keyboard` above 10 buttons in a row or 300 in all.
 * @see https://core.telegram.org/bots/api#replykeyboardmarkup
 */
export function replyKeyboard(
  rows: readonly (readonly (string | KeyboardButton)[])[],
  options: Omit<ReplyKeyboardMarkup, "keyboard"> = {},
): ReplyKeyboardMarkup {
  const keyboard = rows.map((row) =>
    row.map((button) => (typeof button === "string" ? { text: button } : button)),
  );
  assertKeyboard(keyboard, LIMITS);
  return { resize_keyboard: true, ...options, keyboard };
}
