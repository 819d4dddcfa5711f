import type {
  ForceReply,
  InlineKeyboardMarkup,
  Message,
  MessageOrigin,
  ReactionType,
  ReplyKeyboardMarkup,
  ReplyKeyboardRemove,
  TextQuote,
} from "@hookgram/bot-api";

import type { InvoiceRecord } from "./payment.ts";

/** The fields of a `Message` that the conversation adds when it shows one. */
type EnvelopeField =
  | "message_id"
  | "date"
  | "edit_date"
  | "chat"
  | "from"
  | "forward_origin"
  | "reply_to_message"
  | "reply_markup"
  | "media_group_id"
  | "sender_chat"
  | "is_topic_message"
  | "message_thread_id"
  | "direct_messages_topic";

/** What a message says: text and entities, media and caption, a service event, and so on. */
export type MessageContent = Omit<Partial<Message>, EnvelopeField>;

/** Everything that a bot may pass as `reply_markup`. */
export type ReplyMarkup =
  | InlineKeyboardMarkup
  | ReplyKeyboardMarkup
  | ReplyKeyboardRemove
  | ForceReply;

/**
 * A message as the world keeps it. Users, the chat and the message replied to are kept by id and
 * shown as they are at the time of looking, as on the real Telegram.
 */
export interface StoredMessage {
  readonly id: number;
  /** Unix time. */
  readonly date: number;
  editDate?: number;
  readonly senderId: number;
  /** The chat in whose name the message stands. */
  readonly senderChatId?: number;
  content: MessageContent;
  readonly replyToId?: number;
  readonly quote?: TextQuote;
  readonly forwardOrigin?: MessageOrigin;
  /** The same on each part of an album. */
  readonly albumId?: string;
  readonly threadId?: number;
  /** The person whose topic of a channel's direct messages the message is in. */
  readonly directTopicId?: number;
  markup?: ReplyMarkup;
  /** People get it without a sound. */
  readonly isSilent?: boolean;
  /** Rises over the whole world with every new or edited message. */
  revision: number;
  /** Reactions by user, or by the chat in whose name somebody reacts. */
  reactions?: Map<number, readonly ReactionType[]>;
  /** What a person pays who pays the invoice of this message. */
  invoice?: InvoiceRecord;
  /** What the bot wants to hear when somebody buys the media of this message. */
  paidPayload?: string;
  gameShortName?: string;
  /** Points in the game of this message, by user. */
  scores?: Map<number, number>;
  readonly pollRules?: PollRules;
  /** Votes by user: positions of options. */
  votes?: Map<number, readonly number[]>;
}

/** What people may do and see of a poll, which bots are not shown. */
export interface PollRules {
  readonly canAddOptions: boolean;
  /** Until the poll is closed. */
  readonly hidesResults: boolean;
}

/** A message in a group that one person sees; it has no place in the order of the others. */
export interface EphemeralMessage {
  readonly id: number;
  /** Unix time. */
  readonly date: number;
  readonly senderId: number;
  readonly receiverId: number;
  readonly content: MessageContent;
  readonly markup?: ReplyMarkup;
}

const SERVICE_FIELDS: readonly (keyof MessageContent)[] = [
  "new_chat_members",
  "left_chat_member",
  "new_chat_title",
  "new_chat_photo",
  "delete_chat_photo",
  "pinned_message",
  "group_chat_created",
  "supergroup_chat_created",
  "channel_chat_created",
  "migrate_to_chat_id",
  "migrate_from_chat_id",
  "forum_topic_created",
  "forum_topic_edited",
  "forum_topic_closed",
  "forum_topic_reopened",
  "general_forum_topic_hidden",
  "general_forum_topic_unhidden",
  "successful_payment",
  "refunded_payment",
  "users_shared",
  "chat_shared",
  "web_app_data",
  "boost_added",
  "poll_option_added",
  "checklist_tasks_done",
  "checklist_tasks_added",
  "suggested_post_approved",
  "suggested_post_approval_failed",
  "suggested_post_declined",
  "suggested_post_paid",
  "suggested_post_refunded",
];

/** Whether a message tells of an event and was not written by anyone. */
export function isService(content: MessageContent): boolean {
  return SERVICE_FIELDS.some((field) => content[field] !== undefined);
}

export function isInlineKeyboard(markup: ReplyMarkup | undefined): markup is InlineKeyboardMarkup {
  return markup !== undefined && "inline_keyboard" in markup;
}
