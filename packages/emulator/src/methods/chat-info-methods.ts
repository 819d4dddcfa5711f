import type { ChatFullInfo, ChatMember } from "@hookgram/bot-api";
import { chatPhotoView } from "../files/media-content.ts";
import { userOf } from "../world/directory.ts";
import { groupChat } from "../world/group.ts";
import { isAdministrator, memberView } from "../world/member.ts";
import { memberOf, membersInside } from "../world/membership.ts";
import { chatView, withoutReply } from "../world/message-view.ts";
import type { World } from "../world/world.ts";
import type { ChatTarget } from "./chat-access.ts";
import { chatOf } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { readUserId } from "./user-id.ts";

/** Methods that tell about chats and who is in them. */
export function chatInfoMethods(world: World): Handlers {
  return {
    getChat: (call) => getChat(world, call),
    getChatMember: (call) => getChatMember(world, call),
    getChatMemberCount: (call) => getChatMemberCount(world, call),
    getChatMembersCount: (call) => getChatMemberCount(world, call),
    getChatAdministrators: (call) => getChatAdministrators(world, call),
  };
}

function getChat(world: World, call: MethodCall): ChatFullInfo {
  const chat = chatOf(world, call, "read");
  const info = {
    ...(chat.kind === "private" ? personInfo(world, chat) : groupInfo(world, chat, call.bot.id)),
    ...pinned(world, chat),
    max_reaction_count: 11,
    accent_color_id: chat.conversation.chatId < 0 ? 0 : chat.conversation.chatId % 7,
  };
  return info as ChatFullInfo;
}

const GIFTS = [
  "unlimited_gifts",
  "limited_gifts",
  "unique_gifts",
  "premium_subscription",
  "gifts_from_channels",
];

function personInfo(world: World, { conversation }: ChatTarget): object {
  const chat = chatView(world, conversation);
  const person = world.state.people.get(chat.id)!;
  const { bio, birthdate, personalChatId, acceptedGiftTypes } = person;
  const photoId = person.photoIds?.at(-1) ?? person.publicPhotoId;
  const channel = world.state.groups.get(personalChatId ?? 0);
  return {
    ...chat,
    ...(chat.username === undefined ? {} : { active_usernames: [chat.username] }),
    ...(photoId === undefined ? {} : { photo: chatPhotoView(world, photoId) }),
    ...(birthdate === undefined ? {} : { birthdate }),
    ...(bio === undefined ? {} : { bio }),
    ...(channel === undefined ? {} : { personal_chat: groupChat(channel) }),
    accepted_gift_types: acceptedGiftTypes ?? Object.fromEntries(GIFTS.map((gift) => [gift, true])),
  };
}

function groupInfo(
  world: World,
  { group }: ChatTarget & { readonly kind: "group" },
  botId: number,
): object {
  const primary = [...group.inviteLinks.values()].find(
    ({ creatorId, isPrimary, isRevoked }) => creatorId === botId && isPrimary && !isRevoked,
  );
  return {
    ...groupChat(group),
    ...(group.parentId === undefined
      ? {}
      : { parent_chat: groupChat(world.state.groups.get(group.parentId)!) }),
    ...(group.username === undefined ? {} : { active_usernames: [group.username] }),
    ...(group.description === undefined ? {} : { description: group.description }),
    ...(primary === undefined ? {} : { invite_link: primary.link }),
    ...(group.type === "channel" ? {} : { permissions: group.permissions }),
    ...(group.photoId === undefined ? {} : { photo: chatPhotoView(world, group.photoId) }),
    ...(group.linkedChatId === undefined ? {} : { linked_chat_id: group.linkedChatId }),
    ...(group.stickerSetName === undefined ? {} : { sticker_set_name: group.stickerSetName }),
    accepted_gift_types: Object.fromEntries(GIFTS.map((gift) => [gift, false])),
  };
}

function pinned(world: World, { conversation }: ChatTarget): object {
  const message = conversation.messages.get(conversation.pinned.at(-1) ?? 0);
  if (message === undefined) return {};
  return { pinned_message: withoutReply(world, conversation, message) };
}

function getChatMember(world: World, call: MethodCall): ChatMember {
  const userId = readUserId(call.params);
  const chat = chatOf(world, call, userId === call.bot.id ? "read" : "read-members");
  const user = userOf(world, userId);
  if (chat.kind === "private") {
    const isHere = userId === chat.conversation.chatId || userId === call.bot.id;
    if (!isHere || user === undefined) throw badRequest("member not found");
    return memberView({ status: "member" }, user);
  }
  if (user === undefined) throw badRequest("PARTICIPANT_ID_INVALID");
  const member = memberOf(world, chat.group, userId);
  if (chat.group.type === "group" && !chat.group.members.has(userId)) {
    throw badRequest("member not found");
  }
  return memberView(member, user, call.bot.id);
}

function getChatMemberCount(world: World, call: MethodCall): number {
  const chat = chatOf(world, call, "read-members");
  return chat.kind === "private" ? 2 : membersInside(world, chat.group).length;
}

/** All administrators that are people, and of the bots only the caller, unless it asks for all. */
function getChatAdministrators(world: World, call: MethodCall): ChatMember[] {
  const chat = chatOf(world, call, "read-members");
  if (chat.kind === "private") {
    throw badRequest("there are no administrators in the private chat");
  }
  const withBots = call.params.boolean("return_bots");
  const isShown = (id: number): boolean =>
    withBots || id === call.bot.id || !world.state.bots.has(id);
  const shown = membersInside(world, chat.group).filter(
    ([id, member]) => isAdministrator(member) && isShown(id),
  );
  return shown.map(([id, member]) => memberView(member, userOf(world, id)!, call.bot.id));
}
