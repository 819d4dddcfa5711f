import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { isEmoji } from "./sticker-input.ts";

/** The parameters for a sticker before Bot API 6.6, which Telegram's server still reads. */
const FORMATS = [
  ["png_sticker", "static"],
  ["tgs_sticker", "animated"],
  ["webm_sticker", "video"],
] as const;

/**
 * An `InputSticker` from the parameters of older libraries: a file under one of three names, and
 * its emoji as one text.
 * @see https://github.com/tdlib/telegram-bot-api `Client::get_legacy_input_sticker`
 */
export function legacySticker({ params }: MethodCall): object {
  const found = FORMATS.find(([name]) => params.file(name) !== undefined || params.has(name));
  if (found === undefined) throw badRequest("there is no sticker file in the request");
  const [name, format] = found;
  const isUpload = params.file(name) !== undefined;
  const emojiList = graphemes(params.text("emojis") ?? "");
  if (emojiList.length === 0 || !emojiList.every(isEmoji)) {
    throw badRequest("invalid sticker emojis");
  }
  return {
    sticker: isUpload ? `attach://${name}` : params.text(name),
    format,
    emoji_list: emojiList,
    mask_position: params.json("mask_position"),
  };
}

function graphemes(text: string): string[] {
  const segments = new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text);
  return Array.from(segments, ({ segment }) => segment);
}
