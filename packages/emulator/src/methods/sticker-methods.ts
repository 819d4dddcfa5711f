import type { File, Sticker, StickerSet } from "@hookgram/bot-api";
import type { FileRecord } from "../files/file-record.ts";
import { stickerView } from "../files/media-content.ts";
import type { StickerSetRecord, StickerType } from "../world/sticker-set.ts";
import {
  addSticker,
  changeSticker,
  findStickerSet,
  newStickerSet,
  stickersOf,
} from "../world/sticker-sets.ts";
import type { NewSticker } from "../world/sticker-sets.ts";
import type { World } from "../world/world.ts";
import { fileView } from "./file-methods.ts";
import type { Handlers } from "./handlers.ts";
import { readInputFile } from "./input-file.ts";
import { jsonParam } from "./json-fields.ts";
import { legacySticker } from "./legacy-sticker.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import type { StickerFormat } from "./sticker-input.ts";
import {
  checkDimensions,
  looksLike,
  readEmojiList,
  readKeywords,
  readMaskPosition,
  readSticker,
  stickerFormat,
} from "./sticker-input.ts";
import { requireStickerSet, stickerSetView } from "./sticker-sets.ts";
import { readUserId } from "./user-id.ts";

/** @see https://core.telegram.org/bots/api#addstickertoset */
const STICKERS_MAX = { regular: 120, mask: 120, custom_emoji: 200 } as const;
/** @see https://core.telegram.org/bots/api#createnewstickerset */
const NAME_MAX = 64;
/** So many stickers a set may begin with. */
const FIRST_STICKERS_MAX = 50;

/** Methods about sets of stickers. */
export function stickerMethods(world: World): Handlers {
  return {
    getStickerSet: (call) => getStickerSet(world, call),
    getCustomEmojiStickers: (call) => getCustomEmoji(world, call),
    uploadStickerFile: (call) => uploadFile(world, call),
    createNewStickerSet: (call) => createSet(world, call),
    addStickerToSet: (call) => addToSet(world, call),
    replaceStickerInSet: (call) => replaceInSet(world, call),
    deleteStickerSet: (call) => deleteSet(world, call),
    setStickerSetTitle: (call) => setTitle(world, call),
    setStickerSetThumbnail: (call) => setThumbnail(world, call),
    setCustomEmojiStickerSetThumbnail: (call) => setEmojiThumbnail(world, call),
    ...stickerInSetMethods(world),
  };
}

/** Methods about one sticker, which they name by its file. */
function stickerInSetMethods(world: World): Handlers {
  return {
    setStickerPositionInSet: (call) => setPosition(world, call),
    deleteStickerFromSet: (call) => deleteFromSet(world, call),
    setStickerEmojiList: (call) => {
      const { file } = ownSticker(world, call);
      changeSticker(world, file, { emojiList: readEmojiList(call.params) });
      return true;
    },
    setStickerKeywords: (call) => {
      const { file } = ownSticker(world, call);
      changeSticker(world, file, { keywords: readKeywords(call.params) });
      return true;
    },
    setStickerMaskPosition: (call) => {
      const { set, file } = ownSticker(world, call);
      if (set.type !== "mask") throw badRequest("STICKER_MASK_COORDS_NOT_SUPPORTED");
      const position = jsonParam(call.params, "mask_position", "mask position");
      changeSticker(world, file, { maskPosition: readMaskPosition(position) } as never);
      return true;
    },
  };
}

function getStickerSet(world: World, { params }: MethodCall): StickerSet {
  return stickerSetView(world, requireStickerSet(world, params.text("name") ?? ""));
}

/** Identifiers that nobody knows are skipped. */
function getCustomEmoji(world: World, { params }: MethodCall): Sticker[] {
  const ids = jsonParam(params, "custom_emoji_ids", "custom emoji identifiers");
  if (!Array.isArray(ids)) throw badRequest("Expected an Array of custom emoji identifiers");
  const files = [...world.state.files.values()];
  return ids.flatMap((id: unknown) => {
    const file = files.find(({ inSet }) => inSet?.customEmojiId === id);
    return file === undefined ? [] : [stickerView(world, file)];
  });
}

function uploadFile(world: World, call: MethodCall): File {
  requireOwner(world, call);
  const isLegacy = !call.params.has("sticker") && call.params.file("sticker") === undefined;
  const format = isLegacy ? "static" : stickerFormat(call.params.text("sticker_format") ?? "");
  if (format === undefined) throw badRequest("Invalid sticker format specified");
  const wish = { kind: "sticker", details: {} } as const;
  const file = readInputFile(world, call, isLegacy ? "png_sticker" : "sticker", wish);
  if (file === undefined) throw badRequest("There is no sticker in the request");
  checkDimensions(file, format, "regular");
  return fileView(file);
}

function createSet(world: World, call: MethodCall): true {
  const ownerId = requireOwner(world, call);
  const name = readNewName(world, call);
  const title = readTitle(call);
  const type = (call.params.text("sticker_type") || "regular") as StickerType;
  if (!(type in STICKERS_MAX)) throw badRequest("Unsupported sticker type specified");
  const inputs = readInputs(call);
  const defaultFormat = call.params.text("sticker_format");
  const place = { type, subject: "InputSticker", defaultFormat } as const;
  const stickers = inputs.map((input: unknown) => readSticker(world, call, input, place));
  const needsRepainting = type === "custom_emoji" && call.params.boolean("needs_repainting");
  const set = newStickerSet(world, {
    name,
    title,
    type,
    needsRepainting,
    ownerId,
    botId: call.bot.id,
  });
  for (const sticker of stickers) addSticker(world, set, sticker);
  return true;
}

function readInputs(call: MethodCall): readonly unknown[] {
  if (!call.params.has("stickers")) return [legacySticker(call)];
  const inputs = jsonParam(call.params, "stickers", "stickers");
  if (!Array.isArray(inputs)) throw badRequest("Expected an Array of InputSticker");
  if (inputs.length > FIRST_STICKERS_MAX) throw badRequest("Too many stickers specified");
  if (inputs.length === 0) throw badRequest("At least 1 sticker must be specified");
  return inputs;
}

function readInput(call: MethodCall): unknown {
  const { params } = call;
  if (!params.has("sticker")) return legacySticker(call);
  return jsonParam(params, "sticker", "sticker");
}

/** A sticker for a set that is there; its format need not be said. */
function readOne(world: World, call: MethodCall, { type }: StickerSetRecord): NewSticker {
  const place = { type, subject: "sticker", defaultFormat: "auto" } as const;
  return readSticker(world, call, readInput(call), place);
}

function addToSet(world: World, call: MethodCall): true {
  requireOwner(world, call);
  const set = ownSet(world, call);
  if (set.fileIds.length >= STICKERS_MAX[set.type]) throw badRequest("STICKERS_TOO_MUCH");
  addSticker(world, set, readOne(world, call, set));
  return true;
}

function replaceInSet(world: World, call: MethodCall): true {
  const set = ownSet(world, call);
  const position = set.fileIds.indexOf(call.params.text("old_sticker") ?? "");
  if (position === -1) throw badRequest("STICKER_INVALID");
  addSticker(world, set, readOne(world, call, set));
  set.fileIds[position] = set.fileIds.pop()!;
  return true;
}

function deleteSet(world: World, call: MethodCall): true {
  const set = ownSet(world, call);
  world.state.stickerSets.delete(set.name.toLowerCase());
  return true;
}

function setTitle(world: World, call: MethodCall): true {
  const set = ownSet(world, call);
  set.title = readTitle(call);
  return true;
}

function setThumbnail(world: World, call: MethodCall): true {
  requireOwner(world, call);
  const format = stickerFormat(call.params.text("format") || "auto");
  if (format === undefined) throw badRequest("Invalid sticker format specified");
  const set = ownSet(world, call);
  const wish = { kind: "thumbnail", details: {} } as const;
  const name = call.params.file("thumb") === undefined ? "thumbnail" : "thumb";
  const thumbnail = readInputFile(world, call, name, wish);
  if (thumbnail !== undefined) checkThumbnail(thumbnail, format);
  if (thumbnail === undefined) delete set.thumbnailId;
  else set.thumbnailId = thumbnail.fileId;
  return true;
}

/** @see https://core.telegram.org/method/stickers.setStickerSetThumb */
function checkThumbnail({ bytes }: FileRecord, format: StickerFormat): void {
  if (looksLike(format, bytes)) return;
  if (format === "static") throw badRequest("STICKER_THUMB_PNG_NOPNG");
  if (format === "animated") throw badRequest("STICKER_THUMB_TGS_NOTGS");
}

function setEmojiThumbnail(world: World, call: MethodCall): true {
  const set = ownSet(world, call);
  const id = call.params.text("custom_emoji_id") ?? "";
  if (set.type !== "custom_emoji") throw badRequest("STICKERSET_INVALID");
  const isOwn = stickersOf(world, set).some(({ inSet }) => inSet?.customEmojiId === id);
  if (id !== "" && !isOwn) throw badRequest("DOCUMENT_INVALID");
  if (id === "") delete set.thumbnailEmojiId;
  else set.thumbnailEmojiId = id;
  return true;
}

function setPosition(world: World, call: MethodCall): true {
  const { set, file } = ownSticker(world, call);
  const position = call.params.integer("position") ?? 0;
  if (position < 0) throw badRequest("Invalid position specified");
  const others = set.fileIds.filter((id) => id !== file.fileId);
  others.splice(position, 0, file.fileId);
  set.fileIds = others;
  return true;
}

function deleteFromSet(world: World, call: MethodCall): true {
  const { set, file } = ownSticker(world, call);
  set.fileIds = set.fileIds.filter((id) => id !== file.fileId);
  return true;
}

function requireOwner(world: World, { params }: MethodCall): number {
  const userId = readUserId(params);
  if (!world.state.people.has(userId)) throw badRequest("user not found");
  return userId;
}

/** A bot can change only what it has made. */
function ownSet(world: World, { params, bot }: MethodCall): StickerSetRecord {
  const set = requireStickerSet(world, params.text("name") ?? "");
  if (set.botId !== bot.id) throw badRequest("STICKERSET_INVALID");
  return set;
}

function ownSticker(
  world: World,
  { params, bot }: MethodCall,
): { readonly set: StickerSetRecord; readonly file: FileRecord } {
  const fileId = (params.text("sticker") ?? "").trim();
  if (fileId === "") throw badRequest("Sticker is not specified");
  const file = world.state.files.get(fileId);
  const set = findStickerSet(world, file?.inSet?.setName ?? "");
  const isOwn = set?.botId === bot.id && file !== undefined && set.fileIds.includes(file.fileId);
  if (!isOwn) throw badRequest("STICKER_INVALID");
  return { set, file };
}

/** A set's name ends with the name of its bot. */
function readNewName(world: World, { params, bot }: MethodCall): string {
  const name = params.text("name") ?? "";
  const ending = `_by_${world.state.bots.get(bot.id)!.username}`.toLowerCase();
  const isWellFormed = /^[A-Za-z](?!\w*__)\w*$/.test(name) && name.length <= NAME_MAX;
  if (!isWellFormed || !name.toLowerCase().endsWith(ending)) {
    throw badRequest("invalid sticker set name is specified");
  }
  if (findStickerSet(world, name) !== undefined) {
    throw badRequest("sticker set name is already occupied");
  }
  return name;
}

function readTitle({ params }: MethodCall): string {
  const title = (params.text("title") ?? "").trim().slice(0, NAME_MAX);
  if (title === "") throw badRequest("Sticker set title must be non-empty");
  return title;
}
