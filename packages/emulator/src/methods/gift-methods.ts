import type { Gift } from "@hookgram/bot-api";
import { noteStars, starBalance } from "../world/pay.ts";
import type { World } from "../world/world.ts";
import { chatOf } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import type { MethodCall } from "./method.ts";
import { ownedGifts } from "./owned-gifts.ts";
import { badRequest } from "./refusals.ts";
import { topicIconStickers } from "./sticker-sets.ts";
import { readUserId } from "./user-id.ts";
import { readNamedText } from "./text-params.ts";

/** What the gifts of this world cost, in Stars; each looks like one of the icons of topics. */
const GIFT_PRICES = [15, 25, 50, 100];
const FIRST_GIFT_ID = 5_170_000_000_000_000_000n;

/** Characters of the message with a gift. @see https://core.telegram.org/bots/api#sendgift */
const TEXT_MAX = 128;

/** Stars for months of Premium. @see https://core.telegram.org/bots/api#giftpremiumsubscription */
const PREMIUM_PRICES: Readonly<Record<number, number>> = { 3: 1000, 6: 1500, 12: 2500 };

/** Methods about gifts, which the bot pays from its Stars. */
export function giftMethods(world: World): Handlers {
  return {
    getAvailableGifts: () => ({ gifts: giftsOf(world) }),
    sendGift: (call) => sendGift(world, call),
    giftPremiumSubscription: (call) => giftPremium(world, call),
    getUserGifts: (call) => ownedGifts(world, call, { ownerId: requireUser(world, call) }),
    getChatGifts: (call) => {
      const { chatId: ownerId } = chatOf(world, call, "read").conversation;
      return ownedGifts(world, call, { ownerId });
    },
  };
}

function giftsOf(world: World): Gift[] {
  const stickers = topicIconStickers(world);
  return GIFT_PRICES.map((star_count, index) => ({
    id: String(FIRST_GIFT_ID + BigInt(index)),
    sticker: stickers[index]!,
    star_count,
    upgrade_star_count: star_count,
  }));
}

function sendGift(world: World, call: MethodCall): true {
  const { params } = call;
  const gift = giftsOf(world).find(({ id }) => id === params.text("gift_id"));
  if (gift === undefined) throw badRequest("STARGIFT_INVALID");
  const ownerId = params.has("chat_id")
    ? chatOf(world, call, "read").conversation.chatId
    : requirePerson(world, call);
  refuseUnwanted(world, ownerId);
  const isUpgradePaid = params.boolean("pay_for_upgrade");
  const price = gift.star_count + (isUpgradePaid ? gift.upgrade_star_count! : 0);
  const { text, entities } = readNamedText(world, params, "text");
  if (Array.from(text).length > TEXT_MAX) throw badRequest("STARGIFT_MESSAGE_INVALID");
  spend(world, call, { price, personId: ownerId });
  world.state.gifts.push({
    id: String(world.next("gift")),
    ownerId,
    gift,
    senderId: call.bot.id,
    date: world.nowS(),
    ...(text === "" ? {} : { text }),
    ...(entities.length === 0 ? {} : { entities }),
    ...(isUpgradePaid ? { isUpgradePaid } : {}),
  });
  return true;
}

/** The gifts of this world are all unlimited ones. */
function refuseUnwanted(world: World, ownerId: number): void {
  const accepted = world.state.people.get(ownerId)?.acceptedGiftTypes;
  if (accepted?.unlimited_gifts === false) throw badRequest("USER_DISALLOWED_STARGIFTS");
}

function giftPremium(world: World, call: MethodCall): true {
  const { params } = call;
  const personId = requirePerson(world, call);
  const price = PREMIUM_PRICES[params.integer("month_count") ?? 0];
  if (price === undefined || price !== params.integer("star_count")) {
    throw badRequest("PREMIUM_GIFT_INVALID");
  }
  spend(world, call, { price, personId });
  const person = world.state.people.get(personId)!;
  world.state.people.set(personId, { ...person, is_premium: true });
  return true;
}

/** Stars that go to a chat are noted as if its owner had got them. */
function spend(
  world: World,
  { bot }: MethodCall,
  { price, personId }: { readonly price: number; readonly personId: number },
): void {
  if (starBalance(world, bot.id) < price) throw badRequest("BALANCE_TOO_LOW");
  const receiverId = personId > 0 ? personId : [...world.state.people.keys()][0]!;
  const id = `gift-${world.next("payment")}`;
  const spent = { id, botId: bot.id, personId: receiverId, amount: -price };
  noteStars(world, { ...spent, kind: "gift_purchase" });
}

/** Bots have gifts too, or rather none. */
function requireUser(world: World, call: MethodCall): number {
  const id = readUserId(call.params);
  return world.state.bots.has(id) ? id : requirePerson(world, call);
}

function requirePerson(world: World, { params }: MethodCall): number {
  const id = readUserId(params);
  if (!world.state.people.has(id)) throw badRequest("user not found");
  return id;
}
