import type { FormattedText } from "../src/formatting/formatted-text.ts";
import { Refusal } from "../src/methods/method.ts";

/** Each entity as its kind, with its target or language, and the text that it covers. */
export function pieces({ text, entities }: FormattedText): [string, string][] {
  return entities.map((entity) => {
    const { type, offset, length, url, user, language, custom_emoji_id } = entity;
    const detail = url ?? user?.id ?? language ?? custom_emoji_id;
    const kind = detail === undefined ? type : `${type} ${detail}`;
    return [kind, text.slice(offset, offset + length)];
  });
}

/** The description of the refusal that `act` throws; empty when it throws none. */
export function refusalOf(act: () => unknown): string {
  try {
    act();
    return "";
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}
