import type { ConversationRecord } from "./conversation.ts";
import { EmulatorError } from "./emulator-error.ts";
import type { GroupRecord } from "./group.ts";
import { hasRight, isAdministrator } from "./member.ts";
import { memberOf } from "./membership.ts";
import type { World } from "./world.ts";

/** Who writes, and in whose name. */
export interface Author {
  readonly userId: number;
  /** A channel of the person's; left out, the person's own name or, if anonymous, the group's. */
  readonly asChat?: number | undefined;
}

/**
 * The chat in whose name somebody writes in a conversation, if any: an anonymous administrator in
 * that of the group, the owner of a channel in that of the channel, unless one of the owner's
 * channels is banned.
 * @throws {EmulatorError} when they may not.
 */
export function senderChatFor(
  world: World,
  { chatId }: ConversationRecord,
  { userId, asChat }: Author,
): number | undefined {
  const group = world.state.groups.get(chatId);
  if (group?.type !== "supergroup") {
    if (asChat === undefined) return undefined;
    throw new EmulatorError("bad-request", `nobody can write as a chat in chat ${chatId}`);
  }
  const isAnonymous = hasRight(memberOf(world, group, userId), "is_anonymous");
  if (asChat === undefined) return isAnonymous ? chatId : undefined;
  if (asChat === chatId ? !isAnonymous : !isOwnChannel(world, asChat, userId)) {
    throw new EmulatorError("conflict", `person ${userId} cannot write as chat ${asChat}`);
  }
  if (asChat !== chatId && isBannedOwner(world, group, userId)) {
    throw new EmulatorError(
      "conflict",
      `channels of person ${userId} are banned in chat ${chatId}`,
    );
  }
  return asChat;
}

function isOwnChannel(world: World, id: number, userId: number): boolean {
  const channel = world.state.groups.get(id);
  if (channel?.type !== "channel") return false;
  const member = memberOf(world, channel, userId);
  return isAdministrator(member) && hasRight(member, "can_post_messages");
}

/** A ban is for all channels of the owner. @see https://core.telegram.org/bots/api#banchatsenderchat */
function isBannedOwner(world: World, { bannedChats }: GroupRecord, userId: number): boolean {
  return [...bannedChats.keys()].some((id) => isOwnChannel(world, id, userId));
}
