import type { MessageEntity } from "@hookgram/bot-api";
import type { FormattedText } from "./formatted-text.ts";
import { byteOffset, cannotParse } from "./formatted-text.ts";
import { linkEntity } from "./parse-html.ts";
import { readPreStart } from "./pre-start.ts";

/**
 * Reads the legacy Markdown style: no nesting, and a backslash escapes only what begins an entity.
 * @see https://core.telegram.org/bots/api#markdown-style
 * @throws {Refusal} `can't parse entities: …` with Telegram's reason.
 */
export function parseMarkdown(source: string): FormattedText {
  const entities: MessageEntity[] = [];
  let text = "";
  let at = 0;
  while (at < source.length) {
    const character = source[at]!;
    if (character === "\\" && /[_*`[]/.test(source[at + 1] ?? "")) {
      text += source[at + 1];
      at += 2;
    } else if (!/[_*`[]/.test(character)) {
      text += character;
      at += 1;
    } else {
      const part = readEntity(source, at);
      const entity = part.entity({ offset: text.length, length: part.text.length });
      if (part.text !== "" && entity !== undefined) entities.push(entity);
      text += part.text;
      at = part.end;
    }
  }
  return { text, entities };
}

type Place = Pick<MessageEntity, "offset" | "length">;

/** One entity of the source: its text, where the source goes on, and how to make the entity. */
interface Part {
  readonly text: string;
  readonly end: number;
  readonly entity: (place: Place) => MessageEntity | undefined;
}

function readEntity(source: string, begin: number): Part {
  const character = source[begin]!;
  if (source.startsWith("```", begin)) return readPre(source, begin);
  if (character === "[") return readLink(source, begin);
  const end = endOf(source, character, begin + 1, begin);
  const type = character === "_" ? "italic" : character === "*" ? "bold" : "code";
  return {
    text: source.slice(begin + 1, end),
    end: end + 1,
    entity: (place) => ({ type, ...place }),
  };
}

function readPre(source: string, begin: number): Part {
  const { language, contentBegin } = readPreStart(source, begin + 3);
  const end = endOf(source, "```", contentBegin, begin);
  return {
    text: source.slice(contentBegin, end),
    end: end + 3,
    entity: (place) => ({ type: "pre", ...place, ...(language === "" ? {} : { language }) }),
  };
}

/** `[text](address)`; without an address the text itself is one. */
function readLink(source: string, begin: number): Part {
  const textEnd = endOf(source, "]", begin + 1, begin);
  const text = source.slice(begin + 1, textEnd);
  // Behind an empty text the address is ordinary text.
  if (text === "" || source[textEnd + 1] !== "(") {
    return { text, end: textEnd + 1, entity: (place) => linkEntity(text, place) };
  }
  const close = source.indexOf(")", textEnd + 2);
  const end = close === -1 ? source.length : close;
  const target = source.slice(textEnd + 2, end);
  return { text, end: end + 1, entity: (place) => linkEntity(target, place) };
}

function endOf(source: string, mark: string, from: number, begin: number): number {
  const end = source.indexOf(mark, from);
  if (end !== -1) return end;
  const offset = byteOffset(source, begin);
  throw cannotParse(`Can't find end of the entity starting at byte offset ${offset}`);
}
