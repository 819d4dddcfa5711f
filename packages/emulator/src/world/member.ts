import type { ChatMember, User } from "@hookgram/bot-api";

/** The rights of an administrator of a group, with their names in the Bot API. */
export const GROUP_RIGHTS = [
  "can_manage_chat",
  "can_change_info",
  "can_delete_messages",
  "can_invite_users",
  "can_restrict_members",
  "can_pin_messages",
  "can_manage_topics",
  "can_promote_members",
  "can_manage_video_chats",
  "can_post_stories",
  "can_edit_stories",
  "can_delete_stories",
  "can_manage_tags",
  "can_send_welcome_messages",
  "is_anonymous",
] as const;

/** What a member of a group may do, with the names of the Bot API. */
export const PERMISSIONS = [
  "can_send_messages",
  "can_send_audios",
  "can_send_documents",
  "can_send_photos",
  "can_send_videos",
  "can_send_video_notes",
  "can_send_voice_notes",
  "can_send_polls",
  "can_send_other_messages",
  "can_add_web_page_previews",
  "can_react_to_messages",
  "can_edit_tag",
  "can_change_info",
  "can_invite_users",
  "can_pin_messages",
  "can_manage_topics",
] as const;

/** The rights of an administrator of a channel. */
export const CHANNEL_RIGHTS = [
  "can_manage_chat",
  "can_change_info",
  "can_post_messages",
  "can_edit_messages",
  "can_delete_messages",
  "can_invite_users",
  "can_restrict_members",
  "can_promote_members",
  "can_manage_video_chats",
  "can_post_stories",
  "can_edit_stories",
  "can_delete_stories",
  "can_manage_direct_messages",
  "can_send_welcome_messages",
  "is_anonymous",
] as const;

export type GroupRight = (typeof GROUP_RIGHTS)[number] | (typeof CHANNEL_RIGHTS)[number];
export type Permission = (typeof PERMISSIONS)[number];
export type MemberStatus = ChatMember["status"];

/** One user's standing in one group. */
export interface MemberRecord {
  readonly status: MemberStatus;
  /**
   * Rights of an administrator, or permissions of a restricted member. Those of an administrator
   * of a channel are told by `can_post_messages` being among them.
   */
  readonly rights?: Readonly<Record<string, boolean>>;
  readonly customTitle?: string;
  /** What is shown beside a plain member's name. */
  readonly tag?: string;
  /** Unix time at which a restriction or a ban ends; 0 and undefined mean never. */
  readonly untilDate?: number;
  /** A restricted user may be outside of the group. */
  readonly isMember?: boolean;
  /** Who made the user an administrator; only they and the creator may change that again. */
  readonly promotedBy?: number;
}

/** The standing of a user who never was in the group. */
export const NEVER_MEMBER: MemberRecord = { status: "left" };

/** What a record means at `nowS`: ended restrictions and bans are over. */
export function memberAt(record: MemberRecord | undefined, nowS: number): MemberRecord {
  if (record === undefined) return NEVER_MEMBER;
  const { status, untilDate } = record;
  if (untilDate === undefined || untilDate === 0 || untilDate > nowS) return record;
  if (status === "kicked") return NEVER_MEMBER;
  if (status === "restricted")
    return record.isMember === false ? NEVER_MEMBER : { status: "member" };
  return record;
}

/** Whether the user is in the group. */
export function isInside(member: MemberRecord): boolean {
  if (member.status === "restricted") return member.isMember !== false;
  return member.status !== "left" && member.status !== "kicked";
}

export function isAdministrator(member: MemberRecord): boolean {
  return member.status === "creator" || member.status === "administrator";
}

/** Whether a member has a right of administrators. */
export function hasRight(member: MemberRecord, right: GroupRight): boolean {
  if (member.status === "creator")
    return right !== "is_anonymous" || member.rights?.[right] === true;
  return member.status === "administrator" && member.rights?.[right] === true;
}

/** Whether a member may do something, given what the group allows everyone. */
export function hasPermission(
  member: MemberRecord,
  permission: Permission,
  groupPermissions: Readonly<Record<string, boolean>>,
): boolean {
  if (isAdministrator(member)) return true;
  if (!isInside(member) || groupPermissions[permission] !== true) return false;
  return member.status !== "restricted" || member.rights?.[permission] === true;
}

/** All names in `names`, each with what `given` says about it or else `otherwise`. */
export function completeRights(
  names: readonly string[],
  given: Readonly<Record<string, boolean>> | undefined,
  otherwise: boolean,
): Record<string, boolean> {
  return Object.fromEntries(names.map((name) => [name, given?.[name] ?? otherwise]));
}

function administratorRights(rights: MemberRecord["rights"]): Record<string, boolean> {
  const isOfChannel = rights !== undefined && "can_post_messages" in rights;
  return completeRights(isOfChannel ? CHANNEL_RIGHTS : GROUP_RIGHTS, rights, false);
}

/** A member as the Bot API shows one to the bot `viewerId`. */
export function memberView(member: MemberRecord, user: User, viewerId?: number): ChatMember {
  return { user, ...statusView(member, viewerId) } as ChatMember;
}

function statusView(member: MemberRecord, viewerId: number | undefined): object {
  const { status, rights, customTitle, untilDate = 0, promotedBy } = member;
  const title = customTitle === undefined ? {} : { custom_title: customTitle };
  const tagView = member.tag === undefined ? {} : { tag: member.tag };
  switch (status) {
    case "creator":
      return { status, is_anonymous: rights?.["is_anonymous"] ?? false, ...title };
    case "administrator": {
      const can_be_edited = viewerId !== undefined && promotedBy === viewerId;
      return { status, can_be_edited, ...administratorRights(rights), ...title };
    }
    case "restricted": {
      const permissions = completeRights(PERMISSIONS, rights, false);
      const isMember = isInside(member);
      return { status, ...tagView, until_date: untilDate, ...permissions, is_member: isMember };
    }
    case "kicked":
      return { status, until_date: untilDate };
    case "member":
      return { status, ...tagView };
    case "left":
      return { status };
  }
}
