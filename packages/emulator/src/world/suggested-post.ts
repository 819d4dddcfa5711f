import type { SuggestedPostPrice } from "@hookgram/bot-api";
import type { ConversationRecord } from "./conversation.ts";
import { withoutReply } from "./message-view.ts";
import { editMessage, postMessage } from "./post-message.ts";
import type { MessageContent, StoredMessage } from "./stored-message.ts";
import type { SuggestedPostRecord } from "./suggested-post-record.ts";
import type { World } from "./world.ts";

/** A paid post must stay for this long before the channel gets the money. */
const PAID_AFTER_S = 24 * 3600;

/** A suggested post, and where it is. */
export interface Suggestion {
  readonly conversation: ConversationRecord;
  readonly message: StoredMessage;
}

/**
 * Agrees to a suggested post: its author pays, and it is published at its date. Without enough Stars
 * the approval fails, and the post stays as it is.
 */
export function approveSuggestion(world: World, suggestion: Suggestion, sendDate: number): void {
  const { conversation, message } = suggestion;
  const info = message.content.suggested_post_info!;
  const { price } = info;
  const topicId = message.directTopicId!;
  const priced = price === undefined ? {} : { price };
  if (!charge(world, topicId, price)) {
    tell(world, suggestion, (shown) => ({
      suggested_post_approval_failed: { suggested_post_message: shown, price: price! },
    }));
    return;
  }
  setInfo(world, suggestion, { state: "approved", send_date: sendDate });
  tell(world, suggestion, (shown) => ({
    suggested_post_approved: { suggested_post_message: shown, ...priced, send_date: sendDate },
  }));
  const record: SuggestedPostRecord = {
    chatId: conversation.chatId,
    messageId: message.id,
    sendDate,
  };
  world.state.suggestedPosts.push(record);
  publishInTime(world, record);
}

/** Refuses a suggested post, with a word to its author or without. */
export function declineSuggestion(world: World, suggestion: Suggestion, comment: string): void {
  setInfo(world, suggestion, { state: "declined" });
  const said = comment === "" ? {} : { comment };
  tell(world, suggestion, (shown) => ({
    suggested_post_declined: { suggested_post_message: shown, ...said },
  }));
}

/** Sets the clock for all approved posts, after a snapshot came in. */
export function publishSuggestionsInTime(world: World): void {
  for (const record of world.state.suggestedPosts) publishInTime(world, record);
}

/** What has happened already is looked at when the time comes, so that nothing has to be cancelled. */
function publishInTime(world: World, record: SuggestedPostRecord): void {
  const isOut = record.postId !== undefined;
  const dueS = isOut ? record.sendDate + PAID_AFTER_S : record.sendDate;
  const delayMs = dueS * 1000 - world.ports.clock.now();
  world.ports.clock.after(delayMs, () => {
    if (record.isSettled === true || !world.state.suggestedPosts.includes(record)) return;
    if (record.postId !== undefined) return isOut ? settle(world, record) : undefined;
    publish(world, record);
    publishInTime(world, record);
  });
}

function publish(world: World, record: SuggestedPostRecord): void {
  const suggestion = suggestionOf(world, record);
  if (suggestion === undefined) return;
  const { parentId } = world.state.groups.get(record.chatId)!;
  const { suggested_post_info: info, ...content } = suggestion.message.content;
  const paid = info?.price === undefined ? {} : { is_paid_post: true as const };
  const { id } = postMessage(world, world.openConversation(parentId!), {
    senderId: suggestion.message.senderId,
    content: { ...content, ...paid },
  });
  record.postId = id;
}

/** A day later the channel has earned the money, or its author gets it back. */
function settle(world: World, record: SuggestedPostRecord): void {
  record.isSettled = true;
  const suggestion = suggestionOf(world, record);
  const price = suggestion?.message.content.suggested_post_info?.price;
  if (suggestion === undefined || price === undefined) return;
  const { parentId } = world.state.groups.get(record.chatId)!;
  const isThere = world.openConversation(parentId!).messages.has(record.postId!);
  if (isThere) {
    tell(world, suggestion, (shown) => ({
      suggested_post_paid: { suggested_post_message: shown, ...amountOf(price) },
    }));
    return;
  }
  addStars(world, suggestion.message.directTopicId!, price);
  tell(world, suggestion, (shown) => ({
    suggested_post_refunded: { suggested_post_message: shown, reason: "post_deleted" },
  }));
}

function amountOf({ currency, amount }: SuggestedPostPrice) {
  return currency === "XTR"
    ? ({ currency, star_amount: { amount } } as const)
    : ({ currency, amount } as const);
}

/** Undefined when it was deleted. */
function suggestionOf(
  world: World,
  { chatId, messageId }: SuggestedPostRecord,
): Suggestion | undefined {
  const conversation = world.openConversation(chatId);
  const message = conversation.messages.get(messageId);
  return message === undefined ? undefined : { conversation, message };
}

/** Only Stars are counted; everybody has enough of the other currency. */
function charge(world: World, personId: number, price: SuggestedPostPrice | undefined): boolean {
  if (price?.currency !== "XTR") return true;
  const person = world.state.people.get(personId);
  if ((person?.stars ?? 0) < price.amount) return false;
  addStars(world, personId, { ...price, amount: -price.amount });
  return true;
}

function addStars(world: World, personId: number, { currency, amount }: SuggestedPostPrice): void {
  const person = world.state.people.get(personId);
  if (person === undefined || currency !== "XTR") return;
  person.stars = (person.stars ?? 0) + amount;
}

function setInfo(
  world: World,
  { conversation, message }: Suggestion,
  change: Partial<NonNullable<MessageContent["suggested_post_info"]>>,
): void {
  const info = { ...message.content.suggested_post_info!, ...change };
  const content = { ...message.content, suggested_post_info: info };
  editMessage(world, conversation, message, { byId: message.senderId, content, isVisible: false });
}

/** A service message in the name of the channel; it replies to the post that it is about. */
function tell(
  world: World,
  { conversation, message }: Suggestion,
  content: (shown: ReturnType<typeof withoutReply>) => object,
): void {
  const { parentId } = world.state.groups.get(conversation.chatId)!;
  postMessage(world, conversation, {
    senderId: message.senderId,
    senderChatId: parentId!,
    directTopicId: message.directTopicId!,
    content: content(withoutReply(world, conversation, message)) as MessageContent,
  });
}
