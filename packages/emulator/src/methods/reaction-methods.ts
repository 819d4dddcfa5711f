import type { ReactionType } from "@hookgram/bot-api";
import { OBJECTS } from "@hookgram/bot-api/schema";
import { userOf } from "../world/directory.ts";
import { hasRight } from "../world/member.ts";
import { setReactions } from "../world/react.ts";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import { FieldFault, isObject, jsonParam, naming, requiredText } from "./json-fields.ts";
import type { ChatTarget } from "./chat-access.ts";
import { chatOf } from "./chat-access.ts";
import { messageOf } from "./message-access.ts";
import type { MethodCall, Params } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { readSenderChat } from "./sender-chat-param.ts";
import { readUserId } from "./user-id.ts";

/** Bots can set one reaction. @see https://core.telegram.org/bots/api#setmessagereaction */
const REACTIONS_MAX = 1;

/** What one can react with, as the documentation lists it. */
const EMOJI =
  OBJECTS["ReactionTypeEmoji"]?.fields?.find(({ name }) => name === "emoji")?.values ?? [];

/** The methods about reactions. */
export function reactionMethods(world: World): Handlers {
  return {
    setMessageReaction: (call) => react(world, call),
    deleteMessageReaction: (call) => removeReaction(world, call),
    deleteAllMessageReactions: (call) => removeAllReactions(world, call),
  };
}

/** An administrator takes somebody's reactions to one message away. */
function removeReaction(world: World, call: MethodCall): true {
  const named = readActor(call.params);
  const subject = "message to delete reactions";
  const { chat, message } = messageOf(world, call, "write", subject);
  const actorId = knownActor(world, named);
  requireDeleter(chat);
  setReactions(world, chat.conversation, message, { actorId, reactions: [] });
  return true;
}

/** The same for all messages of the chat. */
function removeAllReactions(world: World, call: MethodCall): true {
  const named = readActor(call.params);
  const chat = chatOf(world, call, "write");
  const actorId = knownActor(world, named);
  requireDeleter(chat);
  for (const message of chat.conversation.messages.values()) {
    if (message.reactions?.has(actorId) !== true) continue;
    setReactions(world, chat.conversation, message, { actorId, reactions: [] });
  }
  return true;
}

/** `user_id`, or else the text of `actor_chat_id`. */
function readActor(params: Params): number | string {
  const hasUser = (params.text("user_id") ?? "") !== "";
  return hasUser ? readUserId(params) : (params.text("actor_chat_id") ?? "");
}

function knownActor(world: World, named: number | string): number {
  if (typeof named === "string") return readSenderChat(world, named);
  if (userOf(world, named) === undefined) throw badRequest("user not found");
  return named;
}

function requireDeleter(chat: ChatTarget): void {
  if (chat.kind === "group" && hasRight(chat.self, "can_delete_messages")) return;
  throw badRequest("Not enough rights to delete reactions");
}

function react(world: World, call: MethodCall): true {
  const reactions = readReactions(call.params);
  const { chat, message } = messageOf(world, call, "read", "message to react");
  if (reactions.length > REACTIONS_MAX) throw badRequest("REACTIONS_TOO_MANY");
  setReactions(world, chat.conversation, message, { actorId: call.bot.id, reactions });
  return true;
}

function readReactions(params: Params): ReactionType[] {
  const value = jsonParam(params, "reaction", "reaction types");
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw badRequest("Expected an Array of ReactionType");
  const reactions = naming("Can't parse ReactionType", () => value.map(readReaction));
  const isUnknown = reactions.some(({ type, ...reaction }) => {
    return type === "emoji" && !EMOJI.includes((reaction as { emoji: string }).emoji);
  });
  if (isUnknown) throw badRequest("REACTION_INVALID");
  return reactions;
}

function readReaction(item: unknown): ReactionType {
  if (!isObject(item)) throw new FieldFault("expected an Object");
  const type = requiredText(item, "type");
  if (type === "emoji") {
    const emoji = requiredText(item, "emoji").replaceAll("\ufe0f", "");
    return { type, emoji } as ReactionType;
  }
  if (type !== "custom_emoji") throw new FieldFault("invalid reaction type specified");
  return { type, custom_emoji_id: requiredText(item, "custom_emoji_id") };
}
