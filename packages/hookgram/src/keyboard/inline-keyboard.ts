import type { InlineKeyboardButton, InlineKeyboardMarkup } from "@hookgram/bot-api";
import { assertFits } from "../callback/wire.ts";
import { HookgramError } from "../error.ts";
import { actionsOf, assertLength } from "./assert-buttons.ts";
import { assertKeyboard } from "./grid.ts";

// Measured, and not in Telegram's documentation: https://github.com/tginfo/Telegram-Limits/issues/228.
const LIMITS = { kind: "inlineKeyboard", rowWidthMax: 8, buttonsMax: 100 } as const;

/** @see https://core.telegram.org/bots/api#copytextbutton */
const COPIED_CHARACTERS_MAX = 256;

/** Buttons that the whole message is about. */
const FIRST_ONLY = ["pay", "callback_game"];

/**
 * A keyboard under a message, from its rows. Buttons are those of `callbackData`, or plain objects
 * such as `{ text: "Shop", url: "https://…" }`. Each does one thing; one that pays or begins a game is
 * the first.
 * @throws HookgramError `bad-keyboard` for a button that does nothing or several things, is not the
 * first and has to be, or copies more than 256 characters, and above 8 buttons in a row or 100 in
 * all; `bad-callback-data` for data that is empty or above 64 bytes.
 * @see https://core.telegram.org/bots/api#inlinekeyboardbutton
 */
export function inlineKeyboard(
  rows: readonly (readonly InlineKeyboardButton[])[],
): InlineKeyboardMarkup {
  assertKeyboard(rows, LIMITS);
  for (const [index, button] of rows.flat().entries()) assertButton(button, index === 0);
  return { inline_keyboard: rows.map((row) => [...row]) };
}

function assertButton(button: InlineKeyboardButton, isFirst: boolean): void {
  const label = `inlineKeyboard, button "${button.text}"`;
  const actions = actionsOf(button);
  const [action] = actions;
  if (action === undefined || actions.length > 1)
    throw new HookgramError(
      "bad-keyboard",
      `${label}: it does one thing, and this one has ${actions.join(", ") || "none"}`,
    );
  if (!isFirst && FIRST_ONLY.includes(action))
    throw new HookgramError("bad-keyboard", `${label}: ${action} is for the first button only`);
  const { callback_data, copy_text } = button;
  if (callback_data === "")
    throw new HookgramError("bad-callback-data", `${label}: callback data has 1 byte or more`);
  if (callback_data !== undefined) assertFits(label, callback_data);
  if (copy_text !== undefined)
    assertLength(`${label}: the text to copy`, copy_text.text, COPIED_CHARACTERS_MAX);
}
