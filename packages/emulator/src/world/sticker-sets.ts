import type { MaskPosition } from "@hookgram/bot-api";
import type { FileRecord, StickerDetails } from "../files/file-record.ts";
import type { StickerSetRecord } from "./sticker-set.ts";
import type { World } from "./world.ts";

/** Identifiers of custom emoji look like Telegram's, which are too long for numbers. */
const FIRST_CUSTOM_EMOJI_ID = 5_300_000_000_000_000_000n;

/** Adds a set without stickers. Its name must be free. */
export function newStickerSet(
  world: World,
  set: Omit<StickerSetRecord, "fileIds">,
): StickerSetRecord {
  const record: StickerSetRecord = { ...set, fileIds: [] };
  world.state.stickerSets.set(set.name.toLowerCase(), record);
  return record;
}

export function findStickerSet(world: World, name: string): StickerSetRecord | undefined {
  return world.state.stickerSets.get(name.toLowerCase());
}

/** A sticker that is to join a set. */
export interface NewSticker {
  readonly file: FileRecord;
  readonly emojiList: readonly string[];
  readonly keywords: readonly string[];
  readonly maskPosition?: MaskPosition;
  /** For a set of custom emoji; the next free one when it is left out. */
  readonly customEmojiId?: string;
}

/**
 * Adds a sticker to the end of a set. A file that is in a set already joins as a copy, because a
 * sticker is in one set only.
 */
export function addSticker(
  world: World,
  set: StickerSetRecord,
  { file, emojiList, keywords, maskPosition, customEmojiId }: NewSticker,
): FileRecord {
  const inSet: StickerDetails = {
    setName: set.name,
    type: set.type,
    emojiList,
    keywords,
    ...(maskPosition === undefined ? {} : { maskPosition }),
    ...(set.type === "custom_emoji"
      ? { customEmojiId: customEmojiId ?? newCustomEmojiId(world) }
      : {}),
    ...(set.needsRepainting ? { needsRepainting: true } : {}),
  };
  const { fileId } = file;
  const own = file.inSet === undefined ? fileId : `${fileId.slice(0, -8)}${copyMark(world)}`;
  const record: FileRecord = { ...file, fileId: own, inSet };
  world.state.files.set(own, record);
  set.fileIds.push(own);
  return record;
}

/** Changes what a set says about a sticker. */
export function changeSticker(
  world: World,
  file: FileRecord,
  change: Partial<StickerDetails>,
): void {
  const inSet = { ...file.inSet!, ...change };
  world.state.files.set(file.fileId, { ...file, inSet });
}

/** The stickers of a set, in their order. */
export function stickersOf(world: World, set: StickerSetRecord): FileRecord[] {
  return set.fileIds.map((id) => world.state.files.get(id)!);
}

function newCustomEmojiId(world: World): string {
  return String(FIRST_CUSTOM_EMOJI_ID + BigInt(world.next("customEmoji")));
}

/** Eight characters of base64url in place of the last ones of an identifier. */
function copyMark(world: World): string {
  const number = world.next("customEmoji");
  return Buffer.from([0, (number >> 16) & 255, (number >> 8) & 255, number & 255, 55, 4]).toString(
    "base64url",
  );
}
