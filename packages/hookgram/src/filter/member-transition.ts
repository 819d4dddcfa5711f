import type { ChatMember, ChatMemberUpdated } from "@hookgram/bot-api";
import type { FilterObject } from "./filter.ts";

/**
 * Where somebody stands in a chat: Telegram's statuses, with `restricted` taken apart into those who
 * are in the chat and those who have left it but stay restricted.
 * @see https://core.telegram.org/bots/api#chatmember
 */
export type MemberStatus =
  | Exclude<ChatMember["status"], "restricted">
  | "restricted_inside"
  | "restricted_outside";

/** The form of a member who has one of these statuses. */
type MemberWith<S extends MemberStatus> = Extract<
  ChatMember,
  { status: S extends `restricted_${string}` ? "restricted" : S }
>;

/** One status, or several of which any will do. */
type Statuses<S extends MemberStatus> = S | readonly S[];

/** A change from one of some statuses to one of others, as a filter of member updates. */
export interface MemberTransition<
  From extends MemberStatus = MemberStatus,
  To extends MemberStatus = MemberStatus,
> extends FilterObject<
  { readonly chatMember: ChatMemberUpdated },
  {
    readonly chatMember: {
      readonly old_chat_member: MemberWith<From>;
      readonly new_chat_member: MemberWith<To>;
    };
  }
> {
  readonly from: readonly From[];
  readonly to: readonly To[];
  /** The way back: `transition(A, B).reversed()` is `transition(B, A)`. */
  readonly reversed: () => MemberTransition<To, From>;
}

/** In the chat, in whichever role. */
export const INSIDE = ["creator", "administrator", "member", "restricted_inside"] as const;
/** Not in the chat: never was, left, or was thrown out. */
export const OUTSIDE = ["left", "kicked", "restricted_outside"] as const;
/** Everybody. */
export const ANY_STATUS: readonly MemberStatus[] = [...INSIDE, ...OUTSIDE];

/** All statuses but these: `otherThan("kicked")`. */
export function otherThan<S extends MemberStatus>(
  ...statuses: readonly [S, ...S[]]
): readonly Exclude<MemberStatus, S>[] {
  const unwanted: ReadonlySet<MemberStatus> = new Set(statuses);
  return ANY_STATUS.filter((status): status is Exclude<MemberStatus, S> => !unwanted.has(status));
}

/**
 * Matches member updates that lead from one of the first statuses to one of the second, for
 * `router.chatMember` (others) and `router.myChatMember` (the bot itself). Lists are joined as lists
 * are: `transition("left", [...INSIDE, "kicked"])`; transitions by `or` and `not`.
 *
 * Telegram sends `chat_member` only to bots that are administrators of the chat.
 */
export function transition<From extends MemberStatus, To extends MemberStatus>(
  from: Statuses<From>,
  to: Statuses<To>,
): MemberTransition<From, To> {
  const old = toList(from);
  const now = toList(to);
  return {
    label: `transition(${old.join("|")} → ${now.join("|")})`,
    from: old,
    to: now,
    reversed: () => transition(now, old),
    matches: ({ chatMember }) =>
      includes(old, chatMember.old_chat_member) && includes(now, chatMember.new_chat_member),
  };
}

/** Somebody has come into the chat. */
export const JOIN = named("JOIN", transition(OUTSIDE, INSIDE));
/** Somebody is not in the chat any more, by own will or not. */
export const LEAVE = named("LEAVE", transition(INSIDE, OUTSIDE));
/** Somebody was banned, from inside the chat or before ever being in it. */
export const KICKED = named("KICKED", transition(otherThan("kicked"), "kicked"));
/** A ban was lifted. */
export const UNBANNED = named("UNBANNED", transition("kicked", otherThan("kicked")));
/** Somebody became an administrator. */
export const PROMOTED = named(
  "PROMOTED",
  transition(otherThan("administrator", "creator"), "administrator"),
);
/** An administrator is none any more, but is still in the chat. */
export const DEMOTED = named(
  "DEMOTED",
  transition(["administrator", "creator"], ["member", "restricted_inside"]),
);
/** A member may do less than before. */
export const RESTRICTED = named(
  "RESTRICTED",
  transition(["creator", "administrator", "member"], "restricted_inside"),
);
/** A restricted member may do everything again. */
export const UNRESTRICTED = named("UNRESTRICTED", transition("restricted_inside", "member"));

/** Where a member stands. */
export function memberStatus(member: ChatMember): MemberStatus {
  if (member.status !== "restricted") return member.status;
  return member.is_member ? "restricted_inside" : "restricted_outside";
}

function named<From extends MemberStatus, To extends MemberStatus>(
  label: string,
  filter: MemberTransition<From, To>,
): MemberTransition<From, To> {
  return { ...filter, label };
}

function toList<S extends MemberStatus>(statuses: Statuses<S>): readonly S[] {
  return typeof statuses === "string" ? [statuses] : statuses;
}

function includes(list: readonly MemberStatus[], member: ChatMember): boolean {
  return list.includes(memberStatus(member));
}
