import type { FileDetails, FileKind, FileRecord } from "../files/file-record.ts";
import { mediaContent } from "../files/media-content.ts";
import type { MessageContent } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import { readNestedFile } from "./input-file.ts";
import type { Fields } from "./json-fields.ts";
import {
  FieldFault,
  isObject,
  naming,
  optionalBoolean,
  optionalInteger,
  optionalText,
  requiredText,
} from "./json-fields.ts";
import { livePhotoContent } from "./live-photo-methods.ts";
import { mediaFlags } from "./media-methods.ts";
import type { MethodCall } from "./method.ts";
import { readMediaCaption } from "./text-params.ts";
import type { VideoExtras } from "./video-extras.ts";
import { withVideoExtras } from "./video-extras.ts";

const KINDS: ReadonlySet<string> = new Set([
  "photo",
  "video",
  "animation",
  "audio",
  "document",
  "live_photo",
]);

/** One `InputMedia`, read and stored. */
export interface InputMediaContent {
  readonly kind: FileKind;
  readonly content: MessageContent;
}

/**
 * Reads one `InputMedia` object and stores its file.
 * @throws {Refusal} `can't parse InputMedia: …` in Telegram's words.
 */
export function readInputMedia(
  world: World,
  call: MethodCall,
  value: unknown,
  options: { readonly isForAlbum: boolean },
): InputMediaContent {
  return naming("Can't parse InputMedia", () => inputMedia(world, call, value, options));
}

/** The same with a `FieldFault`, for callers that have a name of their own for the object. */
export function inputMedia(
  world: World,
  call: MethodCall,
  value: unknown,
  options: { readonly isForAlbum: boolean },
): InputMediaContent {
  if (!isObject(value)) throw new FieldFault("expected an Object");
  const caption = readMediaCaption(world, value);
  const type = requiredText(value, "type");
  if (options.isForAlbum && type === "animation") {
    throw new FieldFault(`type "${type}" can't be used in sendMediaGroup`);
  }
  if (!KINDS.has(type)) throw new FieldFault(`type "${type}" is unsupported`);
  if (type === "live_photo") return readLivePhoto(world, call, value, caption);
  const wish = { kind: type as FileKind, details: readDetails(world, call, value) };
  const file = readNestedFile(world, call, optionalText(value, "media") ?? "", wish);
  if (file === undefined) throw new FieldFault("media not found");
  const flags = mediaFlags({ boolean: (name) => optionalBoolean(value, name) }, file);
  const content = { ...mediaContent(world, file), ...caption, ...flags };
  const extras = readVideoExtras(world, call, value);
  return { kind: file.kind, content: withVideoExtras(world, content, extras) };
}

function readVideoExtras(world: World, call: MethodCall, media: Fields): VideoExtras {
  const cover = optionalText(media, "cover") ?? "";
  return {
    cover: readNestedFile(world, call, cover, { kind: "photo", details: {} }),
    startTimestamp: optionalInteger(media, "start_timestamp"),
  };
}

function readLivePhoto(
  world: World,
  call: MethodCall,
  media: Fields,
  caption: MessageContent,
): InputMediaContent {
  const read = (field: string, kind: "video" | "photo"): FileRecord => {
    const text = optionalText(media, field) ?? "";
    const file = readNestedFile(world, call, text, { kind, details: {} });
    if (file === undefined) throw new FieldFault(`${field} not found`);
    return file;
  };
  const still = read("photo", "photo");
  const content = livePhotoContent(world, read("media", "video"), still);
  const flags = mediaFlags({ boolean: (name) => optionalBoolean(media, name) }, still);
  return { kind: "photo", content: { ...content, ...caption, ...flags } };
}

function readDetails(world: World, call: MethodCall, media: Fields): FileDetails {
  const numbers = ["duration", "width", "height"].map(
    (name) => [name, optionalInteger(media, name)] as const,
  );
  const texts = ["title", "performer"].map((name) => [name, optionalText(media, name)] as const);
  const given = [...numbers, ...texts].filter(([, value]) => value !== undefined && value !== "");
  const thumbnail = readNestedFile(world, call, optionalText(media, "thumbnail") ?? "", {
    kind: "thumbnail",
    details: {},
  });
  return {
    ...Object.fromEntries(given),
    ...(thumbnail === undefined ? {} : { thumbnailId: thumbnail.fileId }),
  };
}
