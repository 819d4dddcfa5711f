import type { Chat, ChatJoinRequest } from "@hookgram/bot-api";
import type { BoostRecord } from "./boost.ts";
import type { InviteLinkRecord } from "./invite-link.ts";
import type { MemberRecord } from "./member.ts";
import { CHANNEL_RIGHTS, GROUP_RIGHTS, PERMISSIONS, completeRights } from "./member.ts";
import type { GeneralTopic, TopicRecord } from "./topic.ts";

/** A group, a supergroup or a channel. */
export interface GroupRecord {
  readonly id: number;
  readonly type: "group" | "supergroup" | "channel";
  title: string;
  /** Without `@`; basic groups cannot have one. */
  username?: string;
  description?: string;
  is_forum?: boolean;
  /** What every member may do. */
  permissions: Readonly<Record<string, boolean>>;
  readonly members: Map<number, MemberRecord>;
  /** By the link itself, the oldest first. */
  readonly inviteLinks: Map<string, InviteLinkRecord>;
  readonly joinRequests: Map<number, ChatJoinRequest>;
  /** Topics of a forum beside the general one, by message thread. */
  readonly topics: Map<number, TopicRecord>;
  readonly generalTopic: GeneralTopic;
  /** `file_id` of the largest size of the chat's photo. */
  photoId?: string;
  stickerSetName?: string;
  /** Chats whose posts in their own name are banned here, by id. */
  readonly bannedChats: Map<number, true>;
  readonly boosts: Map<string, BoostRecord>;
  /** The supergroup that a basic group has become. */
  migratedToId?: number;
  /** The channel whose direct messages this chat is for. */
  parentId?: number;
  /** The chat for direct messages to this channel. */
  directMessagesId?: number;
  /** The discussion group of a channel, or the channel of a discussion group. */
  linkedChatId?: number;
}

export interface NewGroup {
  readonly id: number;
  readonly type: GroupRecord["type"];
  readonly title: string;
  readonly username?: string | undefined;
  readonly description?: string | undefined;
  readonly is_forum?: boolean | undefined;
  readonly permissions?: Readonly<Record<string, boolean>> | undefined;
}

/** What members of a new group may do: all but what Telegram leaves to administrators of a forum. */
export function defaultPermissions(): Record<string, boolean> {
  return completeRights(PERMISSIONS, undefined, true);
}

export function createGroup(group: NewGroup): GroupRecord {
  return {
    id: group.id,
    type: group.type,
    title: group.title,
    ...(group.username === undefined ? {} : { username: group.username }),
    ...(group.description === undefined ? {} : { description: group.description }),
    ...(group.is_forum === true ? { is_forum: true } : {}),
    permissions: { ...defaultPermissions(), ...group.permissions },
    members: new Map(),
    inviteLinks: new Map(),
    joinRequests: new Map(),
    topics: new Map(),
    generalTopic: { name: "General", isClosed: false, isHidden: false },
    bannedChats: new Map(),
    boosts: new Map(),
  };
}

/** The names of the rights that an administrator of such a chat can have. */
export function rightNames({ type }: Pick<GroupRecord, "type">): readonly string[] {
  return type === "channel" ? CHANNEL_RIGHTS : GROUP_RIGHTS;
}

/** A group as the Bot API shows it in messages. */
export function groupChat(group: GroupRecord): Chat {
  return {
    id: group.id,
    title: group.title,
    ...(group.username === undefined ? {} : { username: group.username }),
    type: group.type,
    ...(group.is_forum === true ? { is_forum: true } : {}),
    ...(group.parentId === undefined ? {} : { is_direct_messages: true }),
  };
}
