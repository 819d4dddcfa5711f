import { createHash } from "node:crypto";
import type { World } from "../world/world.ts";
import type { FileDetails, FileKind, FileRecord } from "./file-record.ts";
import { extensionOf } from "./mime-type.ts";

/** Bots may download files up to this size. @see https://core.telegram.org/bots/api#getfile */
export const DOWNLOAD_MAX_BYTES = 20 * 1024 * 1024;
/** @see https://core.telegram.org/bots/api#sending-files */
export const UPLOAD_MAX_BYTES = 50 * 1024 * 1024;
/** @see https://core.telegram.org/bots/api#sending-files */
export const PHOTO_MAX_BYTES = 10 * 1024 * 1024;

/** The folder in a file's path, the extension when its name has none, and its type number. */
const KINDS: Readonly<
  Record<FileKind, readonly [folder: string, extension: string, type: number]>
> = {
  thumbnail: ["thumbnails", "jpg", 0],
  photo: ["photos", "jpg", 2],
  voice: ["voice", "oga", 3],
  video: ["videos", "mp4", 4],
  document: ["documents", "", 5],
  sticker: ["stickers", "webp", 8],
  audio: ["music", "mp3", 9],
  animation: ["animations", "mp4", 10],
  video_note: ["video_notes", "mp4", 13],
};

/** The last bytes of Telegram's own identifiers: the version of their format. */
const ID_TAIL = [0x37, 0x04];

export interface NewFile {
  readonly kind: FileKind;
  readonly bytes: Uint8Array;
  readonly details: FileDetails;
}

/** The longest sides of the sizes in which Telegram offers a photo. */
const PHOTO_SIDES = [90, 320, 800, 1280];

/** Stores a file and gives it its identifiers, which are the same in every run. */
export function addFile(world: World, { kind, bytes, details }: NewFile): FileRecord {
  const record = newRecord(world, kind, { ...details, bytes: new Uint8Array(bytes) });
  world.state.files.set(record.fileId, record);
  return record;
}

/**
 * Stores a photo in Telegram's sizes and gives back the largest. Nothing is scaled: every size has
 * the dimensions that Telegram would give it and serves the bytes that were uploaded.
 */
export function addPhoto(
  world: World,
  bytes: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): FileRecord {
  const copy = new Uint8Array(bytes);
  const longest = Math.max(width, height);
  const sides = [...PHOTO_SIDES.filter((side) => side < longest), Math.min(longest, 1280)];
  const records = [...new Set(sides)].map((side) => {
    const scaled = (length: number): number => Math.max(1, Math.round((length * side) / longest));
    const size = { width: scaled(width), height: scaled(height) };
    return newRecord(world, "photo", { ...size, bytes: copy });
  });
  const sizeIds = records.map(({ fileId }) => fileId);
  for (const record of records) world.state.files.set(record.fileId, { ...record, sizeIds });
  return world.state.files.get(sizeIds.at(-1)!)!;
}

/** The file that `/file/bot<token>/PATH` names. */
export function fileAtPath(world: World, path: string): FileRecord | undefined {
  for (const file of world.state.files.values()) if (file.path === path) return file;
  return undefined;
}

function newRecord(
  world: World,
  kind: FileKind,
  details: FileDetails & { readonly bytes: Uint8Array },
): FileRecord {
  const number = world.next("file");
  const [folder, extension, type] = KINDS[kind];
  const digest = createHash("sha256").update(`${kind}/${number}`).digest();
  const suffix = extensionOf(details.fileName ?? "") || extension;
  return {
    ...details,
    kind,
    fileId: base64url([type, 0, 2, 2, 2, 0, 3, 1, ...digest.subarray(0, 29), ...ID_TAIL]),
    uniqueId: base64url([2, 0, 3, type, ...digest.subarray(0, 6), 0x04]),
    path: `${folder}/file_${number}${suffix === "" ? "" : `.${suffix}`}`,
  };
}

function base64url(bytes: readonly number[]): string {
  return Buffer.from(bytes).toString("base64url");
}
