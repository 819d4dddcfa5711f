import type { OwnedGift } from "@hookgram/bot-api";
import { userOf } from "../world/directory.ts";
import type { OwnedGiftRecord } from "../world/payment.ts";
import type { World } from "../world/world.ts";
import type { MethodCall, Params } from "./method.ts";

/** @see https://core.telegram.org/bots/api#getusergifts */
const PAGE_MAX = 100;

/** Whose gifts are listed, and whether the bot may do something with them. */
interface Listed {
  readonly ownerId: number;
  readonly isManaged?: boolean;
}

/**
 * A page of somebody's gifts, the newest first. All gifts of this world are unlimited ones that
 * can be upgraded, are on the profile, and none comes from a blockchain.
 */
export function ownedGifts(
  world: World,
  { params }: MethodCall,
  { ownerId, isManaged = false }: Listed,
): object {
  const all = world.state.gifts.filter(
    (gift) => gift.ownerId === ownerId && isWanted(gift, params),
  );
  const sorted = params.boolean("sort_by_price")
    ? all.toSorted((a, b) => b.gift.star_count - a.gift.star_count)
    : all.toReversed();
  const start = Math.max(0, Number.parseInt(params.text("offset") ?? "", 10) || 0);
  const limit = Math.min(Math.max(params.integer("limit") ?? PAGE_MAX, 1), PAGE_MAX);
  const page = sorted.slice(start, start + limit);
  const next = start + limit;
  return {
    total_count: sorted.length,
    gifts: page.map((gift) => giftView(world, gift, isManaged)),
    ...(next < sorted.length ? { next_offset: String(next) } : {}),
  };
}

function isWanted({ unique }: OwnedGiftRecord, params: Params): boolean {
  if (params.boolean("exclude_saved")) return false;
  return !params.boolean(unique === undefined ? "exclude_unlimited" : "exclude_unique");
}

function giftView(world: World, owned: OwnedGiftRecord, isManaged: boolean): OwnedGift {
  const { gift, unique, isUpgradePaid, text, entities } = owned;
  const sender = userOf(world, owned.senderId);
  const common = {
    ...(isManaged ? { owned_gift_id: owned.id } : {}),
    ...(sender === undefined ? {} : { sender_user: sender }),
    send_date: owned.date,
    is_saved: true as const,
  };
  if (unique !== undefined) {
    const transfer = { can_be_transferred: true as const, transfer_star_count: TRANSFER_STARS };
    return { type: "unique", gift: unique, ...common, ...(isManaged ? transfer : {}) } as OwnedGift;
  }
  return {
    type: "regular",
    gift,
    ...common,
    ...(text === undefined ? {} : { text }),
    ...(entities === undefined ? {} : { entities: [...entities] }),
    can_be_upgraded: true,
    ...(isManaged ? { convert_star_count: convertedStars(owned) } : {}),
    ...(isUpgradePaid === true ? { prepaid_upgrade_star_count: gift.upgrade_star_count! } : {}),
  } as OwnedGift;
}

/** What it costs to give a unique gift on. */
export const TRANSFER_STARS = 25;

/** Telegram gives most of a gift's price back, here 85 of 100. */
export function convertedStars({ gift }: OwnedGiftRecord): number {
  return Math.floor(gift.star_count * 0.85);
}
