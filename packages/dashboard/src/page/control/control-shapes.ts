import type {
  ForceReply,
  InlineKeyboardMarkup,
  Message,
  ReplyKeyboardMarkup,
  ReplyKeyboardRemove,
  User,
} from "@hookgram/bot-api";

/**
 * A message as a person sees it: `reply_markup` may also hold what only people see, such as a reply
 * keyboard.
 */
export type ChatMessage = Omit<Message, "reply_markup"> & {
  readonly reply_markup?:
    | InlineKeyboardMarkup
    | ReplyKeyboardMarkup
    | ReplyKeyboardRemove
    | ForceReply;
};

/** What shows instead of, or together with, the person's keyboard. */
export type PersonKeyboard = ReplyKeyboardMarkup | ForceReply;

/** Somebody who is or was in a group. */
export interface GroupMember {
  readonly status: "creator" | "administrator" | "member" | "restricted" | "left" | "kicked";
  readonly user: User;
}

/** A group or a channel with everybody who is or was in it. */
export interface Group {
  readonly id: number;
  readonly type: "group" | "supergroup" | "channel";
  readonly title: string;
  readonly members: readonly GroupMember[];
}

/** Somebody to play. */
export interface Person extends User {
  /** What a button that asks for the contact shares. */
  readonly phone_number: string;
}

/** What is known of the private chat of a person and a bot. */
export interface PrivateChat {
  readonly person: number;
  readonly bot: number;
  readonly blocked: boolean;
  readonly message_count: number;
}

/** `GET /control/world`: everyone and everything. */
export interface World {
  readonly bots: readonly User[];
  readonly people: readonly Person[];
  readonly chats: readonly Group[];
  readonly private_chats: readonly PrivateChat[];
}

/** A command that a bot offers in a chat. */
export interface MenuCommand {
  /** The username of the bot that offers it. */
  readonly bot: string;
  readonly command: string;
  readonly description: string;
}

/** `GET /control/menu`: what the bot offers the person in this chat. */
export interface ChatMenu {
  readonly commands: readonly MenuCommand[];
  /** With `type` `web_app` it has a text, and opens an app. */
  readonly menu_button: { readonly type: string; readonly text?: string };
  readonly keyboard?: PersonKeyboard;
  readonly name: string;
  readonly description: string;
  readonly short_description: string;
}

/** `GET /control/clock`: the time on the emulated Telegram. */
export interface ClockReading {
  readonly now_ms: number;
  readonly paused: boolean;
}

/** What goes wrong on purpose: which calls or deliveries, how, and how often. */
export interface FaultRule {
  readonly on: "call" | "delivery";
  readonly method?: string;
  readonly kind?: string;
  /** 1 when left out; 0: all. */
  readonly times?: number;
  readonly fault: {
    readonly do: string;
    readonly ms?: number;
    readonly error_code?: number;
    readonly retry_after?: number;
  };
}

/** A rule that is in force. */
export interface StandingFault {
  readonly id: number;
  readonly hits: number;
  readonly rule: FaultRule;
}

interface EntryBase {
  /** Counts every entry. */
  readonly seq: number;
  /** When it happened, on the emulated Telegram. */
  readonly at_ms: number;
  readonly bot_id?: number;
}

/** A call of a Bot API method by a bot. */
export interface ApiCallEntry extends EntryBase {
  readonly type: "api-call";
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly ok: boolean;
  readonly description?: string;
  readonly duration_ms: number;
  readonly via: "http" | "webhook-reply";
  /** The answer was a sample with no state behind it. */
  readonly generic?: true;
  /** What was ordered to go wrong; a call that was not made has the status 0. */
  readonly fault?: string;
}

/** One attempt to hand an update to the bot's webhook. */
export interface DeliveryEntry extends EntryBase {
  readonly type: "delivery";
  readonly update_id: number;
  readonly kind: string;
  readonly attempt: number;
  /** The HTTP status of the answer; null when there was none. */
  readonly status: number | null;
  readonly error?: string;
  readonly duration_ms: number;
  readonly retry_in_s?: number;
  readonly outcome: "delivered" | "failed" | "dropped";
}

/** An update was put into the bot's queue. */
export interface UpdateEntry extends EntryBase {
  readonly type: "update";
  readonly update_id: number;
  readonly kind: string;
  /** The message that the update tells of, if it tells of one. */
  readonly chat_id?: number;
  readonly message_id?: number;
  /** The data of the button that was pressed, or the inline query that was typed. */
  readonly words?: string;
}

/** Where something happened: `bot_id` is there in the private chat of a person and a bot only. */
interface InChat extends EntryBase {
  readonly chat_id: number;
}

/** A message came into being, or changed. */
export interface MessageEntry extends InChat {
  readonly type: "message" | "message-edited";
  readonly message: ChatMessage;
  readonly by: "person" | "bot";
}

/** Messages went away. */
export interface MessageDeletedEntry extends InChat {
  readonly type: "message-deleted";
  readonly message_ids: readonly number[];
}

/** A bot shows "typing…" and the like. */
export interface ChatActionEntry extends InChat {
  readonly type: "chat-action";
  readonly by_bot: number;
  readonly action: string;
}

/** What a bot is writing just now: a text so far, or nothing yet. */
export type DraftContent = Pick<ChatMessage, "text" | "entities" | "rich_message">;

/** A bot writes, and what it writes can be read; or that is over. */
export interface DraftEntry extends InChat {
  readonly type: "draft";
  readonly draft_id: number;
  readonly can_stop: boolean;
  /** Absent when the draft is gone. */
  readonly content?: DraftContent;
}

/** A bot answered the press of a button. */
export interface CallbackAnswerEntry extends EntryBase {
  readonly type: "callback-answer";
  readonly callback_query_id: string;
  readonly text?: string;
  readonly show_alert?: boolean;
  readonly url?: string;
}

/** A bot set its webhook, or deleted it. */
export interface WebhookEntry extends EntryBase {
  readonly type: "webhook";
  readonly state: "set" | "deleted";
  readonly url?: string;
}

/** People, groups, members or bots changed. */
export interface WorldEntry extends EntryBase {
  readonly type: "world";
  readonly change: string;
  readonly id?: number;
}

/** Everything was forgotten. */
export interface ResetEntry extends EntryBase {
  readonly type: "reset";
}

/** One entry of the journal; `type` says which other fields it has. */
export type JournalEntry =
  | ApiCallEntry
  | DeliveryEntry
  | UpdateEntry
  | MessageEntry
  | MessageDeletedEntry
  | CallbackAnswerEntry
  | ChatActionEntry
  | DraftEntry
  | WebhookEntry
  | WorldEntry
  | ResetEntry;

export type { User };
