import type { ConversationRecord } from "../conversation.ts";
import { isPrivate } from "../conversation.ts";
import { enterDirectMessages } from "../direct-messages.ts";
import { requireBot, requireGroup, requirePerson } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import { mayWriteTo } from "../managed-bot.ts";
import { hasPermission, hasRight, isInside } from "../member.ts";
import type { Permission } from "../member.ts";
import { memberOf } from "../membership.ts";
import type { StoredMessage } from "../stored-message.ts";
import type { World } from "../world.ts";
import type { BotReference } from "../world-file.ts";

/** How a request names a conversation. */
export interface Where {
  /** Who acts or looks; needed for a private chat. */
  readonly person?: number | undefined;
  readonly chat?: number | undefined;
  readonly bot?: BotReference | undefined;
  /** In the private chat of two people in which a bot answers for one of them. */
  readonly business_connection_id?: string | undefined;
}

/**
 * The conversation that is meant: the group `chat`, or the private chat of `person` and `bot`. A
 * positive `chat` is a person's private chat, as in the Bot API.
 * @throws {EmulatorError} when there is no such place.
 */
export function conversationAt(world: World, where: Where): ConversationRecord {
  if (where.business_connection_id !== undefined) return businessChat(world, where);
  if (where.chat !== undefined && where.chat < 0) {
    return world.openConversation(requireGroup(world, where.chat).id);
  }
  const personId = where.chat ?? where.person;
  if (personId === undefined) {
    throw new EmulatorError("bad-request", 'say where with "person" (and "bot") or with "chat"');
  }
  const bot = requireBot(world, where.bot);
  return world.openConversation(requirePerson(world, personId).id, bot.id);
}

/** `person` writes to the one whom the bot answers for, or as that one to `chat`. */
function businessChat(world: World, where: Where): ConversationRecord {
  const id = where.business_connection_id!;
  const connection = world.state.businessConnections.get(id);
  if (connection === undefined) {
    throw new EmulatorError("not-found", `there is no business connection ${id}`);
  }
  const customer = where.person === connection.personId ? where.chat : where.person;
  if (customer === undefined || customer === connection.personId) {
    throw new EmulatorError("bad-request", 'say with "chat" which person the chat is with');
  }
  return world.openConversation(requirePerson(world, customer).id, connection.botId, id);
}

/**
 * The same place for somebody who is about to write there.
 * @throws {EmulatorError} `conflict` when they may not.
 */
export function conversationToWrite(
  world: World,
  where: Where & { readonly person: number },
  permission: Permission = "can_send_messages",
): ConversationRecord {
  requirePerson(world, where.person);
  const conversation = conversationAt(world, where);
  if (isPrivate(conversation)) {
    if (conversation.businessConnectionId !== undefined) return conversation;
    if (conversation.chatId !== where.person) {
      throw new EmulatorError("bad-request", `chat ${conversation.chatId} is another person's`);
    }
    const bot = world.state.bots.get(conversation.botId)!;
    if (!mayWriteTo(bot, where.person)) {
      const text = `@${bot.username} is not open to person ${where.person}`;
      throw new EmulatorError("conflict", text);
    }
    if (!conversation.isBlocked) return conversation;
    const name = world.state.bots.get(conversation.botId)!.username;
    throw new EmulatorError(
      "conflict",
      `person ${where.person} has blocked @${name}: unblock first`,
    );
  }
  const group = requireGroup(world, conversation.chatId);
  if (group.parentId !== undefined) enterDirectMessages(world, group, where.person);
  const member = memberOf(world, group, where.person);
  if (!isInside(member)) {
    throw new EmulatorError("conflict", `person ${where.person} is not in group ${group.id}`);
  }
  const mayPost =
    group.type === "channel"
      ? permission === "can_react_to_messages" || hasRight(member, "can_post_messages")
      : hasPermission(member, permission, group.permissions);
  if (!mayPost) {
    throw new EmulatorError(
      "conflict",
      `person ${where.person} may not do that in group ${group.id}: no ${permission}`,
    );
  }
  return conversation;
}

/** @throws {EmulatorError} `not-found` */
export function requireMessage(conversation: ConversationRecord, id: number): StoredMessage {
  const message = conversation.messages.get(id);
  if (message === undefined) {
    throw new EmulatorError("not-found", `there is no message ${id} in that chat`);
  }
  return message;
}

/** A message to reply to, when one is named. */
export function replyTarget(
  conversation: ConversationRecord,
  id: number | undefined,
): { replyToId?: number } {
  return id === undefined ? {} : { replyToId: requireMessage(conversation, id).id };
}

/**
 * The topic that a person's message goes to: the named one, or that of the message replied to.
 * @throws {EmulatorError} when there is none, or it is closed for that person.
 */
export function threadTarget(
  world: World,
  conversation: ConversationRecord,
  { person, message_thread_id: named }: { person: number; message_thread_id?: number | undefined },
  replyToId?: number,
): { threadId?: number } {
  const group = world.state.groups.get(conversation.chatId);
  const repliedTo = conversation.messages.get(replyToId ?? 0)?.threadId;
  const threadId = named ?? repliedTo;
  if (group?.is_forum !== true) {
    if (named === undefined) return {};
    throw new EmulatorError("bad-request", `chat ${conversation.chatId} has no topics`);
  }
  const topic = threadId === undefined ? group.generalTopic : group.topics.get(threadId);
  if (topic === undefined) throw new EmulatorError("not-found", `there is no topic ${threadId}`);
  const mayManage = hasRight(memberOf(world, group, person), "can_manage_topics");
  if (topic.isClosed && !mayManage) {
    throw new EmulatorError("conflict", `the topic "${topic.name}" is closed`);
  }
  return threadId === undefined ? {} : { threadId };
}
