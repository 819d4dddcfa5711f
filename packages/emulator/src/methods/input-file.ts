import type { FileDetails, FileKind, FileRecord } from "../files/file-record.ts";
import { PHOTO_MAX_BYTES, UPLOAD_MAX_BYTES, addFile, addPhoto } from "../files/file-store.ts";
import { imageSize } from "../files/image-size.ts";
import { mimeTypeOf } from "../files/mime-type.ts";
import type { World } from "../world/world.ts";
import type { MethodCall, UploadedFile } from "./method.ts";
import { Refusal } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** How Telegram's errors call the kinds of files. */
const TYPE_NAMES: Readonly<Record<FileKind, string>> = {
  thumbnail: "Thumbnail",
  photo: "Photo",
  document: "Document",
  video: "Video",
  animation: "Animation",
  audio: "Audio",
  voice: "VoiceNote",
  video_note: "VideoNote",
  sticker: "Sticker",
};

/** Limits of the photos that Telegram takes. @see https://core.telegram.org/bots/api#sendphoto */
const PHOTO_SIDES_SUM_MAX = 10_000;
const PHOTO_SIDES_RATIO_MAX = 20;

/** Where a method expects a file. */
export interface FileWish {
  readonly kind: FileKind;
  /** Attributes that the bot gives, for a new file; a known file keeps its own. */
  readonly details: FileDetails;
}

/**
 * The file of a parameter: an uploaded part, `attach://part`, a `file_id`, or a URL of the emulated
 * web. Undefined when the parameter has none of them.
 * @throws {Refusal} in Telegram's words.
 */
export function readInputFile(
  world: World,
  call: MethodCall,
  parameter: string,
  wish: FileWish,
): FileRecord | undefined {
  const upload = call.params.file(parameter);
  if (upload !== undefined) return storeUpload(world, upload, wish);
  const text = call.params.text(parameter) ?? "";
  if (text === "" || text.startsWith("attach://")) return undefined;
  return fileOfText(world, text, wish);
}

/** The same for the text of a field inside of a JSON parameter. */
export function readNestedFile(
  world: World,
  call: MethodCall,
  text: string,
  wish: FileWish,
): FileRecord | undefined {
  if (!text.startsWith("attach://")) return text === "" ? undefined : fileOfText(world, text, wish);
  const upload = call.params.file(text.slice("attach://".length));
  return upload === undefined ? undefined : storeUpload(world, upload, wish);
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

function fileOfText(world: World, text: string, wish: FileWish): FileRecord {
  if (text.includes(".")) return fileOfUrl(world, text, wish);
  const file = world.state.files.get(text);
  if (file === undefined) throw badRequest(wrongIdentifier(text));
  // Telegram tells photos from all other files; those keep the kind that they were made with.
  if ((file.kind === "photo") !== (wish.kind === "photo")) {
    const [real, wanted] = [TYPE_NAMES[file.kind], TYPE_NAMES[wish.kind]];
    throw badRequest(`Can't use file of type ${real} as ${wanted}`);
  }
  return file;
}

function wrongIdentifier(text: string): string {
  const subject = "Wrong remote file identifier specified";
  if (!/^[\w-]*=*$/.test(text)) return `${subject}: Wrong character in the string`;
  if (text.length % 4 === 1) return `${subject}: Wrong string length`;
  const lastByte = Buffer.from(text, "base64url").at(-1);
  if (lastByte === 4) return "Wrong file identifier/HTTP URL specified";
  return `${subject}: can't unserialize it. Wrong last symbol`;
}

function fileOfUrl(world: World, url: string, wish: FileWish): FileRecord {
  const found = world.state.web.get(url);
  if (found === undefined) throw badRequest("Failed to get HTTP URL content");
  const fileName = /[^/?#]+(?=[?#]|$)/.exec(new URL(url).pathname)?.[0] ?? "";
  if (wish.kind === "photo" && !found.mimeType.startsWith("image/")) {
    throw badRequest("Wrong type of the web page content");
  }
  return storeUpload(world, { ...found, fileName }, wish);
}
