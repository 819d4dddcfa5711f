/** A named set of stickers. What is known of each sticker is in its file. */
export interface StickerSetRecord {
  readonly name: string;
  title: string;
  readonly type: StickerType;
  readonly needsRepainting: boolean;
  /** The bot that made the set and may change it; undefined for sets that are just there. */
  readonly botId?: number;
  /** The person who owns it. */
  readonly ownerId?: number;
  /** `file_id`s in their order. */
  fileIds: string[];
  thumbnailId?: string;
  /** The custom emoji that stands for a set of such. */
  thumbnailEmojiId?: string;
}

export type StickerType = "regular" | "mask" | "custom_emoji";
