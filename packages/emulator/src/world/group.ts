import type { Chat, ChatJoinRequest } from "@hookgram/bot-api";
import type { MemberRecord } from "./member.ts";
import { PERMISSIONS, completeRights } from "./member.ts";

/** A group or supergroup. Channels will be a third type of the same record. */
export interface GroupRecord {
  readonly id: number;
  readonly type: "group" | "supergroup";
  title: string;
  /** Without `@`; only supergroups can have one. */
  username?: string;
  description?: string;
  is_forum?: boolean;
  /** What every member may do. */
  permissions: Readonly<Record<string, boolean>>;
  readonly members: Map<number, MemberRecord>;
  /** The primary invite link of each administrator who made one, by user id. */
  readonly inviteLinks: Map<number, string>;
  readonly joinRequests: Map<number, ChatJoinRequest>;
}

export interface NewGroup {
  readonly id: number;
  readonly type: GroupRecord["type"];
  readonly title: string;
  readonly username?: string | undefined;
  readonly description?: string | undefined;
  readonly is_forum?: boolean | undefined;
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
    permissions: defaultPermissions(),
    members: new Map(),
    inviteLinks: new Map(),
    joinRequests: new Map(),
  };
}

/** A group as the Bot API shows it in messages. */
export function groupChat(group: GroupRecord): Chat {
  return {
    id: group.id,
    title: group.title,
    ...(group.username === undefined ? {} : { username: group.username }),
    type: group.type,
    ...(group.is_forum === true ? { is_forum: true } : {}),
  };
}
