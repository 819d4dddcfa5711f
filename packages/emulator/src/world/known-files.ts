import type { FileRecord } from "../files/file-record.ts";
import { storeUpload } from "../files/store-upload.ts";
import { requireBot } from "./directory.ts";
import { addSticker, newStickerSet } from "./sticker-sets.ts";
import type { World } from "./world.ts";
import type { NewFile, NewStickerSet } from "./world-file.ts";

/** A picture of one pixel, for stickers that a world file names without saying how they look. */
const DOT = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==";

/** The usual sides of stickers and of custom emoji. @see https://core.telegram.org/stickers */
const STICKER_SIDE = 512;
const EMOJI_SIDE = 100;
const FILE_NAMES = {
  static: "sticker.webp",
  animated: "sticker.tgs",
  video: "sticker.webm",
} as const;

/** Adds a file under an identifier that bots already know. */
export function addKnownFile(world: World, known: NewFile): void {
  const { file_id: fileId, kind, base64, file_name: fileName = "", mime_type: mimeType } = known;
  const bytes = new Uint8Array(Buffer.from(base64, "base64"));
  const upload = { bytes, fileName, mimeType: mimeType ?? "" };
  const stored = storeUpload(world, upload, { kind, details: {} });
  const record: FileRecord = { ...stored, fileId };
  world.state.files.delete(stored.fileId);
  world.state.files.set(fileId, withOwnSize(record, stored.fileId));
}

/** A photo's largest size carries the known identifier. */
function withOwnSize(record: FileRecord, oldId: string): FileRecord {
  if (record.sizeIds === undefined) return record;
  const sizeIds = record.sizeIds.map((id) => (id === oldId ? record.fileId : id));
  return { ...record, sizeIds };
}

/** Adds a set of stickers that a world file names. */
export function addKnownStickerSet(world: World, known: NewStickerSet): void {
  const { name, title, type = "regular", owner, bot, stickers = [] } = known;
  const set = newStickerSet(world, {
    name,
    title,
    type,
    needsRepainting: false,
    ...(owner === undefined ? {} : { ownerId: owner }),
    ...(bot === undefined ? {} : { botId: requireBot(world, bot).id }),
  });
  for (const { emoji, base64, format = "static", custom_emoji_id: customEmojiId } of stickers) {
    const bytes = new Uint8Array(Buffer.from(base64 ?? DOT, "base64"));
    const upload = { bytes, fileName: FILE_NAMES[format], mimeType: "" };
    // A dot stands for a picture of the usual size; those that move are large as emoji, too.
    const side = type === "custom_emoji" && format !== "animated" ? EMOJI_SIDE : STICKER_SIDE;
    const isDrawn = base64 !== undefined && format === "static";
    const details = isDrawn ? {} : { width: side, height: side };
    const file = storeUpload(world, upload, { kind: "sticker", details });
    const id = customEmojiId === undefined ? {} : { customEmojiId };
    addSticker(world, set, { file, emojiList: [emoji], keywords: [], ...id });
  }
}
