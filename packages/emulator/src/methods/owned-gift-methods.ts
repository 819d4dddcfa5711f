import type { UniqueGift } from "@hookgram/bot-api";
import type { BusinessConnectionRecord } from "../world/business.ts";
import type { OwnedGiftRecord } from "../world/payment.ts";
import type { World } from "../world/world.ts";
import { managedAccount, requireRight } from "./business-right.ts";
import { changeStars } from "./business-account-methods.ts";
import type { Handlers } from "./handlers.ts";
import type { MethodCall } from "./method.ts";
import { TRANSFER_STARS, convertedStars, ownedGifts } from "./owned-gifts.ts";
import { badRequest } from "./refusals.ts";

/** Methods about the gifts of a business account that a bot manages. */
export function ownedGiftMethods(world: World): Handlers {
  return {
    getBusinessAccountGifts: (call) => {
      const { personId: ownerId } = managedAccount(world, call, "can_view_gifts_and_stars");
      return ownedGifts(world, call, { ownerId, isManaged: true });
    },
    convertGiftToStars: (call) => convert(world, call),
    upgradeGift: (call) => upgrade(world, call),
    transferGift: (call) => transfer(world, call),
  };
}

function convert(world: World, call: MethodCall): true {
  const { personId } = managedAccount(world, call, "can_convert_gifts_to_stars");
  const owned = giftOf(world, call, personId);
  if (owned.unique !== undefined) throw badRequest("STARGIFT_NOT_FOUND");
  world.state.gifts.splice(world.state.gifts.indexOf(owned), 1);
  return changeStars(world, personId, convertedStars(owned));
}

function upgrade(world: World, call: MethodCall): true {
  const connection = managedAccount(world, call, "can_transfer_and_upgrade_gifts");
  const owned = giftOf(world, call, connection.personId);
  if (owned.unique !== undefined) throw badRequest("STARGIFT_ALREADY_UPGRADED");
  if (owned.isUpgradePaid !== true) pay(world, call, connection, owned.gift.upgrade_star_count!);
  owned.unique = uniqueGift(world, owned);
  world.record({ type: "world", change: "gift", id: connection.personId });
  return true;
}

function transfer(world: World, call: MethodCall): true {
  const connection = managedAccount(world, call, "can_transfer_and_upgrade_gifts");
  const owned = giftOf(world, call, connection.personId);
  const newOwnerId = call.params.integer("new_owner_chat_id") ?? 0;
  const isKnown = world.state.people.has(newOwnerId) || world.state.groups.has(newOwnerId);
  if (!isKnown) throw badRequest("chat not found");
  if (owned.unique === undefined) throw badRequest("STARGIFT_NOT_UNIQUE");
  pay(world, call, connection, TRANSFER_STARS);
  owned.ownerId = newOwnerId;
  world.record({ type: "world", change: "gift", id: newOwnerId });
  return true;
}

function giftOf(world: World, { params }: MethodCall, personId: number): OwnedGiftRecord {
  const id = params.text("owned_gift_id") ?? "";
  const owned = world.state.gifts.find((gift) => gift.id === id && gift.ownerId === personId);
  if (owned === undefined) throw badRequest("STARGIFT_NOT_FOUND");
  return owned;
}

/** The account pays, when the bot may spend its Stars and names the price. */
function pay(
  world: World,
  { params }: MethodCall,
  connection: BusinessConnectionRecord,
  price: number,
): void {
  requireRight(connection, "can_transfer_stars");
  if ((params.integer("star_count") ?? 0) !== price) throw badRequest("STARS_AMOUNT_INVALID");
  changeStars(world, connection.personId, -price);
}

const BACKDROP = { center_color: 0x5b_a7_e5, edge_color: 0x2f_6f_ad };
const BACKDROP_COLORS = { ...BACKDROP, symbol_color: 0x1f_4d_7a, text_color: 0xff_ff_ff };

/** What a gift becomes looks like the gift; only its number is its own. */
function uniqueGift(world: World, { gift }: OwnedGiftRecord): UniqueGift {
  const { sticker } = gift;
  const number = world.next("gift");
  const rarity_per_mille = 10;
  return {
    gift_id: gift.id,
    base_name: "Local Gift",
    name: `LocalGift-${number}`,
    number,
    model: { name: "Model", sticker, rarity_per_mille },
    symbol: { name: "Symbol", sticker, rarity_per_mille },
    backdrop: { name: "Backdrop", colors: BACKDROP_COLORS, rarity_per_mille },
  };
}
