import { addDirectMessages } from "./direct-messages.ts";
import { claimUsername, requireBot, userOf } from "./directory.ts";
import { EmulatorError } from "./emulator-error.ts";
import type { GroupRecord } from "./group.ts";
import { createGroup, rightNames } from "./group.ts";
import type { MemberRecord } from "./member.ts";
import { completeRights } from "./member.ts";
import type { World } from "./world.ts";
import type { NewChat, NewMember } from "./world-file.ts";

/** Adds a group with its members. Nobody is told; that is for the act of creating one. */
export function addGroup(world: World, chat: NewChat): GroupRecord {
  const id = chat.id ?? freeGroupId(world, chat.type);
  if (world.state.groups.has(id)) {
    throw new EmulatorError("conflict", `there already is a chat with the id ${id}`);
  }
  checkId(id, chat.type);
  const members = membersOf(world, chat);
  const username = claimUsername(world, chat.username);
  const group = createGroup({ ...chat, id, username });
  for (const member of members) group.members.set(member.user, memberRecord(member, group.type));
  appointCreator(world, group);
  if (chat.linked_chat !== undefined) link(world, group, chat.linked_chat);
  world.state.groups.set(id, group);
  const directId = chat.direct_messages_chat;
  if (directId !== undefined) {
    checkId(directId, "supergroup");
    addDirectMessages(world, group, directId);
  }
  world.record({ type: "world", change: "chat-added", id });
  return group;
}

/** The default rights of somebody who is made an administrator without naming any. */
function defaultAdministratorRights(type: GroupRecord["type"]): Record<string, boolean> {
  return {
    ...completeRights(rightNames({ type }), undefined, true),
    can_promote_members: false,
    is_anonymous: false,
  };
}

/** A member's record from what a file or a request says. */
export function memberRecord(
  member: Omit<NewMember, "user">,
  type: GroupRecord["type"],
): MemberRecord {
  const { status = "member", rights, custom_title, until_date } = member;
  const given = status === "administrator" ? administratorRights(rights, type) : rights;
  return {
    status,
    ...(given === undefined ? {} : { rights: given }),
    ...(custom_title === undefined ? {} : { customTitle: custom_title }),
    ...(until_date === undefined ? {} : { untilDate: until_date }),
  };
}

/** Of named rights only those that such a chat has; the others are off. */
function administratorRights(
  rights: MemberRecord["rights"],
  type: GroupRecord["type"],
): Record<string, boolean> {
  if (rights === undefined) return defaultAdministratorRights(type);
  return completeRights(rightNames({ type }), rights, false);
}

function membersOf(world: World, chat: NewChat): NewMember[] {
  const bots = (chat.bots ?? []).map((bot) => ({ user: requireBot(world, bot).id }));
  const members = [...(chat.members ?? []), ...bots];
  for (const { user } of members) {
    if (userOf(world, user) === undefined) {
      throw new EmulatorError("not-found", `there is no user ${user} to be a member`);
    }
  }
  return members;
}

/** A group has an owner: the first person, when nobody is said to be. */
function appointCreator(world: World, group: GroupRecord): void {
  const members = [...group.members];
  if (members.some(([, { status }]) => status === "creator")) return;
  const first = members.find(
    ([id, { status }]) => status === "member" && world.state.people.has(id),
  );
  if (first !== undefined) group.members.set(first[0], { status: "creator" });
}

/** Makes a supergroup the discussion group of a channel. */
function link(world: World, channel: GroupRecord, discussionId: number): void {
  const discussion = world.state.groups.get(discussionId);
  if (channel.type !== "channel" || discussion?.type !== "supergroup") {
    throw new EmulatorError("bad-request", "linked_chat is for a channel and names a supergroup");
  }
  channel.linkedChatId = discussionId;
  discussion.linkedChatId = channel.id;
}

function checkId(id: number, type: GroupRecord["type"]): void {
  const isSupergroupId = String(id).startsWith("-100") && id < -1_000_000_000_000;
  if (isSupergroupId === (type !== "group")) return;
  const shape = type !== "group" ? "like -1001234567890" : "between -1 and -999999999999";
  throw new EmulatorError("bad-request", `the id of a ${type} must be ${shape}, not ${id}`);
}

function freeGroupId(world: World, type: GroupRecord["type"]): number {
  for (;;) {
    const number = world.next(type === "group" ? "group" : "supergroup");
    const id = type === "group" ? -number : Number(`-100${number}`);
    if (!world.state.groups.has(id)) return id;
  }
}
