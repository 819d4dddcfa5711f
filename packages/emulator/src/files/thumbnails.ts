import type { World } from "../world/world.ts";
import type { FileDetails, FileKind } from "./file-record.ts";
import { addFile } from "./file-store.ts";
import { flatJpeg } from "./flat-jpeg.ts";
import { imageSize } from "./image-size.ts";

/** The longest side of a thumbnail. @see https://core.telegram.org/bots/api#senddocument */
const THUMBNAIL_SIDE = 320;

/** A file that may get a thumbnail. */
export interface Picture {
  readonly kind: FileKind;
  readonly bytes: Uint8Array;
  readonly details: FileDetails;
}

/**
 * The thumbnail that Telegram makes for a film, a sticker or a picture that is sent as a document.
 * One that the bot gave for a film is shown in the film's proportions. Nothing is scaled or decoded: of a picture it has the bytes, of a film
 * it is a grey picture; both say the size that Telegram's would have.
 */
export function addThumbnail(
  world: World,
  { kind, bytes, details }: Picture,
): { thumbnailId?: string } {
  const picture = imageSize(bytes);
  const isFilm = kind === "video" || kind === "video_note" || kind === "animation";
  if (!isFilm && (picture === undefined || (kind !== "sticker" && kind !== "document"))) return {};
  const given = world.state.files.get(details.thumbnailId ?? "")?.bytes;
  const { width = 0, height = 0 } = { ...picture, ...details };
  const longest = Math.max(width, height);
  if (width === 0 || height === 0) return {};
  const scale = Math.min(1, THUMBNAIL_SIDE / longest);
  const size = { width: scaled(width, scale), height: scaled(height, scale) };
  const own = picture === undefined ? flatJpeg(size.width, size.height) : bytes;
  const shown = isFilm ? (given ?? own) : own;
  return { thumbnailId: addFile(world, { kind: "thumbnail", bytes: shown, details: size }).fileId };
}

function scaled(length: number, scale: number): number {
  return Math.max(1, Math.round(length * scale));
}
