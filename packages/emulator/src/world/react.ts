import type { Chat, ReactionCount, ReactionType, User } from "@hookgram/bot-api";
import type { ConversationRecord } from "./conversation.ts";
import { isPrivate } from "./conversation.ts";
import { userOf } from "./directory.ts";
import { groupChat } from "./group.ts";
import { isAdministrator } from "./member.ts";
import { memberOf } from "./membership.ts";
import { chatView } from "./message-view.ts";
import type { StoredMessage } from "./stored-message.ts";
import type { World } from "./world.ts";

/** Whose reactions are set, and to what. */
export interface Reacting {
  /** A user, or the chat in whose name somebody reacts. */
  readonly actorId: number;
  readonly reactions: readonly ReactionType[];
}

/**
 * Sets somebody's reactions to a message. Bots that are administrators of the group, and the bot of a
 * private chat, hear of what people do; the update comes only to those who asked for it.
 */
export function setReactions(
  world: World,
  conversation: ConversationRecord,
  message: StoredMessage,
  { actorId, reactions }: Reacting,
): void {
  message.reactions ??= new Map();
  const before = message.reactions.get(actorId) ?? [];
  if (reactions.length === 0) message.reactions.delete(actorId);
  else message.reactions.set(actorId, reactions);
  world.record({ type: "world", change: "reaction", id: conversation.chatId });
  if (world.state.bots.has(actorId)) return;
  if (isChannelPost(world, conversation)) return publishCounts(world, conversation, message);
  for (const botId of listeners(world, conversation)) {
    world.publish(botId, "message_reaction", {
      chat: chatView(world, conversation),
      message_id: message.id,
      ...actorView(world, actorId),
      date: world.nowS(),
      old_reaction: [...before],
      new_reaction: [...reactions],
    });
  }
}

function actorView(world: World, actorId: number): { user: User } | { actor_chat: Chat } {
  const group = world.state.groups.get(actorId);
  return group === undefined ? { user: userOf(world, actorId)! } : { actor_chat: groupChat(group) };
}

function isChannelPost(world: World, { chatId }: ConversationRecord): boolean {
  return world.state.groups.get(chatId)?.type === "channel";
}

/** Reactions in a channel are anonymous: bots hear how many there are of each. */
function publishCounts(
  world: World,
  conversation: ConversationRecord,
  message: StoredMessage,
): void {
  const counts = new Map<string, ReactionCount>();
  for (const type of [...(message.reactions ?? new Map()).values()].flat() as ReactionType[]) {
    const key = JSON.stringify(type);
    const total_count = (counts.get(key)?.total_count ?? 0) + 1;
    counts.set(key, { type, total_count });
  }
  const update = {
    chat: chatView(world, conversation),
    message_id: message.id,
    date: world.nowS(),
    reactions: [...counts.values()],
  };
  for (const botId of listeners(world, conversation)) {
    world.publish(botId, "message_reaction_count", update);
  }
}

function listeners(world: World, conversation: ConversationRecord): number[] {
  if (isPrivate(conversation)) return [conversation.botId];
  const group = world.state.groups.get(conversation.chatId)!;
  return [...world.state.bots.keys()].filter((id) => isAdministrator(memberOf(world, group, id)));
}
