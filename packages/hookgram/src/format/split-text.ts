import type { MessageEntity } from "@hookgram/bot-api";
import { HookgramError } from "../error.ts";
import type { Formatted } from "./formatted.ts";

/**
 * UTF-16 units that fit into a message. Telegram counts characters, of which there are never more
 * than units.
 * @see https://core.telegram.org/bots/api#sendmessage
 */
export const TEXT_UNITS_MAX = 4096;

/**
 * UTF-16 units that fit into a caption.
 * @see https://core.telegram.org/bots/api#sendphoto
 */
export const CAPTION_UNITS_MAX = 1024;

/** How long the parts may be, in UTF-16 units. */
export interface SplitOptions {
  /** 2 or more; {@link TEXT_UNITS_MAX} by default. */
  readonly unitsMax?: number;
  /** For a first part that becomes a caption; `unitsMax` by default. */
  readonly firstUnitsMax?: number;
}

/** Kinds of formatting that mean something else, or nothing, when only a part of them is left. */
const WHOLE: ReadonlySet<MessageEntity["type"]> = new Set(["custom_emoji", "date_time"]);

/** Where a text may end, the best first; what is matched goes away, but for the lookbehind. */
const BOUNDARIES = [/\n[^\S\n]*\n\s*/g, /\n\s*/g, /(?<=[.!?…。！？]["'”’»)\]]*)\s+/g, /\s+/g];

/**
 * Breaks a long text into parts that Telegram takes. A part ends at the last paragraph, line,
 * sentence or word in its second half, in this order, or at the last word before; without any, in the
 * middle of a word, but never inside of a character. Formatting goes on in the next part. White space
 * at the borders is left out, as Telegram does; a text without anything else has no parts.
 *
 * Html has to be split before it becomes html: its tags are not counted, and cannot be cut.
 * @throws HookgramError `bad-argument` for a limit below 2.
 */
export function splitText(text: string | Formatted, options: SplitOptions = {}): Formatted[] {
  const whole = typeof text === "string" ? { text, entities: [] } : text;
  const { unitsMax = TEXT_UNITS_MAX, firstUnitsMax = unitsMax } = options;
  assertLimits(whole, [unitsMax, firstUnitsMax]);
  const parts: Formatted[] = [];
  let start = skipSpace(whole.text, 0);
  while (start < whole.text.length) {
    const end = endOfPart(whole, start, parts.length === 0 ? firstUnitsMax : unitsMax);
    const isIndentation = whole.text.slice(start, end).trim() === "";
    if (!isIndentation) parts.push(part(whole, start, end));
    // Indentation that fills a part is as good as none.
    start = isIndentation ? end : skipSpace(whole.text, end);
  }
  return parts;
}

function assertLimits(whole: Formatted, limits: readonly number[]): void {
  if ("parse_mode" in whole)
    throw new HookgramError("bad-argument", "splitText: html cannot be split; use fmt instead");
  for (const limit of limits)
    if (!Number.isSafeInteger(limit) || limit < 2)
      throw new HookgramError(
        "bad-argument",
        `splitText: a part has 2 or more units, not ${limit}`,
      );
}

/** Past white space, but for what a line begins with: in code it means something. */
function skipSpace(text: string, start: number): number {
  const space = /\s*/y;
  space.lastIndex = start;
  const [run] = space.exec(text)!;
  if (start + run.length === text.length) return text.length;
  const line = run.lastIndexOf("\n");
  return start + (line === -1 ? run.length : line + 1);
}

function endOfPart(whole: Formatted, start: number, max: number): number {
  const rest = whole.text.length - start;
  if (rest <= max) return whole.text.length;
  // One more unit shows whether the part ends there by itself.
  const view = whole.text.slice(start, start + max + 1);
  const mayEnd = (index: number): boolean => !isInside(whole.entities, start + index);
  let last = 0;
  for (const boundary of BOUNDARIES) {
    const ends = [...view.matchAll(boundary)].map(({ index }) => index).filter(mayEnd);
    last = ends.findLast((index) => index > 0 && view.slice(0, index).trim() !== "") ?? 0;
    if (last >= max / 2) return start + last;
  }
  return last > 0 ? start + last : start + cutInWord(view, max, mayEnd);
}

function isInside(entities: readonly MessageEntity[], index: number): boolean {
  return entities.some(
    ({ type, offset, length }) => WHOLE.has(type) && offset < index && index < offset + length,
  );
}

/** The last border of a character that a person would call one; of a code point if there is none. */
function cutInWord(view: string, max: number, mayEnd: (index: number) => boolean): number {
  const characters = [...new Intl.Segmenter().segment(view)].map(({ index }) => index);
  const border = characters.findLast((index) => index > 0 && index <= max && mayEnd(index));
  if (border !== undefined) return border;
  return isHighSurrogate(view.charCodeAt(max - 1)) ? max - 1 : max;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function part({ text, entities }: Formatted, start: number, end: number): Formatted {
  const shown = text.slice(start, end).trimEnd();
  const cut = entities.flatMap((entity) => {
    const from = Math.max(entity.offset, start);
    const to = Math.min(entity.offset + entity.length, start + shown.length);
    if (to <= from || (WHOLE.has(entity.type) && to - from < entity.length)) return [];
    return [{ ...entity, offset: from - start, length: to - from }];
  });
  return { text: shown, entities: cut };
}
