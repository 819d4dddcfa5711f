import type { FileRecord } from "../files/file-record.ts";
import { storeUpload } from "../files/store-upload.ts";
import { requireBot } from "./directory.ts";
import { addSticker, newStickerSet } from "./sticker-sets.ts";
import type { World } from "./world.ts";
import type { NewFile, NewStickerSet } from "./world-file.ts";

/** A picture of one pixel, for stickers that a world file names without saying how they look. */
const DOT = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==";

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
  for (const { emoji, base64 = DOT } of stickers) {
    const bytes = new Uint8Array(Buffer.from(base64, "base64"));
    const upload = { bytes, fileName: "sticker.webp", mimeType: "image/webp" };
    const file = storeUpload(world, upload, { kind: "sticker", details: {} });
    addSticker(world, set, { file, emojiList: [emoji], keywords: [] });
  }
}
