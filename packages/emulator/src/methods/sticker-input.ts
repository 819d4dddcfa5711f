import type { MaskPosition } from "@hookgram/bot-api";
import type { FileRecord } from "../files/file-record.ts";
import { imageSize } from "../files/image-size.ts";
import type { StickerType } from "../world/sticker-set.ts";
import type { NewSticker } from "../world/sticker-sets.ts";
import type { World } from "../world/world.ts";
import { readNestedFile } from "./input-file.ts";
import type { Fields } from "./json-fields.ts";
import {
  FieldFault,
  isObject,
  jsonParam,
  naming,
  optionalText,
  requiredText,
} from "./json-fields.ts";
import type { MethodCall, Params } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** @see https://core.telegram.org/bots/api#inputsticker */
const EMOJI_MAX = 20;
/** Of a regular sticker one side has this length, a custom emoji is a square of the other. */
const STICKER_SIDE = 512;
const EMOJI_SIDE = 100;
/** @see https://core.telegram.org/stickers#video-stickers */
const VIDEO_MAX_BYTES = 256 * 1024;

export type StickerFormat = "static" | "animated" | "video" | "auto";

const FORMAT_TYPES: Readonly<Record<StickerFormat, object>> = {
  static: {},
  animated: { mimeType: "application/x-tgsticker" },
  video: { mimeType: "video/webm" },
  auto: {},
};

/** Where an `InputSticker` is, and what for. */
export interface StickerPlace {
  readonly type: StickerType;
  /** As a refusal calls it. */
  readonly subject: "InputSticker" | "sticker";
  /** When the `InputSticker` names no format; without one it must. */
  readonly defaultFormat?: string | undefined;
}

/**
 * An `InputSticker` with its file.
 * @throws {Refusal} in the words and in the order of `Client::get_input_sticker` of
 * tdlib/telegram-bot-api.
 */
export function readSticker(
  world: World,
  call: MethodCall,
  input: unknown,
  { type, subject, defaultFormat = "" }: StickerPlace,
): NewSticker {
  return naming(`Can't parse ${subject}`, () => {
    if (!isObject(input)) throw new FieldFault("InputSticker must be an Object");
    const source = optionalText(input, "sticker") ?? "";
    const named =
      defaultFormat === "" ? requiredText(input, "format") : optionalText(input, "format");
    const format = stickerFormat(named || defaultFormat);
    if (format === undefined) throw new FieldFault("Invalid sticker format specified");
    const wish = { kind: "sticker", details: FORMAT_TYPES[format] } as const;
    const file = readNestedFile(world, call, source, wish);
    if (file === undefined) throw new FieldFault("sticker not found");
    const emojiList = emojiOf(input["emoji_list"]);
    const keywords = keywordsOf(input["keywords"]);
    const position = maskOf(input, type);
    if (source.startsWith("attach://")) checkUpload(file, format);
    checkDimensions(file, format, type);
    return { file, emojiList, keywords, ...position };
  });
}

/** Undefined for a text that names no format. */
export function stickerFormat(text: string): StickerFormat | undefined {
  return text in FORMAT_TYPES ? (text as StickerFormat) : undefined;
}

/** The files of Telegram's formats begin with these bytes: those of gzip and of Matroska. */
const SIGNATURES = { animated: [0x1f, 0x8b], video: [0x1a, 0x45, 0xdf, 0xa3] } as const;

/** Whether an uploaded file can be one of a format, by how it begins. */
export function looksLike(format: StickerFormat, bytes: Uint8Array): boolean {
  if (format === "auto") return true;
  if (format === "static") return imageSize(bytes) !== undefined;
  return SIGNATURES[format].every((byte, index) => bytes[index] === byte);
}

const NOT_OF_FORMAT = {
  static: "STICKER_PNG_NOPNG",
  animated: "STICKER_TGS_NOTGS",
  video: "STICKER_VIDEO_NOWEBM",
} as const;

/** @see https://core.telegram.org/method/stickers.createStickerSet */
function checkUpload({ bytes }: FileRecord, format: StickerFormat): void {
  if (format === "auto") return;
  if (!looksLike(format, bytes)) throw badRequest(NOT_OF_FORMAT[format]);
  if (format === "video" && bytes.byteLength > VIDEO_MAX_BYTES)
    throw badRequest("STICKER_VIDEO_BIG");
}

/** Pictures that cannot be read are not measured; those of world files are dots. */
export function checkDimensions(file: FileRecord, format: string, type: StickerType): void {
  const size = format === "static" ? imageSize(file.bytes) : undefined;
  if (size === undefined) return;
  const { width, height } = size;
  const isFit =
    type === "custom_emoji"
      ? width === EMOJI_SIDE && height === EMOJI_SIDE
      : Math.max(width, height) === STICKER_SIDE;
  if (!isFit) throw badRequest("STICKER_PNG_DIMENSIONS");
}

/** The emoji of `emoji_list`, as a parameter. */
export function readEmojiList(params: Params): string[] {
  const value = params.json("emoji_list");
  if (value === undefined) throw badRequest("Can't parse emoji list JSON array");
  return naming("Can't parse emoji list", () => emojiOf(value));
}

function emojiOf(value: unknown): string[] {
  if (value === undefined) throw new FieldFault('Can\'t find field "emoji_list"');
  if (!Array.isArray(value)) throw new FieldFault("expected an Array of string");
  if (value.length === 0) throw new FieldFault("emoji list must be non-empty");
  if (value.length > EMOJI_MAX) throw new FieldFault("too many emoji specified");
  return value.map((emoji: unknown) => {
    if (typeof emoji !== "string") throw new FieldFault("emoji must be a string");
    if (!isEmoji(emoji)) throw new FieldFault("expected a Unicode emoji");
    return emoji;
  });
}

/** Whether a text has an emoji in it. */
export function isEmoji(text: string): boolean {
  return /\p{Extended_Pictographic}|\p{Emoji}/u.test(text);
}

/** The words of `keywords`, as a parameter. */
export function readKeywords(params: Params): string[] {
  const value = jsonParam(params, "keywords", "keywords");
  try {
    return keywordsOf(value);
  } catch (error) {
    if (error instanceof FieldFault) throw badRequest(error.message);
    throw error;
  }
}

function keywordsOf(value: unknown): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new FieldFault('Field "keywords" must be an Array');
  return value.map((keyword: unknown) => {
    if (typeof keyword !== "string") throw new FieldFault("keyword must be a string");
    return keyword;
  });
}

function maskOf(input: Fields, type: StickerType): { maskPosition?: MaskPosition } {
  if (type !== "mask" || input["mask_position"] === undefined) return {};
  const maskPosition = readMaskPosition(input["mask_position"]);
  return maskPosition === undefined ? {} : { maskPosition };
}

const POINTS = ["forehead", "eyes", "mouth", "chin"];

/** Without a position the one that there is goes away. */
export function readMaskPosition(value: unknown): MaskPosition | undefined {
  if (value === undefined) return undefined;
  return naming("Can't parse mask position", () => {
    if (!isObject(value)) throw new FieldFault("expected an Object");
    const point = requiredText(value, "point");
    if (!POINTS.includes(point)) throw new FieldFault("Wrong point specified in MaskPosition");
    const number = (name: string): number => Number(requiredText(value, name)) || 0;
    return {
      point: point as MaskPosition["point"],
      x_shift: number("x_shift"),
      y_shift: number("y_shift"),
      scale: number("scale"),
    };
  });
}
