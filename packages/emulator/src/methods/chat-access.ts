import type { BusinessConnectionRecord } from "../world/business.ts";
import type { ConversationRecord } from "../world/conversation.ts";
import { findByUsername } from "../world/directory.ts";
import type { GroupRecord } from "../world/group.ts";
import type { MemberRecord } from "../world/member.ts";
import { isAdministrator, isInside } from "../world/member.ts";
import { memberOf } from "../world/membership.ts";
import type { World } from "../world/world.ts";
import { conversationKey } from "../world/world-state.ts";
import { Refusal } from "./method.ts";
import type { MethodCall } from "./method.ts";
import { badRequest, forbidden } from "./refusals.ts";

/** What a method wants to do in a chat; each includes the ones before it. */
export type Access = "read" | "read-members" | "edit" | "write";

type PrivateConversation = ConversationRecord & { readonly botId: number };

/** A chat that a bot may use, with the bot's own standing in it when it is a group. */
export type ChatTarget =
  | {
      readonly kind: "private";
      readonly conversation: PrivateConversation;
    }
  | {
      readonly kind: "group";
      readonly conversation: ConversationRecord;
      readonly group: GroupRecord;
      readonly self: MemberRecord;
    };

/**
 * The chat that a parameter names, if the bot may use it that way.
 * @throws {Refusal} in the words of Telegram's server.
 */
export function chatOf(
  world: World,
  { bot, params }: MethodCall,
  access: Access,
  parameter = "chat_id",
): ChatTarget {
  const text = params.text(parameter) ?? "";
  if (text === "") throw badRequest(`${parameter} is empty`);
  if ((params.text("business_connection_id") ?? "") !== "" && parameter === "chat_id") {
    return businessTarget(world, { bot, params }, Number.parseInt(text, 10));
  }
  return chatByText(world, bot.id, text, access);
}

/** The same for an identifier or `@username` from elsewhere, for example from a scope. */
export function chatByText(world: World, botId: number, text: string, access: Access): ChatTarget {
  const id = text.startsWith("@") ? idByUsername(world, text) : Number.parseInt(text, 10);
  const group = world.state.groups.get(id);
  if (group !== undefined) return groupTarget(world, botId, notMigrated(group), access);
  if (world.state.bots.has(id)) return botTarget(access);
  if (!world.state.people.has(id)) throw badRequest("chat not found");
  return privateTarget(world, botId, id, access);
}

/**
 * The connection of `business_connection_id`.
 * @throws {Refusal} `business connection not found`
 */
export function businessConnection(
  world: World,
  { bot, params }: Pick<MethodCall, "bot" | "params">,
): BusinessConnectionRecord {
  const id = params.text("business_connection_id") ?? "";
  const connection = world.state.businessConnections.get(id);
  if (connection?.botId === bot.id) return connection;
  throw badRequest("business connection not found");
}

function businessTarget(
  world: World,
  call: Pick<MethodCall, "bot" | "params">,
  chatId: number,
): ChatTarget {
  const { id, isEnabled, rights } = businessConnection(world, call);
  if (!isEnabled || rights["can_reply"] !== true) throw badRequest("BUSINESS_PEER_USAGE_MISSING");
  const known = world.state.conversations.get(conversationKey(chatId, call.bot.id, id));
  if (known === undefined) throw badRequest("BUSINESS_PEER_INVALID");
  return { kind: "private", conversation: known as PrivateConversation };
}

/** What has become a supergroup says so, and under which identifier it goes on. */
function notMigrated(group: GroupRecord): GroupRecord {
  const { migratedToId: migrate_to_chat_id } = group;
  if (migrate_to_chat_id === undefined) return group;
  const text = "Bad Request: group chat was upgraded to a supergroup chat";
  throw new Refusal(400, text, { migrate_to_chat_id });
}

/** Only groups, channels and bots can be found by name. */
function idByUsername(world: World, name: string): number {
  const found = findByUsername(world, name);
  if (found === undefined || world.state.people.has(found.id)) throw badRequest("chat not found");
  return found.id;
}

function botTarget(access: Access): never {
  if (access === "write") throw forbidden("the bot can't send messages to the bot");
  throw badRequest("chat not found");
}

/** A bot can write to people only after they wrote to it, and only until they block it. */
function privateTarget(world: World, botId: number, personId: number, access: Access): ChatTarget {
  const known = world.conversation(personId, botId);
  const hasBegun = known !== undefined && known.lastMessageId > 0;
  if (!hasBegun) {
    if (!shareGroup(world, botId, personId)) throw badRequest("chat not found");
    if (access === "write" || access === "edit") {
      throw forbidden("bot can't initiate conversation with a user");
    }
  }
  const conversation = world.openConversation(personId, botId);
  if (conversation.isBlocked && (access === "write" || access === "edit")) {
    throw forbidden("bot was blocked by the user");
  }
  return { kind: "private", conversation: conversation as PrivateConversation };
}

function shareGroup(world: World, botId: number, personId: number): boolean {
  return [...world.state.groups.values()].some(
    (group) => group.members.has(personId) && isInside(memberOf(world, group, botId)),
  );
}

function groupTarget(world: World, botId: number, group: GroupRecord, access: Access): ChatTarget {
  const self = memberOf(world, group, botId);
  const wasEverInside = group.members.has(botId);
  const isPublic = group.username !== undefined;
  if (!wasEverInside && !isPublic) throw badRequest("chat not found");
  const name = `${group.type} chat`;
  if (!isInside(self) && isRefused(group, self, access)) {
    const reason = self.status === "kicked" ? "was kicked from" : "is not a member of";
    throw forbidden(`bot ${reason} the ${name}`);
  }
  const conversation = world.openConversation(group.id);
  if (group.type === "channel" && access === "write" && !isAdministrator(self)) {
    throw badRequest("need administrator rights in the channel chat");
  }
  return { kind: "group", conversation, group, self };
}

/** Somebody outside may still read a public supergroup, and what is left of a basic group. */
function isRefused(group: GroupRecord, self: MemberRecord, access: Access): boolean {
  const isEditing = access === "edit" || access === "write";
  if (group.type === "group") return isEditing || access === "read-members";
  return self.status === "kicked" || group.username === undefined || isEditing;
}

/**
 * The group that a parameter names.
 * @throws {Refusal} when the chat is private, with the text that the method has for that.
 */
export function groupOf(
  world: World,
  call: MethodCall,
  access: Access,
  privateRefusal: string,
): ChatTarget & { readonly kind: "group" } {
  const target = chatOf(world, call, access);
  if (target.kind === "group") return target;
  throw badRequest(privateRefusal);
}
