import type { MessageEntity } from "@hookgram/bot-api";
import type { Refusal } from "../methods/method.ts";
import { badRequest } from "../methods/refusals.ts";

/** A text and the entities in it; offsets and lengths count UTF-16 code units, as strings do. */
export interface FormattedText {
  readonly text: string;
  readonly entities: MessageEntity[];
}

/** The refusal of a text whose markup does not parse. */
export function cannotParse(reason: string): Refusal {
  return badRequest(`can't parse entities: ${reason}`);
}

/** Telegram's parsers count bytes of UTF-8 in their errors. */
export function byteOffset(text: string, index: number): number {
  return Buffer.byteLength(text.slice(0, index));
}

/** Order among entities that begin at the same place and are equally long. */
const PRIORITIES: Readonly<Record<string, number>> = {
  blockquote: 0,
  expandable_blockquote: 0,
  pre: 11,
  code: 20,
  date_time: 30,
  text_link: 49,
  text_mention: 49,
  bold: 90,
  italic: 91,
  underline: 92,
  strikethrough: 93,
  spoiler: 94,
  custom_emoji: 99,
};
const OTHER_PRIORITY = 50;

/** Telegram's order: by beginning, then the longer first, then outer kinds before inner ones. */
export function sortEntities(entities: readonly MessageEntity[]): MessageEntity[] {
  return [...entities].sort(
    (a, b) => a.offset - b.offset || b.length - a.length || priority(a) - priority(b),
  );
}

function priority({ type }: MessageEntity): number {
  return PRIORITIES[type] ?? OTHER_PRIORITY;
}
