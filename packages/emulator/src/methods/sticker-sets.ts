import type { Sticker, StickerSet } from "@hookgram/bot-api";
import { stickerView, thumbnailView } from "../files/media-content.ts";
import { addKnownStickerSet } from "../world/known-files.ts";
import type { StickerSetRecord } from "../world/sticker-set.ts";
import { findStickerSet, stickersOf } from "../world/sticker-sets.ts";
import type { World } from "../world/world.ts";
import { badRequest } from "./refusals.ts";

/** The set whose stickers any bot may use as icons of topics, made when it is first asked for. */
const TOPIC_ICONS = { name: "Topics", title: "Topic Icons", type: "custom_emoji" } as const;
const TOPIC_ICON_EMOJI = ["📰", "💡", "⚡️", "🎙", "🔝", "🗣", "🆒", "❗️"];

/** @throws {Refusal} `STICKERSET_INVALID` */
export function requireStickerSet(world: World, name: string): StickerSetRecord {
  const set = findStickerSet(world, name);
  if (set === undefined) throw badRequest("STICKERSET_INVALID");
  return set;
}

/** The stickers that can be icons of topics. */
export function topicIconStickers(world: World): Sticker[] {
  if (findStickerSet(world, TOPIC_ICONS.name) === undefined) {
    const stickers = TOPIC_ICON_EMOJI.map((emoji) => ({ emoji, format: "animated" as const }));
    addKnownStickerSet(world, { ...TOPIC_ICONS, stickers });
  }
  return stickerSetView(world, requireStickerSet(world, TOPIC_ICONS.name)).stickers;
}

/** A set as the Bot API shows it. */
export function stickerSetView(world: World, set: StickerSetRecord): StickerSet {
  return {
    name: set.name,
    title: set.title,
    sticker_type: set.type,
    stickers: stickersOf(world, set).map((file) => stickerView(world, file)),
    ...thumbnailView(world, set.thumbnailId),
  };
}
