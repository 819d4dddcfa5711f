/** A piece of an answer that is JSON text already and is written as it is. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * JSON as Telegram's server writes it: ASCII only, other characters as lower-case `\uXXXX` (pairs
 * of them above U+FFFF), the slash not escaped.
 */
export function toAsciiJson(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
