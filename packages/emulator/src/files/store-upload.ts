import type { UploadedFile } from "../methods/method.ts";
import { Refusal } from "../methods/method.ts";
import { badRequest } from "../methods/refusals.ts";
import type { World } from "../world/world.ts";
import type { FileDetails, FileKind, FileRecord } from "./file-record.ts";
import { PHOTO_MAX_BYTES, UPLOAD_MAX_BYTES, addFile, addPhoto } from "./file-store.ts";
import { imageSize } from "./image-size.ts";
import { mimeTypeOf } from "./mime-type.ts";

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
  const details = { ...detailsOf(upload, wish.kind), ...wish.details };
  return addFile(world, { kind: wish.kind, bytes, details });
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

const IMAGE_KINDS: ReadonlySet<FileKind> = new Set(["animation", "sticker", "thumbnail"]);

function detailsOf({ fileName, mimeType, bytes }: UploadedFile, kind: FileKind): FileDetails {
  const isGeneric = mimeType === "" || mimeType === "application/octet-stream";
  const type = isGeneric ? (mimeTypeOf(fileName) ?? DEFAULT_TYPES[kind]) : mimeType;
  const size = IMAGE_KINDS.has(kind) ? imageSize(bytes) : undefined;
  return {
    ...(fileName === "" ? {} : { fileName }),
    ...(type === undefined ? {} : { mimeType: type }),
    ...(size === undefined ? {} : { width: size.width, height: size.height }),
  };
}

const DEFAULT_TYPES: Readonly<Partial<Record<FileKind, string>>> = {
  document: "application/octet-stream",
  video: "video/mp4",
  animation: "video/mp4",
  audio: "audio/mpeg",
  voice: "audio/ogg",
  sticker: "image/webp",
};
