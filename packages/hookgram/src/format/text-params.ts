import type { MessageEntity } from "@hookgram/bot-api";
import type { Formatted } from "./formatted.ts";
import type { Html } from "./html.ts";

/** A text for a person: plain, or with formatting by `fmt` or `html`. */
export type RichText = string | Html | Formatted;

/** The parameters of a call that sends a text. */
export interface TextParams {
  text: string;
  parse_mode?: "HTML";
  entities?: readonly MessageEntity[];
}

/** The parameters of a call that sends media with a caption. */
export interface CaptionParams {
  caption: string;
  parse_mode?: "HTML";
  caption_entities?: readonly MessageEntity[];
}

/** The text with its formatting, named as calls for texts name it. */
export function textParams(rich: RichText): TextParams {
  if (typeof rich === "string") return { text: rich };
  const { text } = rich;
  if ("parse_mode" in rich) return { text, parse_mode: rich.parse_mode };
  return rich.entities.length === 0 ? { text } : { text, entities: rich.entities };
}

/**
 * The text with its formatting, named as calls for media name it:
 * api.sendPhoto({ chat_id, photo, ...caption(fmt`The ${bold("sea")}`) }).
 */
export function caption(rich: RichText): CaptionParams {
  const { text, entities, ...mode } = textParams(rich);
  return { caption: text, ...mode, ...(entities && { caption_entities: entities }) };
}
