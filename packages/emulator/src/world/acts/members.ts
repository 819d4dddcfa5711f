import type { ChatInviteLink, ChatMember } from "@hookgram/bot-api";
import { addGroup, memberRecord } from "../add-group.ts";
import { requireBot, requireGroup, requirePerson, userOf } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import type { GroupRecord } from "../group.ts";
import { groupChat } from "../group.ts";
import type { InviteLinkRecord } from "../invite-link.ts";
import { inviteLinkView, whyUnusable } from "../invite-link.ts";
import { hasRight, isInside, memberView } from "../member.ts";
import type { MemberRecord } from "../member.ts";
import { changeMember, memberOf } from "../membership.ts";
import { postMessage } from "../post-message.ts";
import type { World } from "../world.ts";
import type { BotReference, NewChat, NewMember } from "../world-file.ts";

/**
 * A person creates a group. Its bots are told as on the real Telegram: `my_chat_member`, then the
 * message that the group exists or that they were added.
 */
export function createChat(world: World, chat: NewChat): GroupRecord {
  const group = addGroup(world, chat);
  const actorId = creatorOf(group) ?? [...group.members.keys()][0];
  if (actorId === undefined) return group;
  const bots = [...group.members].filter(([id]) => world.state.bots.has(id));
  for (const [id, member] of bots) {
    const bot = userOf(world, id)!;
    world.publish(id, "my_chat_member", {
      chat: groupChat(group),
      from: userOf(world, actorId)!,
      date: world.nowS(),
      old_chat_member: memberView({ status: "left" }, bot, id),
      new_chat_member: memberView(member, bot, id),
    });
  }
  if (group.type === "channel") return group;
  const content =
    group.type === "group"
      ? ({ group_chat_created: true } as const)
      : { new_chat_members: bots.map(([id]) => userOf(world, id)!) };
  if (group.type === "supergroup" && bots.length === 0) return group;
  postMessage(world, world.openConversation(group.id), { senderId: actorId, content });
  return group;
}

export interface Joining {
  readonly person: number;
  readonly chat?: number | undefined;
  readonly invite_link?: string | undefined;
}

/** A person joins a group or a channel; a link may only make a request of it. */
export function join(
  world: World,
  { person: personId, chat: chatId, invite_link: link }: Joining,
): { member: ChatMember; requested?: true } {
  requirePerson(world, personId);
  const { group, record } = groupToJoin(world, chatId, link);
  if (record?.createsJoinRequest === true) {
    requestToJoin(world, { person: personId, chat: group.id, record });
    return { member: viewOf(world, group, personId), requested: true };
  }
  const before = memberOf(world, group, personId);
  if (isInside(before)) {
    throw new EmulatorError("conflict", `person ${personId} is already in group ${group.id}`);
  }
  if (before.status === "kicked") {
    throw new EmulatorError("conflict", `person ${personId} is banned from group ${group.id}`);
  }
  const next: MemberRecord =
    before.status === "restricted" ? { ...before, isMember: true } : { status: "member" };
  if (record !== undefined) record.joinCount += 1;
  const inviteLink = record === undefined ? {} : { inviteLink: linkView(world, record) };
  changeMember(world, group, { userId: personId, next, actorId: personId, ...inviteLink });
  return { member: viewOf(world, group, personId) };
}

function groupToJoin(
  world: World,
  chatId: number | undefined,
  link: string | undefined,
): { group: GroupRecord; record?: InviteLinkRecord } {
  if ((chatId === undefined) === (link === undefined)) {
    throw new EmulatorError("bad-request", 'say where with either "chat" or "invite_link"');
  }
  if (link === undefined) return { group: requireGroup(world, chatId!) };
  for (const group of world.state.groups.values()) {
    const record = group.inviteLinks.get(link);
    if (record === undefined) continue;
    const reason = whyUnusable(record, world.nowS());
    if (reason !== undefined) throw new EmulatorError("conflict", reason);
    return { group, record };
  }
  throw new EmulatorError("not-found", `there is no invite link ${link}`);
}

function linkView(world: World, record: InviteLinkRecord): ChatInviteLink {
  return inviteLinkView(record, userOf(world, record.creatorId)!);
}

/** A person leaves a group. */
export function leave(world: World, personId: number, chatId: number): ChatMember {
  requirePerson(world, personId);
  const group = requireGroup(world, chatId);
  const before = memberOf(world, group, personId);
  if (!isInside(before)) {
    throw new EmulatorError("conflict", `person ${personId} is not in group ${chatId}`);
  }
  const next: MemberRecord =
    before.status === "restricted" ? { ...before, isMember: false } : { status: "left" };
  changeMember(world, group, { userId: personId, next, actorId: personId });
  return viewOf(world, group, personId);
}

export interface MemberSetting extends Omit<NewMember, "user"> {
  readonly chat: number;
  readonly person?: number | undefined;
  readonly bot?: BotReference | undefined;
  /** Who does it; the creator unless said otherwise. */
  readonly by?: number | undefined;
}

/** Somebody changes the standing of a person or a bot in a group. */
export function setMember(world: World, setting: MemberSetting): ChatMember {
  const group = requireGroup(world, setting.chat);
  if (setting.person !== undefined && setting.bot !== undefined) {
    throw new EmulatorError("bad-request", 'name either a "person" or a "bot"');
  }
  const userId =
    setting.person === undefined
      ? requireBot(world, setting.bot).id
      : requirePerson(world, setting.person).id;
  const actorId = setting.by ?? creatorOf(group) ?? userId;
  if (userOf(world, actorId) === undefined) {
    throw new EmulatorError("not-found", `there is no user ${actorId} to do that`);
  }
  changeMember(world, group, { userId, next: memberRecord(setting, group.type), actorId });
  return viewOf(world, group, userId);
}

export interface JoinRequest {
  readonly person: number;
  readonly chat: number;
  readonly bio?: string | undefined;
  /** The link that the person came by. */
  readonly record?: InviteLinkRecord;
}

/** A person asks to be let in; bots that may invite people hear of it. */
export function requestToJoin(
  world: World,
  { person: personId, chat: chatId, bio, record }: JoinRequest,
): void {
  requirePerson(world, personId);
  const group = requireGroup(world, chatId);
  if (isInside(memberOf(world, group, personId))) {
    throw new EmulatorError("conflict", `person ${personId} is already in group ${chatId}`);
  }
  if (record !== undefined) record.pendingCount += 1;
  const request = {
    chat: groupChat(group),
    from: userOf(world, personId)!,
    user_chat_id: personId,
    date: world.nowS(),
    ...(bio === undefined ? {} : { bio }),
    ...(record === undefined ? {} : { invite_link: linkView(world, record) }),
  };
  group.joinRequests.set(personId, request);
  world.record({ type: "world", change: "join-requested", id: group.id });
  for (const botId of world.state.bots.keys()) {
    const mayInvite = hasRight(memberOf(world, group, botId), "can_invite_users");
    if (mayInvite) world.publish(botId, "chat_join_request", request);
  }
}

/** A member as the Bot API shows one. */
export function viewOf(world: World, group: GroupRecord, userId: number): ChatMember {
  return memberView(memberOf(world, group, userId), userOf(world, userId)!);
}

function creatorOf(group: GroupRecord): number | undefined {
  return [...group.members].find(([, { status }]) => status === "creator")?.[0];
}
