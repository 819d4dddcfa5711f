import type { SuggestedPostInfo, SuggestedPostPrice } from "@hookgram/bot-api";
import { hasRight } from "../world/member.ts";
import { memberOf } from "../world/membership.ts";
import { approveSuggestion, declineSuggestion } from "../world/suggested-post.ts";
import type { World } from "../world/world.ts";
import type { ChatTarget } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import {
  FieldFault,
  isObject,
  jsonParam,
  optionalInteger,
  optionalObject,
  requiredInteger,
  requiredText,
} from "./json-fields.ts";
import type { MessageTarget } from "./message-access.ts";
import { messageOf } from "./message-access.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** @see https://core.telegram.org/bots/api#suggestedpostprice */
const STARS = { min: 5, max: 100_000 };
const NANOGRAMS = { min: 10_000_000, max: 10_000_000_000_000 };
const NANOGRAMS_STEP = 10_000_000;
/** @see https://core.telegram.org/bots/api#suggestedpostparameters */
const SEND_DELAY_S = { min: 300, max: 2_678_400 };
/** @see https://core.telegram.org/bots/api#declinesuggestedpost */
const COMMENT_MAX = 128;
/** A post whose date has passed by more cannot be approved. */
const LATE_MAX_S = 86_400;

/** Methods about posts that people suggest to a channel. */
export function suggestedPostMethods(world: World): Handlers {
  return {
    approveSuggestedPost: (call) => approve(world, call),
    declineSuggestedPost: (call) => decline(world, call),
  };
}

/**
 * The fields of a message that `suggested_post_parameters` makes a suggested post.
 * @throws {Refusal} in Telegram's words.
 */
export function readSuggestedPost(
  world: World,
  { params }: MethodCall,
  chat: ChatTarget,
): { suggested_post_info?: SuggestedPostInfo } {
  const name = "suggested post parameters";
  const value = jsonParam(params, "suggested_post_parameters", name);
  if (value === undefined) return {};
  if (!isObject(value)) throw badRequest(`Object expected as ${name}`);
  const info = asRefusal(() => {
    const send_date = optionalInteger(value, "send_date") ?? 0;
    const price = optionalObject(value, "price");
    return { send_date, price: price === undefined ? undefined : readPrice(price) };
  });
  if (chat.kind === "private" || chat.group.parentId === undefined) {
    throw badRequest("Suggested posts can be sent only to channel direct messages");
  }
  checkSendDate(world, info.send_date);
  const { price, send_date } = info;
  return {
    suggested_post_info: {
      state: "pending",
      ...(price === undefined ? {} : { price }),
      ...(send_date === 0 ? {} : { send_date }),
    },
  };
}

function asRefusal<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FieldFault) throw badRequest(error.message);
    throw error;
  }
}

function readPrice(price: Readonly<Record<string, unknown>>): SuggestedPostPrice | undefined {
  const currency = requiredText(price, "currency");
  const amount = requiredInteger(price, "amount");
  if (currency !== "XTR" && currency !== "TON") {
    throw badRequest("Invalid suggested post price currency specified");
  }
  if (currency === "TON" && amount % NANOGRAMS_STEP !== 0) {
    throw badRequest(`Suggested post price must be divisible by ${NANOGRAMS_STEP} nanotoncoins`);
  }
  if (amount === 0) return undefined;
  const { min, max } = currency === "XTR" ? STARS : NANOGRAMS;
  if (amount >= min && amount <= max) return { currency, amount };
  throw badRequest(
    `Invalid amount of ${currency === "XTR" ? "Telegram Stars" : "Grams"} specified`,
  );
}

function checkSendDate(world: World, sendDate: number): void {
  if (sendDate < 0) throw badRequest("Invalid post send date specified");
  if (sendDate === 0) return;
  const delayS = sendDate - world.nowS();
  if (delayS < SEND_DELAY_S.min || delayS > SEND_DELAY_S.max) {
    throw badRequest("SCHEDULE_DATE_INVALID");
  }
}

function approve(world: World, call: MethodCall): true {
  const { chat, message } = suggestionOf(world, call);
  const info = message.content.suggested_post_info!;
  const channel = world.state.groups.get(message.senderChatId ?? parentOf(chat))!;
  const mayPost = hasRight(memberOf(world, channel, call.bot.id), "can_post_messages");
  const isLate = info.send_date !== undefined && info.send_date < world.nowS() - LATE_MAX_S;
  if (!mayPost || isLate) throw badRequest(UNUSABLE);
  const given = call.params.integer("send_date") ?? 0;
  if (given - world.nowS() > SEND_DELAY_S.max) throw badRequest("SCHEDULE_DATE_INVALID");
  const sendDate = given > 0 ? given : (info.send_date ?? world.nowS());
  approveSuggestion(world, { conversation: chat.conversation, message }, sendDate);
  return true;
}

function decline(world: World, call: MethodCall): true {
  const { chat, message } = suggestionOf(world, call);
  const comment = call.params.text("comment") ?? "";
  if (comment.length > COMMENT_MAX) throw badRequest("MESSAGE_TOO_LONG");
  declineSuggestion(world, { conversation: chat.conversation, message }, comment);
  return true;
}

const UNUSABLE = "Message can't be used in the method";

/** A post that a person suggested; what the channel suggested is for the person to answer. */
function suggestionOf(world: World, call: MethodCall): MessageTarget {
  const target = messageOf(world, call, "write", "suggested post");
  const { content, senderChatId } = target.message;
  const isPending = content.suggested_post_info?.state === "pending";
  if (!isPending || senderChatId !== undefined) throw badRequest(UNUSABLE);
  return target;
}

function parentOf(chat: ChatTarget): number {
  return chat.kind === "group" ? (chat.group.parentId ?? 0) : 0;
}
