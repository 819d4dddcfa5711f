import type { MessageEntity } from "@hookgram/bot-api";
import { badRequest } from "../methods/refusals.ts";
import type { FormattedText } from "./formatted-text.ts";
import { byteOffset, sortEntities } from "./formatted-text.ts";

/** Entities further out than this are refused as such. */
const ENTITY_PLACE_MAX = 1_000_000;

/** Carriage returns, directional overrides and combining lines, which Telegram takes out. */
const REMOVED = /[\r\u2028-\u202e]|\u030a|\u0333|\u033f/;

/**
 * Takes out what Telegram takes out of every text (control characters become spaces), trims it,
 * and moves the entities along.
 * @throws {Refusal} for entities that lie outside of the text or cut a character in two.
 */
export function cleanText({ text, entities }: FormattedText): FormattedText {
  const sorted = sortEntities(entities);
  for (const entity of sorted) checkPlace(text, entity);
  const { cleaned, places } = removeCharacters(text);
  const moved = sorted.map((entity) => {
    const offset = places[entity.offset]!;
    return { ...entity, offset, length: places[entity.offset + entity.length]! - offset };
  });
  return trim({ text: cleaned, entities: moved.filter(({ length }) => length > 0) });
}

function checkPlace(text: string, { offset, length }: MessageEntity): void {
  if (offset < 0 || offset > ENTITY_PLACE_MAX) {
    throw badRequest(`Receive an entity with incorrect offset ${offset}`);
  }
  if (length < 0 || length > ENTITY_PLACE_MAX) {
    throw badRequest(`Receive an entity with incorrect length ${length}`);
  }
  const end = offset + length;
  if (offset > text.length) {
    throw badRequest(`Entity begins after the end of the text at UTF-16 offset ${offset}`);
  }
  if (isInsideOfPair(text, offset)) {
    const byte = byteOffset(text, offset + 1);
    throw badRequest(`Entity begins in a middle of a UTF-16 symbol at byte offset ${byte}`);
  }
  const subject = `Entity beginning at UTF-16 offset ${offset} ends`;
  if (end > text.length) {
    throw badRequest(`${subject} after the end of the text at UTF-16 offset ${end}`);
  }
  if (isInsideOfPair(text, end)) {
    const byte = byteOffset(text, end + 1);
    throw badRequest(`${subject} in a middle of a UTF-16 symbol at byte offset ${byte}`);
  }
}

function isInsideOfPair(text: string, index: number): boolean {
  return (text.codePointAt(index - 1) ?? 0) > 0xffff;
}

/** The text without unwanted characters, and where each index of the old text is in the new one. */
function removeCharacters(text: string): { cleaned: string; places: readonly number[] } {
  let cleaned = "";
  const places: number[] = [];
  for (const character of text.split("")) {
    places.push(cleaned.length);
    if (REMOVED.test(character)) continue;
    cleaned += character < " " && character !== "\n" ? " " : character;
  }
  places.push(cleaned.length);
  return { cleaned: joinMarks(cleaned), places };
}

/** Of several direction marks in a row only the last one counts. */
function joinMarks(text: string): string {
  return text.replace(
    /[\u200e\u200f]+/g,
    (marks) => "\u200c".repeat(marks.length - 1) + marks.at(-1)!,
  );
}

/** Spaces at the end go even inside of entities; those at the beginning only before the first. */
function trim({ text, entities }: FormattedText): FormattedText {
  const end = text.replace(/[ \n]+$/, "").length;
  const kept = entities
    .filter(({ offset }) => offset < end)
    .map((entity) => ({ ...entity, length: Math.min(entity.length, end - entity.offset) }));
  const firstOffset = kept[0]?.offset ?? end;
  const begin = Math.min(firstOffset, /^[ \n]*/.exec(text)![0].length);
  return {
    text: text.slice(begin, end),
    entities: kept.map((entity) => ({ ...entity, offset: entity.offset - begin })),
  };
}
