import type { ReactionType } from "@hookgram/bot-api";
import type { ConversationRecord } from "./conversation.ts";
import { isPrivate } from "./conversation.ts";
import { userOf } from "./directory.ts";
import { isAdministrator } from "./member.ts";
import { memberOf } from "./membership.ts";
import { chatView } from "./message-view.ts";
import type { StoredMessage } from "./stored-message.ts";
import type { World } from "./world.ts";

/** Whose reactions are set, and to what. */
export interface Reacting {
  readonly userId: number;
  readonly reactions: readonly ReactionType[];
}

/**
 * Sets a user's reactions to a message. Bots that are administrators of the group, and the bot of a
 * private chat, hear of what people do; the update comes only to those who asked for it.
 */
export function setReactions(
  world: World,
  conversation: ConversationRecord,
  message: StoredMessage,
  { userId, reactions }: Reacting,
): void {
  message.reactions ??= new Map();
  const before = message.reactions.get(userId) ?? [];
  if (reactions.length === 0) message.reactions.delete(userId);
  else message.reactions.set(userId, reactions);
  world.record({ type: "world", change: "reaction", id: conversation.chatId });
  if (world.state.bots.has(userId)) return;
  for (const botId of listeners(world, conversation)) {
    world.publish(botId, "message_reaction", {
      chat: chatView(world, conversation),
      message_id: message.id,
      user: userOf(world, userId)!,
      date: world.nowS(),
      old_reaction: [...before],
      new_reaction: [...reactions],
    });
  }
}

function listeners(world: World, conversation: ConversationRecord): number[] {
  if (isPrivate(conversation)) return [conversation.botId];
  const group = world.state.groups.get(conversation.chatId)!;
  return [...world.state.bots.keys()].filter((id) => isAdministrator(memberOf(world, group, id)));
}
