import type { Document, PhotoSize, Sticker } from "@hookgram/bot-api";
import type { MessageContent } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import type { FileRecord } from "./file-record.ts";
import { imageSize } from "./image-size.ts";

/** The part of a message's content that shows a file, as the Bot API does for its kind. */
export function mediaContent(world: World, file: FileRecord): MessageContent {
  const thumbnail = thumbnailOf(world, file);
  const common = { ...nameFields(file), ...thumbnail, ...idFields(file) };
  const { duration = 0, width = 0, height = 0 } = file;
  switch (file.kind) {
    case "photo":
      return { photo: photoSizes(world, file) };
    case "document":
    case "thumbnail":
      return { document: common };
    case "video":
      return { video: { duration, width, height, ...common } };
    case "animation":
      // Telegram shows an animation as a document too, for bots from before it knew animations.
      return { animation: { duration, width, height, ...common }, document: common };
    case "audio":
      return { audio: { duration, ...titleFields(file), ...common } };
    case "voice":
      return { voice: { duration, ...mimeField(file), ...idFields(file) } };
    case "video_note":
      return { video_note: { duration, length: width, ...thumbnail, ...idFields(file) } };
    case "sticker":
      return { sticker: stickerOf(file, thumbnail) };
  }
}

/** All sizes of a photo, the smallest first. */
export function photoSizes(world: World, file: FileRecord): PhotoSize[] {
  const ids = file.sizeIds ?? [file.fileId];
  return ids.map((id) => {
    const size = world.state.files.get(id)!;
    return { ...idFields(size), width: size.width ?? 0, height: size.height ?? 0 };
  });
}

function idFields(file: FileRecord): Pick<Document, "file_id" | "file_unique_id" | "file_size"> {
  return { file_id: file.fileId, file_unique_id: file.uniqueId, file_size: file.bytes.byteLength };
}

function nameFields(file: FileRecord): Pick<Document, "file_name" | "mime_type"> {
  return {
    ...(file.fileName === undefined ? {} : { file_name: file.fileName }),
    ...mimeField(file),
  };
}

function mimeField({ mimeType }: FileRecord): { mime_type?: string } {
  return mimeType === undefined ? {} : { mime_type: mimeType };
}

function titleFields({ title, performer }: FileRecord): { title?: string; performer?: string } {
  return {
    ...(title === undefined ? {} : { title }),
    ...(performer === undefined ? {} : { performer }),
  };
}

function thumbnailOf(world: World, { thumbnailId }: FileRecord): { thumbnail?: PhotoSize } {
  const thumbnail = thumbnailId === undefined ? undefined : world.state.files.get(thumbnailId);
  if (thumbnail === undefined) return {};
  const { width = 0, height = 0 } = imageSize(thumbnail.bytes) ?? {};
  return { thumbnail: { ...idFields(thumbnail), width, height } };
}

function stickerOf(file: FileRecord, thumbnail: { thumbnail?: PhotoSize }): Sticker {
  const { width = 512, height = 512, emoji, mimeType } = file;
  return {
    width,
    height,
    ...(emoji === undefined ? {} : { emoji }),
    is_animated: mimeType === "application/x-tgsticker",
    is_video: mimeType === "video/webm",
    type: "regular",
    ...thumbnail,
    ...idFields(file),
  };
}
