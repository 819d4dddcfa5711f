import type { InlineKeyboardButton } from "@hookgram/bot-api";
import { checkLink, linkedUserId } from "../formatting/checked-link.ts";
import type { Fields } from "./json-fields.ts";
import {
  FieldFault,
  isObject,
  optionalObject,
  optionalText,
  requiredObject,
  requiredText,
} from "./json-fields.ts";
import { badRequest } from "./refusals.ts";

/** @see https://core.telegram.org/bots/api#inlinekeyboardbutton */
const CALLBACK_DATA_MAX_BYTES = 64;
const COPIED_TEXT_MAX = 256;
const STYLES = new Set(["", "default", "primary", "danger", "success"]);

/**
 * Reads one button of an inline keyboard.
 * @throws {FieldFault} or {Refusal} in Telegram's words.
 */
export function inlineButton(button: unknown): InlineKeyboardButton {
  if (!isObject(button)) throw new FieldFault("InlineKeyboardButton must be an Object");
  const text = requiredText(button, "text");
  const style = (optionalText(button, "style") ?? "").toLowerCase();
  if (!STYLES.has(style)) throw new FieldFault("invalid button style specified");
  const action = buttonAction(button);
  if (text === "") throw badRequest("Inline keyboard button text must be non-empty");
  const shownStyle = style === "" || style === "default" ? {} : { style };
  return { text, ...shownStyle, ...action } as InlineKeyboardButton;
}

function buttonAction(button: Fields): Fields {
  const url = optionalText(button, "url") ?? "";
  if (url !== "") return { url: linkedUserId(url) === undefined ? checkedUrl(url, "") : url };
  const data = optionalText(button, "callback_data") ?? "";
  if (data !== "") return callbackAction(data);
  if (button["callback_game"] !== undefined) return { callback_game: {} };
  if (button["pay"] !== undefined) return { pay: true };
  return inlineAction(button) ?? linkAction(button) ?? refuseTextButton();
}

function callbackAction(data: string): Fields {
  if (Buffer.byteLength(data) > CALLBACK_DATA_MAX_BYTES) throw badRequest("BUTTON_DATA_INVALID");
  return { callback_data: data };
}

function inlineAction(button: Fields): Fields | undefined {
  for (const name of ["switch_inline_query", "switch_inline_query_current_chat"]) {
    if (button[name] !== undefined) return { [name]: requiredText(button, name) };
  }
  const chosen = optionalObject(button, "switch_inline_query_chosen_chat");
  return chosen === undefined ? undefined : { switch_inline_query_chosen_chat: chosen };
}

function linkAction(button: Fields): Fields | undefined {
  if (button["login_url"] !== undefined) {
    const login = requiredObject(button, "login_url");
    return { url: checkedUrl(requiredText(login, "url"), "login ") };
  }
  if (button["web_app"] !== undefined) {
    const url = requiredText(requiredObject(button, "web_app"), "url");
    return { web_app: { url: webAppUrl(url) } };
  }
  if (button["copy_text"] === undefined) return undefined;
  const text = requiredText(requiredObject(button, "copy_text"), "text");
  if (text === "" || text.length > COPIED_TEXT_MAX) throw badRequest("BUTTON_COPY_TEXT_INVALID");
  return { copy_text: { text } };
}

function checkedUrl(url: string, kind: string): string {
  const outcome = checkLink(url);
  if (outcome.ok) return outcome.url;
  throw badRequest(`Inline keyboard button ${kind}URL '${url}' is invalid: ${outcome.reason}`);
}

/**
 * A Web App must have https. One on the developer's own machine is the exception that the real
 * Telegram does not make: nothing else could be opened from an emulator.
 */
function webAppUrl(url: string): string {
  if (/^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/?#]|$)/i.test(url)) return url;
  const checked = checkedUrl(url, "Web App ");
  if (checked.startsWith("https://")) return checked;
  const reason = "Only HTTPS links are allowed";
  throw badRequest(`Inline keyboard button Web App URL '${url}' is invalid: ${reason}`);
}

function refuseTextButton(): never {
  throw new FieldFault("Text buttons are unallowed in the inline keyboard");
}
