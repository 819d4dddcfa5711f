import type { Chat, Invoice, Message, Poll } from "@hookgram/bot-api";
import type { ConversationRecord } from "./conversation.ts";
import { isPrivate } from "./conversation.ts";
import { ANONYMOUS_USER, CHANNEL_USER, SERVICE_USER, userOf } from "./directory.ts";
import { groupChat } from "./group.ts";
import type { InvoiceRecord } from "./payment.ts";
import type { EphemeralMessage, StoredMessage } from "./stored-message.ts";
import { isInlineKeyboard } from "./stored-message.ts";
import type { World } from "./world.ts";

/** The chat of a conversation, as the Bot API shows it in messages. */
export function chatView(world: World, conversation: ConversationRecord): Chat {
  if (!isPrivate(conversation)) return groupChat(world.state.groups.get(conversation.chatId)!);
  const { id, first_name, last_name, username } = world.state.people.get(conversation.chatId)!;
  return {
    id,
    first_name,
    ...(last_name === undefined ? {} : { last_name }),
    ...(username === undefined ? {} : { username }),
    type: "private",
  };
}

/** A message as bots see it now. */
export function messageView(
  world: World,
  conversation: ConversationRecord,
  stored: StoredMessage,
): Message {
  const repliedTo =
    stored.replyToId === undefined ? undefined : conversation.messages.get(stored.replyToId);
  const reply =
    repliedTo === undefined
      ? {}
      : { reply_to_message: withoutReply(world, conversation, repliedTo) as never };
  return { ...envelope(world, conversation, stored), ...reply, ...body(stored) };
}

/**
 * The same as people's apps see it: every kind of `reply_markup` is on it, an invoice has its photo
 * and its tips, and `disable_notification` is there when it makes no sound.
 */
export function messageForPeople(
  world: World,
  conversation: ConversationRecord,
  stored: StoredMessage,
): Message {
  const message = messageView(world, conversation, stored);
  return {
    ...message,
    ...(stored.markup === undefined ? {} : { reply_markup: stored.markup as never }),
    ...pollForPeople(stored),
    ...(stored.isSilent === true ? { disable_notification: true } : {}),
    ...(stored.invoice === undefined ? {} : { invoice: invoiceForPeople(message, stored.invoice) }),
  };
}

/** Of a poll with hidden results people see no votes before it is closed. */
function pollForPeople({ content: { poll }, pollRules }: StoredMessage): { poll?: Poll } {
  if (poll === undefined || poll.is_closed || pollRules?.hidesResults !== true) return {};
  const options = poll.options.map((option) => ({ ...option, voter_count: 0 }));
  return { poll: { ...poll, options } };
}

function invoiceForPeople(
  { invoice }: Message,
  { photoUrl, maxTipAmount, suggestedTips }: InvoiceRecord,
): Invoice {
  const tips = { max_tip_amount: maxTipAmount, suggested_tip_amounts: suggestedTips };
  return {
    ...invoice!,
    ...(photoUrl === undefined ? {} : { photo_url: photoUrl }),
    ...(maxTipAmount === 0 ? {} : tips),
  };
}

/** Messages inside of other messages show no further ones. */
export function withoutReply(
  world: World,
  conversation: ConversationRecord,
  stored: StoredMessage,
): Message {
  return { ...envelope(world, conversation, stored), ...body(stored) };
}

function envelope(
  world: World,
  conversation: ConversationRecord,
  stored: StoredMessage,
): Partial<Message> & Pick<Message, "message_id" | "date" | "chat"> {
  const { id, date, editDate, threadId, directTopicId, forwardOrigin } = stored;
  return {
    message_id: id,
    ...senderView(world, conversation, stored),
    chat: chatView(world, conversation),
    date,
    ...(editDate === undefined ? {} : { edit_date: editDate }),
    ...(threadId === undefined ? {} : { message_thread_id: threadId, is_topic_message: true }),
    ...(directTopicId === undefined ? {} : directTopicView(world, directTopicId)),
    ...(forwardOrigin === undefined ? {} : { forward_origin: forwardOrigin }),
  };
}

function directTopicView(world: World, topicId: number): Partial<Message> {
  return { direct_messages_topic: { topic_id: topicId, user: userOf(world, topicId)! } };
}

/** Posts in a channel have no author; what stands in the name of a chat has a stand-in for one. */
function senderView(
  world: World,
  { chatId, businessConnectionId }: ConversationRecord,
  stored: StoredMessage,
): Partial<Message> {
  const { senderId, senderChatId } = stored;
  if (businessConnectionId !== undefined)
    return businessSender(world, businessConnectionId, senderId);
  const sender = senderChatId === undefined ? undefined : world.state.groups.get(senderChatId);
  if (sender === undefined) {
    const from = userOf(world, senderId);
    return from === undefined ? {} : { from };
  }
  const sender_chat = groupChat(sender);
  if (sender.id !== chatId) {
    const isForwarded = stored.content.is_automatic_forward === true;
    return { from: isForwarded ? SERVICE_USER : CHANNEL_USER, sender_chat };
  }
  return sender.type === "channel" ? { sender_chat } : { from: ANONYMOUS_USER, sender_chat };
}

/** A message that one person sees. It has no number among those of the chat. */
export function ephemeralView(
  world: World,
  conversation: ConversationRecord,
  { id, date, senderId, receiverId, content, markup }: EphemeralMessage,
): Message {
  const [from, receiver_user] = [userOf(world, senderId), userOf(world, receiverId)];
  return {
    message_id: 0,
    ephemeral_message_id: id,
    ...(from === undefined ? {} : { from }),
    ...(receiver_user === undefined ? {} : { receiver_user }),
    chat: chatView(world, conversation),
    date,
    ...content,
    ...(isInlineKeyboard(markup) ? { reply_markup: markup } : {}),
  };
}

/** What the bot says there stands in the name of the person that it answers for. */
function businessSender(world: World, connectionId: string, senderId: number): Partial<Message> {
  const connection = world.state.businessConnections.get(connectionId);
  const isBot = senderId === connection?.botId;
  const from = userOf(world, isBot ? connection.personId : senderId);
  return {
    business_connection_id: connectionId,
    ...(from === undefined ? {} : { from }),
    ...(isBot ? { sender_business_bot: userOf(world, senderId)! } : {}),
  };
}

function body({ quote, albumId, content, markup }: StoredMessage): Partial<Message> {
  return {
    ...(quote === undefined ? {} : { quote }),
    ...(albumId === undefined ? {} : { media_group_id: albumId }),
    ...content,
    ...(isInlineKeyboard(markup) ? { reply_markup: markup } : {}),
  };
}
