import type { ChatInviteLink, ChatMemberUpdated } from "@hookgram/bot-api";
import type { ConversationRecord } from "./conversation.ts";
import { followChannel } from "./direct-messages.ts";
import { userOf } from "./directory.ts";
import type { GroupRecord } from "./group.ts";
import { groupChat } from "./group.ts";
import type { MemberRecord } from "./member.ts";
import { isAdministrator, isInside, memberAt, memberView } from "./member.ts";
import { chatView } from "./message-view.ts";
import { postMessage } from "./post-message.ts";
import type { World } from "./world.ts";

/** A user's standing in a group, now. */
export function memberOf(world: World, group: GroupRecord, userId: number): MemberRecord {
  return memberAt(group.members.get(userId), world.nowS());
}

/** Everyone who is in a group now. */
export function membersInside(world: World, group: GroupRecord): [number, MemberRecord][] {
  const now = [...group.members.keys()].map((id): [number, MemberRecord] => [
    id,
    memberOf(world, group, id),
  ]);
  return now.filter(([, member]) => isInside(member));
}

/** One change of one user's standing. */
export interface MemberChange {
  readonly userId: number;
  readonly next: MemberRecord;
  /** Who did it; the user's own id for joining and leaving. */
  readonly actorId: number;
  readonly viaJoinRequest?: boolean;
  readonly inviteLink?: ChatInviteLink;
}

/**
 * Changes a user's standing in a group: tells the user, if it is a bot, with `my_chat_member`, and
 * administrators that are bots with `chat_member`; joining and leaving also leave a service message.
 */
export function changeMember(world: World, group: GroupRecord, change: MemberChange): void {
  const before = memberOf(world, group, change.userId);
  const wasInside = isInside(before);
  const willBeInside = isInside(change.next);
  group.members.set(change.userId, change.next);
  followChannel(world, group, change.userId);
  publishChange(world, group, change, before);
  world.record({ type: "world", change: "member-changed", id: group.id });
  if (wasInside === willBeInside || group.type === "channel") return;
  const user = userOf(world, change.userId)!;
  postMessage(world, world.openConversation(group.id), {
    senderId: change.actorId,
    content: willBeInside ? { new_chat_members: [user] } : { left_chat_member: user },
  });
}

function publishChange(
  world: World,
  group: GroupRecord,
  change: MemberChange,
  before: MemberRecord,
): void {
  const user = userOf(world, change.userId)!;
  const updateFor = (viewerId: number): ChatMemberUpdated => ({
    chat: groupChat(group),
    from: userOf(world, change.actorId)!,
    date: world.nowS(),
    old_chat_member: memberView(before, user, viewerId),
    new_chat_member: memberView(change.next, user, viewerId),
    ...(change.inviteLink === undefined ? {} : { invite_link: change.inviteLink }),
    ...(change.viaJoinRequest === true ? { via_join_request: true } : {}),
  });
  for (const botId of world.state.bots.keys()) {
    if (botId === change.userId) world.publish(botId, "my_chat_member", updateFor(botId));
    else if (isAdministrator(memberOf(world, group, botId))) {
      world.publish(botId, "chat_member", updateFor(botId));
    }
  }
}

/** A person blocks or unblocks the bot of a private chat; the bot hears of it. */
export function setBlocked(
  world: World,
  conversation: ConversationRecord & { readonly botId: number },
  isBlocked: boolean,
): void {
  if (conversation.isBlocked === isBlocked) return;
  conversation.isBlocked = isBlocked;
  const bot = userOf(world, conversation.botId)!;
  const member = memberView({ status: "member" }, bot);
  const kicked = memberView({ status: "kicked", untilDate: 0 }, bot);
  world.publish(conversation.botId, "my_chat_member", {
    chat: chatView(world, conversation),
    from: userOf(world, conversation.chatId)!,
    date: world.nowS(),
    old_chat_member: isBlocked ? member : kicked,
    new_chat_member: isBlocked ? kicked : member,
  });
  const change = isBlocked ? "bot-blocked" : "bot-unblocked";
  world.record({ type: "world", change, id: conversation.chatId });
}
