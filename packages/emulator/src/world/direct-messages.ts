import { requireGroup } from "./directory.ts";
import { EmulatorError } from "./emulator-error.ts";
import type { GroupRecord } from "./group.ts";
import { createGroup } from "./group.ts";
import type { MemberRecord } from "./member.ts";
import { NEVER_MEMBER, hasRight, isAdministrator } from "./member.ts";
import type { World } from "./world.ts";

/**
 * Opens the chat in which people write to a channel. It is a supergroup whose administrators are
 * those of the channel that may answer there; every person who writes has a topic of their own.
 */
export function addDirectMessages(world: World, channel: GroupRecord, id: number): GroupRecord {
  if (channel.type !== "channel") {
    throw new EmulatorError("bad-request", "direct_messages_chat is for a channel");
  }
  if (world.state.groups.has(id)) {
    throw new EmulatorError("conflict", `there already is a chat with the id ${id}`);
  }
  const chat = createGroup({ id, type: "supergroup", title: channel.title });
  chat.parentId = channel.id;
  channel.directMessagesId = id;
  for (const [userId, member] of channel.members) {
    chat.members.set(userId, standingIn(chat, userId, member));
  }
  world.state.groups.set(id, chat);
  return chat;
}

/** Lets a new standing in a channel count in its direct messages too. */
export function followChannel(world: World, channel: GroupRecord, userId: number): void {
  const chat = world.state.groups.get(channel.directMessagesId ?? 0);
  if (chat === undefined) return;
  const member = channel.members.get(userId) ?? NEVER_MEMBER;
  chat.members.set(userId, standingIn(chat, userId, member));
}

/** People enter the direct messages of a channel by writing there. */
export function enterDirectMessages(world: World, chat: GroupRecord, personId: number): void {
  const channel = requireGroup(world, chat.parentId!);
  if (chat.members.get(personId)?.status === "kicked") {
    throw new EmulatorError("conflict", `person ${personId} is banned from channel ${channel.id}`);
  }
  const isKnown = chat.members.has(personId) && chat.members.get(personId)!.status !== "left";
  if (!isKnown) chat.members.set(personId, { status: "member" });
}

/** Who may answer in the name of the channel. */
export function answersDirectly(chat: GroupRecord, userId: number): boolean {
  const member = chat.members.get(userId);
  return chat.parentId !== undefined && member !== undefined && isAdministrator(member);
}

function standingIn(chat: GroupRecord, userId: number, member: MemberRecord): MemberRecord {
  if (member.status === "kicked") return member;
  if (hasRight(member, "can_manage_direct_messages")) return member;
  const hasWritten = chat.members.get(userId)?.status === "member";
  return { status: hasWritten ? "member" : "left" };
}
