import { audience } from "./audience.ts";
import type { ConversationRecord } from "./conversation.ts";
import { isPrivate } from "./conversation.ts";
import { SERVICE_USER } from "./directory.ts";
import { takeDraftAway } from "./draft.ts";
import { placeOf } from "./place-of.ts";
import { groupChat } from "./group.ts";
import { chatView, messageForPeople, messageView } from "./message-view.ts";
import type { MessageContent, ReplyMarkup, StoredMessage } from "./stored-message.ts";
import { isInlineKeyboard, isService } from "./stored-message.ts";
import type { World } from "./world.ts";

/** A message that somebody sends, or an event that somebody causes. */
export interface NewMessage extends Partial<
  Pick<
    StoredMessage,
    | "replyToId"
    | "quote"
    | "forwardOrigin"
    | "albumId"
    | "threadId"
    | "directTopicId"
    | "senderChatId"
    | "invoice"
    | "isSilent"
    | "pollRules"
  >
> {
  readonly senderId: number;
  readonly content: MessageContent;
  readonly markup?: ReplyMarkup | undefined;
}

/** Puts a message into a conversation, tells the bots that may see it, and writes the journal. */
export function postMessage(
  world: World,
  conversation: ConversationRecord,
  { markup, ...message }: NewMessage,
): StoredMessage {
  conversation.lastMessageId += 1;
  const stored: StoredMessage = {
    id: conversation.lastMessageId,
    date: world.nowS(),
    ...(isChannel(world, conversation) ? { senderChatId: conversation.chatId } : {}),
    ...message,
    ...(markup === undefined ? {} : { markup }),
    revision: world.next("revision"),
  };
  conversation.messages.set(stored.id, stored);
  if (stored.content.suggested_post_info !== undefined) declineReplaced(conversation, stored);
  noteSender(world, conversation, stored);
  publishMessage(world, conversation, stored, "message");
  if (stored.senderId === conversation.botId) takeDraftAway(world, conversation);
  world.record({
    type: "message",
    ...placeOf(conversation),
    by: world.state.bots.has(stored.senderId) ? "bot" : "person",
    message: messageForPeople(world, conversation, stored),
  });
  forwardToDiscussion(world, conversation, stored);
  return stored;
}

/** A suggested post that replies to another one takes its place. */
function declineReplaced({ messages }: ConversationRecord, { replyToId = 0 }: StoredMessage): void {
  const replaced = messages.get(replyToId);
  const info = replaced?.content.suggested_post_info;
  if (replaced === undefined || info?.state !== "pending") return;
  const declined = { ...info, state: "declined" } as const;
  replaced.content = { ...replaced.content, suggested_post_info: declined };
}

function isChannel(world: World, { chatId }: ConversationRecord): boolean {
  return world.state.groups.get(chatId)?.type === "channel";
}

/** What a channel posts also appears in its discussion group, where it is pinned. */
function forwardToDiscussion(
  world: World,
  conversation: ConversationRecord,
  { id, date, content, albumId }: StoredMessage,
): void {
  const channel = world.state.groups.get(conversation.chatId);
  const isPosted = channel?.type === "channel" && !isService(content);
  if (!isPosted || channel.linkedChatId === undefined) return;
  const discussion = world.openConversation(channel.linkedChatId);
  const chat = groupChat(channel);
  const copy = postMessage(world, discussion, {
    senderId: SERVICE_USER.id,
    senderChatId: channel.id,
    content: { ...content, is_automatic_forward: true },
    forwardOrigin: { type: "channel", chat, message_id: id, date },
    ...(albumId === undefined ? {} : { albumId }),
  });
  discussion.pinned.push(copy.id);
}

/** What an edit changes; what is left out stays. */
export interface MessageEdit {
  readonly byId: number;
  readonly content?: MessageContent;
  /** `null` takes the keyboard away. */
  readonly markup?: ReplyMarkup | null;
  /** False for changes that do not count as an edit, such as new results of a poll. */
  readonly isVisible?: boolean;
}

/** Changes a message in its place, tells the bots that may see it, and writes the journal. */
export function editMessage(
  world: World,
  conversation: ConversationRecord,
  stored: StoredMessage,
  edit: MessageEdit,
): void {
  if (edit.content !== undefined) stored.content = edit.content;
  if (edit.markup === null) delete stored.markup;
  else if (edit.markup !== undefined) stored.markup = edit.markup;
  stored.revision = world.next("revision");
  if (edit.isVisible !== false) {
    stored.editDate = world.nowS();
    publishMessage(world, conversation, stored, "edited_message");
  }
  world.record({
    type: "message-edited",
    ...placeOf(conversation),
    by: world.state.bots.has(edit.byId) ? "bot" : "person",
    message: messageForPeople(world, conversation, stored),
  });
}

/** Removes messages for everyone. Bots are not told, except those that answer for a person. */
export function removeMessages(
  world: World,
  conversation: ConversationRecord,
  ids: readonly number[],
): void {
  for (const id of ids) conversation.messages.delete(id);
  conversation.pinned = conversation.pinned.filter((id) => !ids.includes(id));
  for (const [personId, { messageId }] of conversation.keyboards) {
    if (ids.includes(messageId)) conversation.keyboards.delete(personId);
  }
  const { businessConnectionId: business_connection_id, botId } = conversation;
  if (business_connection_id !== undefined && botId !== undefined) {
    const chat = chatView(world, conversation);
    const deleted = { business_connection_id, chat, message_ids: [...ids] };
    world.publish(botId, "deleted_business_messages", deleted);
  }
  world.record({ type: "message-deleted", ...placeOf(conversation), message_ids: ids });
}

function publishMessage(
  world: World,
  conversation: ConversationRecord,
  stored: StoredMessage,
  kind: "message" | "edited_message",
): void {
  const botIds = audience(world, conversation, stored);
  if (botIds.length === 0) return;
  const view = messageView(world, conversation, stored);
  const shown = KINDS[kind][placeKind(world, conversation)];
  for (const botId of botIds) world.publish(botId, shown, view);
}

type PlaceKind = "chat" | "channel" | "business";

/** How updates about messages are called where. */
const KINDS = {
  message: { chat: "message", channel: "channel_post", business: "business_message" },
  edited_message: {
    chat: "edited_message",
    channel: "edited_channel_post",
    business: "edited_business_message",
  },
} as const;

function placeKind(world: World, conversation: ConversationRecord): PlaceKind {
  if (conversation.businessConnectionId !== undefined) return "business";
  return isChannel(world, conversation) ? "channel" : "chat";
}

/** A person's act begins a new wait; a bot's message may bring a keyboard. */
function noteSender(world: World, conversation: ConversationRecord, stored: StoredMessage): void {
  if (!world.state.bots.has(stored.senderId)) {
    conversation.actRevision = stored.revision;
    return;
  }
  conversation.lastBotId = stored.senderId;
  if (stored.markup !== undefined && !isInlineKeyboard(stored.markup)) {
    showKeyboard(world, conversation, stored, stored.markup);
  }
}

function showKeyboard(
  world: World,
  conversation: ConversationRecord,
  stored: StoredMessage,
  markup: ReplyMarkup,
): void {
  for (const personId of keyboardViewers(world, conversation, stored, markup)) {
    if ("remove_keyboard" in markup) conversation.keyboards.delete(personId);
    else conversation.keyboards.set(personId, { messageId: stored.id, markup });
  }
}

/**
 * Whose app shows a reply keyboard. A `selective` one in a group is for those who are mentioned in
 * the text and for the sender of the message that it replies to.
 */
function keyboardViewers(
  world: World,
  conversation: ConversationRecord,
  stored: StoredMessage,
  markup: ReplyMarkup,
): number[] {
  if (isPrivate(conversation)) return [conversation.chatId];
  const group = world.state.groups.get(conversation.chatId)!;
  const people = [...group.members.keys()].filter((id) => world.state.people.has(id));
  if (!("selective" in markup) || markup.selective !== true) return people;
  const { text = "", entities = [] } = stored.content;
  const repliedTo = conversation.messages.get(stored.replyToId ?? 0)?.senderId;
  return people.filter((id) => {
    const at = `@${world.state.people.get(id)!.username ?? ""}`.toLowerCase();
    const isMentioned = entities.some(
      ({ type, offset, length, user }) =>
        (type === "text_mention" && user?.id === id) ||
        (type === "mention" && text.slice(offset, offset + length).toLowerCase() === at),
    );
    return isMentioned || id === repliedTo;
  });
}
