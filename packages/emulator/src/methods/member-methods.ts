import { userOf } from "../world/directory.ts";
import type { MemberRecord } from "../world/member.ts";
import { rightNames } from "../world/group.ts";
import { hasRight, isInside } from "../world/member.ts";
import type { GroupRight } from "../world/member.ts";
import { changeMember, memberOf } from "../world/membership.ts";
import type { World } from "../world/world.ts";
import type { ChatTarget } from "./chat-access.ts";
import { chatOf, groupOf } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import type { MethodCall } from "./method.ts";
import { readPermissions } from "./permissions.ts";
import { badRequest } from "./refusals.ts";
import { readSenderChat } from "./sender-chat-param.ts";
import { readUserId } from "./user-id.ts";

/** Restrictions shorter or longer than this are for ever. */
const UNTIL_MIN_S = 30;
const UNTIL_MAX_S = 366 * 86_400;
/** @see https://core.telegram.org/bots/api#setchatadministratorcustomtitle */
const CUSTOM_TITLE_MAX = 16;

/** Methods that change who is in a group and what they may do. */
export function memberMethods(world: World): Handlers {
  return {
    banChatMember: (call) => ban(world, call),
    kickChatMember: (call) => ban(world, call),
    unbanChatMember: (call) => unban(world, call),
    restrictChatMember: (call) => restrict(world, call),
    promoteChatMember: (call) => promote(world, call),
    setChatAdministratorCustomTitle: (call) => setCustomTitle(world, call),
    setChatMemberTag: (call) => setTag(world, call),
    banChatSenderChat: (call) => banSenderChat(world, call, true),
    unbanChatSenderChat: (call) => banSenderChat(world, call, false),
    leaveChat: (call) => leave(world, call),
    approveChatJoinRequest: (call) => answerJoinRequest(world, call, true),
    declineChatJoinRequest: (call) => answerJoinRequest(world, call, false),
  };
}

type GroupTarget = ChatTarget & { readonly kind: "group" };

function ban(world: World, call: MethodCall): true {
  const userId = readUserId(call.params);
  const target = groupOf(world, call, "write", "Can't ban members in private chats");
  checkMayRestrict(world, call, target, userId);
  const next: MemberRecord = { status: "kicked", untilDate: readUntilDate(world, call) };
  change(world, call, target, { userId, next });
  return true;
}

/** Also removes somebody who is not banned, unless that is excluded. */
function unban(world: World, call: MethodCall): true {
  const userId = readUserId(call.params);
  const target = supergroupOrChannel(world, call);
  const before = memberOf(world, target.group, userId);
  if (call.params.boolean("only_if_banned") && before.status !== "kicked") return true;
  if (before.status === "creator") throw badRequest("Can't remove chat owner");
  if (before.status === "left") return true;
  checkMayRestrict(world, call, target, userId);
  change(world, call, target, { userId, next: { status: "left" } });
  return true;
}

function restrict(world: World, call: MethodCall): true {
  const userId = readUserId(call.params);
  const permissions = readPermissions(call.params);
  const target = supergroup(world, call, "method is available only for supergroups");
  checkMayRestrict(world, call, target, userId);
  const before = memberOf(world, target.group, userId);
  const isFree = Object.values(permissions).every(Boolean);
  const next: MemberRecord = isFree
    ? { status: isInside(before) ? "member" : "left" }
    : {
        status: "restricted",
        rights: permissions,
        untilDate: readUntilDate(world, call),
        isMember: isInside(before),
      };
  change(world, call, target, { userId, next });
  return true;
}

function promote(world: World, call: MethodCall): true {
  const userId = readUserId(call.params);
  const target = supergroupOrChannel(world, call);
  const names = rightNames(target.group) as readonly GroupRight[];
  const given: Partial<Record<GroupRight, boolean>> = Object.fromEntries(
    names.map((right) => [right, isGiven(call, right)] as const),
  );
  const isPromotion = Object.values(given).some(Boolean);
  checkMayPromote(world, call, target, userId);
  const before = memberOf(world, target.group, userId);
  if (!isInside(before)) throw badRequest("USER_NOT_MUTUAL_CONTACT");
  // The administrators of a channel may restrict members unless it is said that they may not.
  const isImplied = target.group.type === "channel" && !call.params.has("can_restrict_members");
  if (isPromotion && isImplied) given.can_restrict_members = true;
  const lacking = names.find(
    (right) => given[right] === true && right !== "is_anonymous" && !hasRight(target.self, right),
  );
  if (lacking !== undefined) throw badRequest("RIGHT_FORBIDDEN");
  // Every administrator may manage the chat: the right stands for being one.
  const rights = { ...given, can_manage_chat: true };
  const next: MemberRecord = isPromotion
    ? { status: "administrator", rights, promotedBy: call.bot.id, ...titleOf(before) }
    : { status: "member" };
  change(world, call, target, { userId, next });
  return true;
}

function isGiven({ params }: MethodCall, right: GroupRight): boolean {
  const isOldName = right === "can_manage_video_chats" && params.boolean("can_manage_voice_chats");
  return isOldName || params.boolean(right);
}

function titleOf({ customTitle }: MemberRecord): { customTitle?: string } {
  return customTitle === undefined ? {} : { customTitle };
}

function setCustomTitle(world: World, call: MethodCall): true {
  const userId = readUserId(call.params);
  const only = "method is available only for groups and supergroups";
  const target = groupOf(world, call, "write", only);
  const before = memberOf(world, target.group, userId);
  if (before.status === "creator") throw badRequest("only the owner can edit their custom title");
  if (before.status !== "administrator") throw badRequest("user is not an administrator");
  if (before.promotedBy !== call.bot.id) {
    throw badRequest("not enough rights to change custom title of the user");
  }
  const customTitle = call.params.text("custom_title") ?? "";
  checkTitle(customTitle, "CUSTOM_TITLE");
  const { customTitle: _, ...rest } = before;
  target.group.members.set(userId, customTitle === "" ? rest : { ...rest, customTitle });
  world.record({ type: "world", change: "member-changed", id: target.group.id });
  return true;
}

function checkTitle(title: string, name: "CUSTOM_TITLE" | "TAG"): void {
  if (title.length > CUSTOM_TITLE_MAX) throw badRequest(`${name}_INVALID`);
  if (/\p{Extended_Pictographic}/u.test(title)) throw badRequest(`${name}_EMOJI_NOT_ALLOWED`);
}

/** A word beside the name of a plain member. */
function setTag(world: World, call: MethodCall): true {
  const userId = readUserId(call.params);
  const only = "method is available only for groups and supergroups";
  const { group, self } = groupOf(world, call, "write", only);
  if (group.type === "channel") throw badRequest(only);
  if (!hasRight(self, "can_manage_tags")) {
    throw badRequest("Not enough rights to manage tags");
  }
  const member = memberOf(world, group, userId);
  if (!isInside(member)) throw badRequest("PARTICIPANT_ID_INVALID");
  const tag = call.params.text("tag") ?? "";
  checkTitle(tag, "TAG");
  const { tag: _, ...rest } = member;
  group.members.set(userId, tag === "" ? rest : { ...rest, tag });
  world.record({ type: "world", change: "member-changed", id: group.id });
  return true;
}

/** Bans posts in the name of a channel, and so those of all channels of its owner. */
function banSenderChat(world: World, call: MethodCall, isBanned: boolean): true {
  const isOnlyChat = isBanned
    ? ["Can't ban members in private chats", "Can't ban chats in basic groups"]
    : [
        "Chat member status can't be changed in private chats",
        "Chats can't be members of basic groups",
      ];
  const target = groupOf(world, call, "write", isOnlyChat[0]!);
  const senderId = readSenderChat(world, call.params.text("sender_chat_id") ?? "");
  if (senderId > 0) return changeSender(world, call, target, { userId: senderId, isBanned });
  if (target.group.type === "group") throw badRequest(isOnlyChat[1]!);
  if (world.state.groups.get(senderId)?.type === "group") {
    throw badRequest("Can't restrict the chat");
  }
  if (!hasRight(target.self, "can_restrict_members")) {
    throw badRequest("Not enough rights to restrict/unrestrict chat member");
  }
  if (isBanned) target.group.bannedChats.set(senderId, true);
  else target.group.bannedChats.delete(senderId);
  world.record({ type: "world", change: "member-changed", id: target.group.id });
  return true;
}

/** A person's id is that of a member. */
function changeSender(
  world: World,
  call: MethodCall,
  target: GroupTarget,
  { userId, isBanned }: { readonly userId: number; readonly isBanned: boolean },
): true {
  checkMayRestrict(world, call, target, userId);
  const next: MemberRecord = isBanned ? { status: "kicked", untilDate: 0 } : { status: "left" };
  change(world, call, target, { userId, next });
  return true;
}

function leave(world: World, call: MethodCall): true {
  const chat = chatOf(world, call, "read");
  if (chat.kind === "private") throw badRequest("chat can't be left");
  if (chat.group.parentId !== undefined) {
    throw badRequest("Can't leave channel direct messages chats; leave the parent chat instead");
  }
  if (!isInside(chat.self)) return true;
  change(world, call, chat, { userId: call.bot.id, next: { status: "left" } });
  return true;
}

function answerJoinRequest(world: World, call: MethodCall, isApproved: boolean): true {
  const userId = readUserId(call.params);
  const target = groupOf(world, call, "write", "The chat can't have join requests");
  const { group, self } = target;
  if (!hasRight(self, "can_invite_users")) {
    throw badRequest("Not enough rights to manage chat join requests");
  }
  if (isInside(memberOf(world, group, userId))) throw badRequest("USER_ALREADY_PARTICIPANT");
  const request = group.joinRequests.get(userId);
  if (request === undefined) throw badRequest("HIDE_REQUESTER_MISSING");
  group.joinRequests.delete(userId);
  const { invite_link: inviteLink } = request;
  const link = group.inviteLinks.get(inviteLink?.invite_link ?? "");
  if (link !== undefined) link.pendingCount -= 1;
  if (!isApproved) return true;
  if (link !== undefined) link.joinCount += 1;
  const next: MemberRecord = { status: "member" };
  changeMember(world, group, {
    userId,
    next,
    actorId: userId,
    viaJoinRequest: true,
    ...(inviteLink === undefined ? {} : { inviteLink }),
  });
  return true;
}

function supergroupOrChannel(world: World, call: MethodCall): GroupTarget {
  const refusal = "method is available for supergroup and channel chats only";
  const target = groupOf(world, call, "write", refusal);
  if (target.group.type === "group") throw badRequest(refusal);
  return target;
}

function supergroup(world: World, call: MethodCall, refusal: string): GroupTarget {
  const target = groupOf(world, call, "write", refusal);
  if (target.group.type !== "supergroup") throw badRequest(refusal);
  return target;
}

function change(
  world: World,
  { bot }: MethodCall,
  { group }: GroupTarget,
  { userId, next }: { readonly userId: number; readonly next: MemberRecord },
): void {
  changeMember(world, group, { userId, next, actorId: bot.id });
}

function checkMayRestrict(
  world: World,
  { bot }: MethodCall,
  { group, self }: GroupTarget,
  userId: number,
): void {
  if (userOf(world, userId) === undefined) throw badRequest("PARTICIPANT_ID_INVALID");
  const member = memberOf(world, group, userId);
  if (member.status === "creator") throw badRequest("Can't remove chat owner");
  if (userId === bot.id) throw badRequest("Can't restrict self");
  if (group.parentId !== undefined) {
    throw badRequest(
      "Can't restrict members in the chat; users must be banned in the corresponding channel chat",
    );
  }
  if (!hasRight(self, "can_restrict_members")) {
    throw badRequest("Not enough rights to restrict/unrestrict chat member");
  }
  if (member.status === "administrator" && member.promotedBy !== bot.id) {
    throw badRequest("user is an administrator of the chat");
  }
}

function checkMayPromote(
  world: World,
  { bot }: MethodCall,
  { group, self }: GroupTarget,
  userId: number,
): void {
  if (userOf(world, userId) === undefined) throw badRequest("PARTICIPANT_ID_INVALID");
  const member = memberOf(world, group, userId);
  if (member.status === "creator") throw badRequest("Can't remove chat owner");
  if (group.parentId !== undefined) throw badRequest("Can't promote members in the chat");
  if (userId === bot.id) throw badRequest("Can't promote self");
  if (!hasRight(self, "can_promote_members")) throw badRequest("Not enough rights");
  if (member.status === "administrator" && member.promotedBy !== bot.id) {
    throw badRequest("CHAT_ADMIN_REQUIRED");
  }
}

/** 0 stands for ever. */
function readUntilDate(world: World, { params }: MethodCall): number {
  const untilDate = params.integer("until_date") ?? 0;
  const durationS = untilDate - world.nowS();
  return durationS < UNTIL_MIN_S || durationS > UNTIL_MAX_S ? 0 : untilDate;
}
