import { Refusal } from "./method.ts";

/**
 * A 400 in Telegram's words. Its server writes the text after `Bad Request: ` with a small first
 * letter, unless the second character shows that the word is a code (`BUTTON_DATA_INVALID`).
 */
export function badRequest(text: string): Refusal {
  return new Refusal(400, `Bad Request: ${lowerFirst(text)}`);
}

/** A 403 in Telegram's words. */
export function forbidden(text: string): Refusal {
  return new Refusal(403, `Forbidden: ${lowerFirst(text)}`);
}

function lowerFirst(text: string): string {
  if (/^.[A-Z_]/.test(text)) return text;
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
