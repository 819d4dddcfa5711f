import type { UploadedFile } from "../methods/method.ts";
import { Refusal } from "../methods/method.ts";
import { badRequest } from "../methods/refusals.ts";
import type { World } from "../world/world.ts";
import type { FileDetails, FileKind, FileRecord } from "./file-record.ts";
import { PHOTO_MAX_BYTES, UPLOAD_MAX_BYTES, addFile, addPhoto } from "./file-store.ts";
import { imageSize } from "./image-size.ts";
import { extensionOf, mimeTypeOf } from "./mime-type.ts";
import type { MediaInfo } from "./probe/media-info.ts";
import { mediaInfo } from "./probe/media-info.ts";
import { addThumbnail } from "./thumbnails.ts";

/** Limits of the photos that Telegram takes. @see https://core.telegram.org/bots/api#sendphoto */
const PHOTO_SIDES_SUM_MAX = 10_000;
const PHOTO_SIDES_RATIO_MAX = 20;

/** What kind of file is wanted somewhere. */
export interface FileWish {
  readonly kind: FileKind;
  /** Attributes that the bot gives, for a new file; a known file keeps its own. */
  readonly details: FileDetails;
}

/** Stores bytes as a file of a kind, with the checks that Telegram makes. */
export function storeUpload(world: World, upload: UploadedFile, wish: FileWish): FileRecord {
  const { bytes } = upload;
  if (bytes.byteLength === 0) throw badRequest("file must be non-empty");
  if (bytes.byteLength > UPLOAD_MAX_BYTES) throw new Refusal(413, "Request Entity Too Large");
  if (wish.kind === "photo") return storePhoto(world, bytes);
  const info = PLAYED_KINDS.has(wish.kind) ? mediaInfo(bytes) : undefined;
  const kind = kindOf(wish.kind, info);
  const found = detailsOf(upload, kind, info);
  // The bot's numbers go before the file's, except those that were meant for another kind.
  const details =
    kind === wish.kind ? { ...found, ...wish.details } : { ...wish.details, ...found };
  const thumbnail = addThumbnail(world, { kind, bytes, details });
  return addFile(world, { kind, bytes, details: { ...details, ...thumbnail } });
}

function storePhoto(world: World, bytes: Uint8Array): FileRecord {
  const size = imageSize(bytes);
  if (bytes.byteLength > PHOTO_MAX_BYTES) {
    const limit = `the maximum size is ${PHOTO_MAX_BYTES} bytes`;
    throw badRequest(`file of size ${bytes.byteLength} bytes is too big for a photo; ${limit}`);
  }
  if (size === undefined) throw badRequest("IMAGE_PROCESS_FAILED");
  const [shorter, longer] = [Math.min(size.width, size.height), Math.max(size.width, size.height)];
  const isOutOfShape = longer > shorter * PHOTO_SIDES_RATIO_MAX;
  if (shorter + longer > PHOTO_SIDES_SUM_MAX || isOutOfShape) {
    throw badRequest("PHOTO_INVALID_DIMENSIONS");
  }
  return addPhoto(world, bytes, size);
}

/** What is looked into for how it plays. */
const PLAYED_KINDS: ReadonlySet<FileKind> = new Set([
  "animation",
  "audio",
  "video",
  "video_note",
  "voice",
]);
const IMAGE_KINDS: ReadonlySet<FileKind> = new Set([
  "animation",
  "document",
  "sticker",
  "thumbnail",
]);

/** A video that is not a square is sent as an ordinary one when a video note was wanted. */
function kindOf(kind: FileKind, info: MediaInfo | undefined): FileKind {
  return kind === "video_note" && info?.width !== info?.height ? "video" : kind;
}

function detailsOf(
  { fileName, mimeType, bytes }: UploadedFile,
  kind: FileKind,
  info: MediaInfo | undefined,
): FileDetails {
  // Telegram turns a GIF that moves into a film; here only its name and type say so.
  const isFilm = kind === "animation" && (info?.frames ?? 0) > 1;
  const name = isFilm && fileName !== "" ? `${fileName}.mp4` : fileName;
  const type = isFilm ? "video/mp4" : typeOf(fileName, mimeType, kind);
  const size = kind === "document" ? undefined : (info ?? imageOf(kind, bytes));
  const { title, performer } = kind === "audio" ? (info ?? {}) : {};
  return {
    ...(name === "" ? {} : { fileName: name }),
    ...(type === undefined ? {} : { mimeType: type }),
    ...(size?.width === undefined ? {} : { width: size.width, height: size.height! }),
    ...(info?.durationS === undefined ? {} : { duration: Math.round(info.durationS) }),
    ...(title === undefined ? {} : { title }),
    ...(performer === undefined ? {} : { performer }),
  };
}

function imageOf(kind: FileKind, bytes: Uint8Array): ReturnType<typeof imageSize> {
  return IMAGE_KINDS.has(kind) ? imageSize(bytes) : undefined;
}

/** Types that form libraries write when they do not know better. */
const VAGUE_TYPES: ReadonlySet<string> = new Set(["", "application/octet-stream", "text/plain"]);
/** Voice messages have one of these types. */
const VOICE_TYPES: ReadonlySet<string> = new Set(["audio/ogg", "audio/mpeg", "audio/mp4"]);

/**
 * The extension says the type, as in Telegram's own library (`MimeType::from_extension` of tdlib);
 * what the form says of a part counts only where the extension says nothing.
 */
function typeOf(fileName: string, mimeType: string, kind: FileKind): string | undefined {
  const stated = VAGUE_TYPES.has(mimeType) ? undefined : mimeType;
  const type = mimeTypeOf(fileName) ?? stated;
  if (kind === "voice") return type !== undefined && VOICE_TYPES.has(type) ? type : "audio/ogg";
  if (type !== undefined) return type;
  const isText = mimeType === "text/plain" && extensionOf(fileName) === "";
  return isText ? mimeType : DEFAULT_TYPES[kind];
}

const DEFAULT_TYPES: Readonly<Partial<Record<FileKind, string>>> = {
  document: "application/octet-stream",
  video: "video/mp4",
  animation: "video/mp4",
  audio: "audio/mpeg",
  sticker: "image/webp",
};
