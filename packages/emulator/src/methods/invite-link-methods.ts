import type { ChatInviteLink } from "@hookgram/bot-api";
import { userOf } from "../world/directory.ts";
import type { GroupRecord } from "../world/group.ts";
import type { InviteLinkRecord } from "../world/invite-link.ts";
import { inviteLinkView } from "../world/invite-link.ts";
import { hasRight } from "../world/member.ts";
import type { World } from "../world/world.ts";
import type { ChatTarget } from "./chat-access.ts";
import { groupOf } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** @see https://core.telegram.org/bots/api#createchatinvitelink */
const NAME_MAX = 32;
const MEMBER_LIMIT_MAX = 99_999;
/** @see https://core.telegram.org/bots/api#createchatsubscriptioninvitelink */
const SUBSCRIPTION_PERIOD_S = 2_592_000;
const SUBSCRIPTION_PRICE_MAX = 10_000;

/** Methods about links that let people into a chat. */
export function inviteLinkMethods(world: World): Handlers {
  return {
    exportChatInviteLink: (call) => exportLink(world, call),
    createChatInviteLink: (call) => createLink(world, call),
    editChatInviteLink: (call) => editLink(world, call),
    createChatSubscriptionInviteLink: (call) => createSubscription(world, call),
    editChatSubscriptionInviteLink: (call) => editSubscription(world, call),
    revokeChatInviteLink: (call) => revokeLink(world, call),
  };
}

/** A new primary link of the bot; the one before it stops working. */
function exportLink(world: World, call: MethodCall): string {
  const { group } = chatWithLinks(world, call);
  for (const record of group.inviteLinks.values()) {
    if (record.creatorId === call.bot.id && record.isPrimary) record.isRevoked = true;
  }
  return addLink(world, call, group, { isPrimary: true }).link;
}

function createLink(world: World, call: MethodCall): ChatInviteLink {
  const { group } = chatWithLinks(world, call);
  const limits = readLimits(world, call);
  return view(world, addLink(world, call, group, { isPrimary: false, ...limits }));
}

function editLink(world: World, call: MethodCall): ChatInviteLink {
  const { group } = chatWithLinks(world, call);
  const limits = readLimits(world, call);
  const record = ownLink(call, group);
  if (record.isPrimary || record.isRevoked) throw badRequest("INVITE_HASH_EXPIRED");
  delete record.name;
  delete record.expireDate;
  delete record.memberLimit;
  Object.assign(record, limits);
  return changed(world, group, record);
}

function createSubscription(world: World, call: MethodCall): ChatInviteLink {
  const { group } = chatWithLinks(world, call);
  if (group.type !== "channel") throw badRequest("CHAT_INVALID");
  const period = call.params.integer("subscription_period") ?? 0;
  const price = call.params.integer("subscription_price") ?? 0;
  if (period !== SUBSCRIPTION_PERIOD_S) throw badRequest("SUBSCRIPTION_PERIOD_INVALID");
  if (price < 1 || price > SUBSCRIPTION_PRICE_MAX) {
    throw badRequest("SUBSCRIPTION_AMOUNT_INVALID");
  }
  const subscription = { period, price };
  const record = addLink(world, call, group, { isPrimary: false, subscription, ...readName(call) });
  return view(world, record);
}

/** Of a subscription link only the name can change. */
function editSubscription(world: World, call: MethodCall): ChatInviteLink {
  const { group } = chatWithLinks(world, call);
  const record = ownLink(call, group);
  if (record.subscription === undefined) throw badRequest("INVITE_HASH_INVALID");
  delete record.name;
  Object.assign(record, readName(call));
  return changed(world, group, record);
}

/** A primary link that is revoked is replaced at once. */
function revokeLink(world: World, call: MethodCall): ChatInviteLink {
  const { group } = chatWithLinks(world, call);
  const record = ownLink(call, group);
  if (record.isPrimary && !record.isRevoked) addLink(world, call, group, { isPrimary: true });
  record.isRevoked = true;
  return changed(world, group, record);
}

function chatWithLinks(world: World, call: MethodCall): ChatTarget & { readonly kind: "group" } {
  const target = groupOf(world, call, "write", "Can't invite members to a private chat");
  if (hasRight(target.self, "can_invite_users")) return target;
  throw badRequest("Not enough rights to manage chat invite link");
}

type Limits = Pick<InviteLinkRecord, "name" | "expireDate" | "memberLimit"> & {
  createsJoinRequest: boolean;
};

function readLimits(world: World, call: MethodCall): Limits {
  const { params } = call;
  const expireDate = params.integer("expire_date") ?? 0;
  const memberLimit = params.integer("member_limit") ?? 0;
  const createsJoinRequest = params.boolean("creates_join_request");
  if (memberLimit < 0 || memberLimit > MEMBER_LIMIT_MAX) throw badRequest("USAGE_LIMIT_INVALID");
  if (createsJoinRequest && memberLimit > 0) {
    throw badRequest("Member limit can't be specified for links requiring administrator approval");
  }
  if (expireDate !== 0 && expireDate <= world.nowS()) throw badRequest("EXPIRE_DATE_INVALID");
  return {
    createsJoinRequest,
    ...readName(call),
    ...(expireDate === 0 ? {} : { expireDate }),
    ...(memberLimit === 0 ? {} : { memberLimit }),
  };
}

function readName({ params }: MethodCall): { name?: string } {
  const name = (params.text("name") ?? "").trim().slice(0, NAME_MAX);
  return name === "" ? {} : { name };
}

function ownLink({ params, bot }: MethodCall, group: GroupRecord): InviteLinkRecord {
  const link = params.text("invite_link") ?? "";
  const record = group.inviteLinks.get(link);
  if (record === undefined) throw badRequest("INVITE_HASH_EXPIRED");
  if (record.creatorId !== bot.id) throw badRequest("CHAT_ADMIN_INVITE_REQUIRED");
  return record;
}

function addLink(
  world: World,
  { bot }: MethodCall,
  group: GroupRecord,
  given: Partial<InviteLinkRecord> & Pick<InviteLinkRecord, "isPrimary">,
): InviteLinkRecord {
  const number = String(world.next("inviteLink")).padStart(16, "0");
  const record: InviteLinkRecord = {
    link: `https://t.me/+${number}`,
    creatorId: bot.id,
    isRevoked: false,
    createsJoinRequest: false,
    joinCount: 0,
    pendingCount: 0,
    ...given,
  };
  group.inviteLinks.set(record.link, record);
  world.record({ type: "world", change: "chat-changed", id: group.id });
  return record;
}

function changed(world: World, group: GroupRecord, record: InviteLinkRecord): ChatInviteLink {
  world.record({ type: "world", change: "chat-changed", id: group.id });
  return view(world, record);
}

function view(world: World, record: InviteLinkRecord): ChatInviteLink {
  return inviteLinkView(record, userOf(world, record.creatorId)!);
}
