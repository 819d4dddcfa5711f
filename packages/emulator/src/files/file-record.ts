import type { MaskPosition } from "@hookgram/bot-api";
import type { StickerType } from "../world/sticker-set.ts";

/** What a file is on Telegram; it stays that when its id is sent again by another method. */
export type FileKind =
  | "photo"
  | "document"
  | "video"
  | "animation"
  | "audio"
  | "voice"
  | "video_note"
  | "sticker"
  | "thumbnail";

/** What is known about a file beside its bytes. All of it comes back whenever it is sent. */
export interface FileDetails {
  readonly fileName?: string;
  readonly mimeType?: string;
  readonly width?: number;
  readonly height?: number;
  /** Seconds. */
  readonly duration?: number;
  readonly title?: string;
  readonly performer?: string;
  readonly emoji?: string;
  /** `file_id` of its thumbnail. */
  readonly thumbnailId?: string;
  /** What makes a sticker one of a set. */
  readonly inSet?: StickerDetails;
}

/** What a set says about one of its stickers. */
export interface StickerDetails {
  readonly setName: string;
  readonly type: StickerType;
  readonly emojiList: readonly string[];
  readonly keywords: readonly string[];
  readonly maskPosition?: MaskPosition;
  readonly customEmojiId?: string;
  readonly needsRepainting?: true;
}

/** One file of the world; a photo has one for each of its sizes. */
export interface FileRecord extends FileDetails {
  readonly fileId: string;
  readonly uniqueId: string;
  readonly kind: FileKind;
  /** Where `/file/bot<token>/` serves it. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** `file_id`s of all sizes of a photo, the smallest first. */
  readonly sizeIds?: readonly string[];
}

/** A file of the emulated web, which methods find instead of the one on the Internet. */
export interface WebFile {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
}
