import type {
  Chat,
  ChatBoostSource,
  Message,
  Update,
  UpdateKind,
  UpdatePayload,
  User,
} from "@hookgram/bot-api";
import { type AnyKind, isEventField } from "../event/event-kind.ts";
import { type EventBody, eventBody } from "../event/event-update.ts";

/** Where an update comes from, as far as its kind says it. */
export interface Origin {
  readonly chat?: Chat | undefined;
  readonly user?: User | undefined;
  /** Only for messages in a topic; a thread of replies in an ordinary group is none. */
  readonly topicId?: number | undefined;
  readonly businessConnectionId?: string | undefined;
  /** The bot is no member of the chat, and the chat's id may be that of another chat, too. */
  readonly isGuest?: boolean;
}

/** Reads chat, user, topic and business connection of an update of this kind. */
export function originOf(kind: AnyKind, update: Update): Origin {
  if (isEventField(kind)) return ofEvent(eventBody(update, kind));
  // The table is exact by kind; indexing it by a union loses that.
  const read = ORIGINS[kind] as (payload: unknown) => Origin;
  return read(update[kind]);
}

const ORIGINS: { readonly [K in UpdateKind]: (payload: UpdatePayload<K>) => Origin } = {
  message: ofMessage,
  edited_message: ofMessage,
  channel_post: ofMessage,
  edited_channel_post: ofMessage,
  business_message: ofMessage,
  edited_business_message: ofMessage,
  guest_message: ofMessage,
  callback_query({ from, message }) {
    if (message === undefined) return { user: from };
    // A message that is too old to be accessible says its chat, but not its topic.
    return message.date === 0
      ? { chat: message.chat, user: from }
      : { ...ofMessage(message as Message), user: from };
  },
  inline_query: ofSender,
  chosen_inline_result: ofSender,
  shipping_query: ofSender,
  pre_checkout_query: ofSender,
  purchased_paid_media: ofSender,
  my_chat_member: ofSender,
  chat_member: ofSender,
  chat_join_request: ofSender,
  poll: () => ({}),
  poll_answer: ({ voter_chat, user }) => ({ chat: voter_chat, user }),
  message_reaction: ({ chat, user }) => ({ chat, user }),
  message_reaction_count: ({ chat }) => ({ chat }),
  chat_boost: ({ chat, boost }) => ({ chat, user: booster(boost.source) }),
  removed_chat_boost: ({ chat, source }) => ({ chat, user: booster(source) }),
  business_connection: ({ id, user }) => ({ user, businessConnectionId: id }),
  deleted_business_messages: ({ chat, business_connection_id }) => ({
    chat,
    businessConnectionId: business_connection_id,
  }),
  managed_bot: ({ user }) => ({ user }),
  subscription: ({ user }) => ({ user }),
  stopped_message_generation: ({ chat, message_thread_id }) => ({
    chat,
    topicId: message_thread_id,
  }),
};

function ofMessage(message: Message): Origin {
  return {
    chat: message.chat,
    user: message.from,
    topicId: message.is_topic_message ? message.message_thread_id : undefined,
    businessConnectionId: message.business_connection_id,
    isGuest: message.guest_query_id !== undefined,
  };
}

function ofEvent(event: EventBody): Origin {
  return {
    chat: event.chat,
    user: event.from,
    topicId: event.message_thread_id,
    businessConnectionId: event.business_connection_id,
    isGuest: event.is_guest === true,
  };
}

function ofSender(payload: { readonly chat?: Chat; readonly from: User }): Origin {
  return { chat: payload.chat, user: payload.from };
}

/** Who boosts; a gift or a giveaway was started by somebody else. */
function booster(source: ChatBoostSource): User | undefined {
  return source.source === "premium" ? source.user : undefined;
}
