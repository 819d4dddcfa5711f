import type { KeyboardButton, ReplyKeyboardMarkup } from "@hookgram/bot-api";
import { HookgramError } from "../error.ts";
import { actionsOf, assertLength } from "./assert-buttons.ts";
import { assertKeyboard } from "./grid.ts";

// Measured, and not in Telegram's documentation: https://github.com/tginfo/Telegram-Limits/issues/228.
const LIMITS = { kind: "replyKeyboard", rowWidthMax: 12, buttonsMax: 300 } as const;

const PLACEHOLDER_CHARACTERS_MAX = 64;

/**
 * A keyboard in place of the user's letters, from its rows; a text alone stands for a button that
 * sends it. `resize_keyboard` is true unless it is given, because otherwise the keyboard is as high
 * as the one with letters.
 * @throws HookgramError `bad-keyboard` for a button that asks for several things, two requests with
 * one `request_id`, a placeholder above 64 characters, and above 12 buttons in a row or 300 in all.
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
  assertRequests(keyboard.flat());
  const { input_field_placeholder: placeholder } = options;
  if (placeholder !== undefined)
    assertLength("replyKeyboard: the placeholder", placeholder, PLACEHOLDER_CHARACTERS_MAX);
  return { resize_keyboard: true, ...options, keyboard };
}

function assertRequests(buttons: readonly KeyboardButton[]): void {
  const seen = new Set<number>();
  for (const button of buttons) {
    const fail = (problem: string): never => {
      throw new HookgramError("bad-keyboard", `replyKeyboard, button "${button.text}": ${problem}`);
    };
    const actions = actionsOf(button);
    if (actions.length > 1) fail(`it asks for one thing, and this one has ${actions.join(", ")}`);
    const { request_users, request_chat, request_managed_bot } = button;
    const id = (request_users ?? request_chat ?? request_managed_bot)?.request_id;
    if (id === undefined) continue;
    // The answer carries nothing but the id: with two of one, nobody knows which was pressed.
    if (seen.has(id)) fail(`request_id ${id} is another button's already`);
    seen.add(id);
    const most = request_users?.max_quantity ?? 1;
    if (most < 1 || most > 10) fail(`max_quantity is 1 to 10, not ${most}`);
  }
}
