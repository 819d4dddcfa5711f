import type { ConversationRecord } from "../conversation.ts";
import { isPrivate } from "../conversation.ts";
import { requireBot, requireGroup, requirePerson } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import { hasPermission, isInside } from "../member.ts";
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
}

/**
 * The conversation that is meant: the group `chat`, or the private chat of `person` and `bot`. A
 * positive `chat` is a person's private chat, as in the Bot API.
 * @throws {EmulatorError} when there is no such place.
 */
export function conversationAt(world: World, where: Where): ConversationRecord {
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
    if (conversation.chatId !== where.person) {
      throw new EmulatorError("bad-request", `chat ${conversation.chatId} is another person's`);
    }
    if (!conversation.isBlocked) return conversation;
    const name = world.state.bots.get(conversation.botId)!.username;
    throw new EmulatorError(
      "conflict",
      `person ${where.person} has blocked @${name}: unblock first`,
    );
  }
  const group = requireGroup(world, conversation.chatId);
  const member = memberOf(world, group, where.person);
  if (!isInside(member)) {
    throw new EmulatorError("conflict", `person ${where.person} is not in group ${group.id}`);
  }
  if (!hasPermission(member, permission, group.permissions)) {
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
