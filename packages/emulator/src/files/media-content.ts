import type { ChatPhoto, Document, PhotoSize, Sticker } from "@hookgram/bot-api";
import type { MessageContent } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import type { FileRecord, StickerDetails } from "./file-record.ts";
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

/** A chat's or a user's photo, of which Telegram offers the smallest and the largest size. */
export function chatPhotoView(world: World, photoId: string): ChatPhoto {
  const sizes = photoSizes(world, world.state.files.get(photoId)!);
  const [small, big] = [sizes[0]!, sizes.at(-1)!];
  return {
    small_file_id: small.file_id,
    small_file_unique_id: small.file_unique_id,
    big_file_id: big.file_id,
    big_file_unique_id: big.file_unique_id,
  };
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
  return thumbnailView(world, thumbnailId);
}

/** The field `thumbnail` of a file or a set; nothing without one. */
export function thumbnailView(
  world: World,
  thumbnailId: string | undefined,
): { thumbnail?: PhotoSize } {
  const thumbnail = thumbnailId === undefined ? undefined : world.state.files.get(thumbnailId);
  if (thumbnail === undefined) return {};
  const { width = 0, height = 0 } =
    thumbnail.width === undefined ? (imageSize(thumbnail.bytes) ?? {}) : thumbnail;
  return { thumbnail: { ...idFields(thumbnail), width, height } };
}

/** A sticker by itself, as sets show it. */
export function stickerView(world: World, file: FileRecord): Sticker {
  return stickerOf(file, thumbnailOf(world, file));
}

function stickerOf(file: FileRecord, thumbnail: { thumbnail?: PhotoSize }): Sticker {
  const { width = 512, height = 512, mimeType, inSet } = file;
  const emoji = file.emoji ?? inSet?.emojiList[0];
  return {
    width,
    height,
    ...(emoji === undefined ? {} : { emoji }),
    ...(inSet === undefined ? {} : setFields(inSet)),
    is_animated: mimeType === "application/x-tgsticker",
    is_video: mimeType === "video/webm",
    type: inSet?.type ?? "regular",
    ...thumbnail,
    ...idFields(file),
  };
}

function setFields({
  setName,
  maskPosition,
  customEmojiId,
  needsRepainting,
}: StickerDetails): Partial<Sticker> {
  return {
    set_name: setName,
    ...(maskPosition === undefined ? {} : { mask_position: maskPosition }),
    ...(customEmojiId === undefined ? {} : { custom_emoji_id: customEmojiId }),
    ...(needsRepainting === undefined ? {} : { needs_repainting: needsRepainting }),
  };
}
