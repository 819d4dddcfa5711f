import type { InlineKeyboardMarkup, KeyboardButton } from "@hookgram/bot-api";
import type { ReplyMarkup } from "../world/stored-message.ts";
import { inlineButton } from "./inline-button.ts";
import type { Fields } from "./json-fields.ts";
import {
  FieldFault,
  isObject,
  jsonParam,
  naming,
  optionalBoolean,
  optionalObject,
  optionalText,
  requiredText,
} from "./json-fields.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** Buttons of a message, together, in JSON; Telegram's limit is close to this. */
const MARKUP_MAX_BYTES = 10_240;

/**
 * Reads `reply_markup`. A keyboard without buttons counts as none.
 * @throws {Refusal} in Telegram's words.
 */
export function readReplyMarkup(
  { params }: MethodCall,
  options: { readonly isPrivate: boolean },
): ReplyMarkup | undefined {
  const value = jsonParam(params, "reply_markup", "reply keyboard markup");
  if (value === undefined) return undefined;
  if (!isObject(value)) throw badRequest("Object expected as reply markup");
  if (Buffer.byteLength(JSON.stringify(value)) > MARKUP_MAX_BYTES) {
    throw badRequest("reply markup is too long");
  }
  const keyboard = replyKeyboard(value, options.isPrivate);
  return keyboard ?? inlineKeyboard(value) ?? otherMarkup(value);
}

/**
 * The inline keyboard of an edit; nothing else can be on an edited message.
 * @throws {Refusal} in Telegram's words.
 */
export function readInlineKeyboard(call: MethodCall): InlineKeyboardMarkup | undefined {
  const markup = readReplyMarkup(call, { isPrivate: true });
  if (markup === undefined || "inline_keyboard" in markup) return markup;
  throw badRequest("Inline keyboard expected");
}

function replyKeyboard(value: Fields, isPrivate: boolean): ReplyMarkup | undefined {
  const rows = rowsOf(value, "keyboard", 'Field "keyboard" must be an Array of Arrays');
  const keyboard = naming("Can't parse keyboard button", () =>
    rows.map((row) => row.map((button) => keyboardButton(button))),
  );
  const shown = keyboard.filter((row) => row.length > 0);
  if (shown.length === 0) return undefined;
  if (shown.flat().some(({ text }) => text === "")) {
    throw badRequest("Keyboard button text must be non-empty");
  }
  if (!isPrivate) refuseRequestsInGroups(shown.flat());
  return {
    keyboard: shown,
    ...flags(value, ["is_persistent", "resize_keyboard", "one_time_keyboard", "selective"]),
    ...placeholder(value),
  };
}

function keyboardButton(button: unknown): KeyboardButton {
  if (typeof button === "string") return { text: button };
  if (!isObject(button)) throw new FieldFault("KeyboardButton must be a String or an Object");
  const text = requiredText(button, "text");
  const requests: Record<string, unknown> = {};
  for (const name of ["request_contact", "request_location"]) {
    if (optionalBoolean(button, name)) requests[name] = true;
  }
  for (const name of ["request_poll", "web_app", "request_users", "request_chat"]) {
    const request = optionalObject(button, name);
    if (request !== undefined) requests[name] = request;
  }
  const style = optionalText(button, "style");
  return { text, ...(style === undefined ? {} : { style }), ...requests } as KeyboardButton;
}

const PRIVATE_ONLY: readonly (readonly [keyof KeyboardButton, string])[] = [
  ["request_contact", "Phone number can be requested in private chats only"],
  ["request_location", "Location can be requested in private chats only"],
  ["request_poll", "Poll can be requested in private chats only"],
  ["web_app", "Web App buttons can be used in private chats only"],
  ["request_users", "Users can be requested in private chats only"],
  ["request_chat", "Chats can be requested in private chats only"],
];

function refuseRequestsInGroups(buttons: readonly KeyboardButton[]): void {
  for (const [field, refusal] of PRIVATE_ONLY) {
    if (buttons.some((button) => button[field] !== undefined)) throw badRequest(refusal);
  }
}

function inlineKeyboard(value: Fields): InlineKeyboardMarkup | undefined {
  const rule = 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays';
  const rows = rowsOf(value, "inline_keyboard", rule);
  const keyboard = naming("Can't parse inline keyboard button", () =>
    rows.map((row) => row.map((button) => inlineButton(button))),
  );
  const shown = keyboard.filter((row) => row.length > 0);
  return shown.length === 0 ? undefined : { inline_keyboard: shown };
}

function rowsOf(value: Fields, name: string, rule: string): unknown[][] {
  const rows = value[name];
  if (rows === undefined || rows === null) return [];
  if (!Array.isArray(rows)) throw badRequest(`Field "${name}" must be of type Array`);
  if (!rows.every((row) => Array.isArray(row))) throw badRequest(rule);
  return rows as unknown[][];
}

function otherMarkup(value: Fields): ReplyMarkup | undefined {
  return naming("Can't parse reply keyboard markup", () => {
    if (optionalBoolean(value, "remove_keyboard")) {
      return { remove_keyboard: true, ...flags(value, ["selective"]) };
    }
    if (!optionalBoolean(value, "force_reply")) return undefined;
    return { force_reply: true, ...flags(value, ["selective"]), ...placeholder(value) };
  });
}

function flags(value: Fields, names: readonly string[]): Record<string, true> {
  return Object.fromEntries(
    names.filter((name) => optionalBoolean(value, name)).map((name) => [name, true] as const),
  );
}

function placeholder(value: Fields): { input_field_placeholder?: string } {
  const text = optionalText(value, "input_field_placeholder") ?? "";
  return text === "" ? {} : { input_field_placeholder: text };
}
