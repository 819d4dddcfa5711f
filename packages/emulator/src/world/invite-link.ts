import type { ChatInviteLink, User } from "@hookgram/bot-api";

/** A link that lets people into a chat. */
export interface InviteLinkRecord {
  readonly link: string;
  readonly creatorId: number;
  /** Each administrator has one primary link; it has no name and no limits. */
  readonly isPrimary: boolean;
  isRevoked: boolean;
  createsJoinRequest: boolean;
  name?: string;
  /** Unix time. */
  expireDate?: number;
  memberLimit?: number;
  /** Seconds, and Stars for that time. */
  readonly subscription?: { readonly period: number; readonly price: number };
  /** How many came in by it. */
  joinCount: number;
  /** How many wait to be let in by it. */
  pendingCount: number;
}

/** A link as the Bot API shows it. */
export function inviteLinkView(record: InviteLinkRecord, creator: User): ChatInviteLink {
  const { link, isPrimary, isRevoked, createsJoinRequest, subscription } = record;
  const { name, expireDate, memberLimit, pendingCount } = record;
  return {
    invite_link: link,
    ...(name === undefined ? {} : { name }),
    creator,
    ...(expireDate === undefined ? {} : { expire_date: expireDate }),
    ...(memberLimit === undefined ? {} : { member_limit: memberLimit }),
    ...(pendingCount === 0 ? {} : { pending_join_request_count: pendingCount }),
    creates_join_request: createsJoinRequest,
    is_primary: isPrimary,
    is_revoked: isRevoked,
    ...(subscription === undefined
      ? {}
      : { subscription_period: subscription.period, subscription_price: subscription.price }),
  };
}

/** Why a link lets nobody in at `nowS`; undefined when it does. */
export function whyUnusable(record: InviteLinkRecord, nowS: number): string | undefined {
  const { isRevoked, expireDate = 0, memberLimit = 0, joinCount } = record;
  if (isRevoked) return "the invite link was revoked";
  if (expireDate > 0 && expireDate <= nowS) return "the invite link has expired";
  if (memberLimit > 0 && joinCount >= memberLimit) return "the invite link was used up";
  return undefined;
}
