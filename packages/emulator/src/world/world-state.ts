import type { FileRecord, WebFile } from "../files/file-record.ts";
import type { ConversationRecord } from "./conversation.ts";
import type { GroupRecord } from "./group.ts";
import type {
  CachedAnswer,
  CallbackQueryRecord,
  InlineQueryRecord,
  PreparedMessageRecord,
  ResultQueryRecord,
} from "./query-record.ts";
import type { BusinessConnectionRecord } from "./business.ts";
import type {
  InvoiceRecord,
  OwnedGiftRecord,
  PaymentRecord,
  StarTransactionRecord,
} from "./payment.ts";
import type { StoryRecord } from "./story.ts";
import type { StickerSetRecord } from "./sticker-set.ts";
import type { SuggestedPostRecord } from "./suggested-post-record.ts";
import type { BotRecord, PersonRecord } from "./user-record.ts";

/** What the world counts. Each counter holds the last number that was given out. */
export type CounterName =
  | "person"
  | "group"
  | "supergroup"
  | "revision"
  | "file"
  | "query"
  | "poll"
  | "album"
  | "inviteLink"
  | "customEmoji"
  | "payment"
  | "ephemeral"
  | "business"
  | "prepared"
  | "gift";

/** Everything that the emulated Telegram knows, as plain data; a snapshot is exactly this. */
export interface WorldState {
  readonly counters: Record<CounterName, number>;
  readonly people: Map<number, PersonRecord>;
  readonly bots: Map<number, BotRecord>;
  readonly groups: Map<number, GroupRecord>;
  /** By `conversationKey`. */
  readonly conversations: Map<string, ConversationRecord>;
  readonly callbackQueries: Map<string, CallbackQueryRecord>;
  /** By the press: `pressKey` of a query. */
  readonly cachedAnswers: Map<string, CachedAnswer>;
  readonly inlineQueries: Map<string, InlineQueryRecord>;
  /** Queries of Web Apps and of guests. */
  readonly resultQueries: Map<string, ResultQueryRecord>;
  readonly preparedMessages: Map<string, PreparedMessageRecord>;
  /** Where each poll is, by poll id: conversation key and message id. */
  readonly polls: Map<string, { readonly key: string; readonly messageId: number }>;
  /** By `file_id`. */
  readonly files: Map<string, FileRecord>;
  /** The emulated web, by URL. */
  readonly web: Map<string, WebFile>;
  /** By name in lower case. */
  readonly stickerSets: Map<string, StickerSetRecord>;
  /** Invoices that have a link, by it. */
  readonly invoices: Map<string, InvoiceRecord>;
  /** In the order of their beginning. */
  readonly payments: Map<string, PaymentRecord>;
  readonly starTransactions: StarTransactionRecord[];
  readonly gifts: OwnedGiftRecord[];
  readonly stories: StoryRecord[];
  /** Posts of direct messages that were approved. */
  readonly suggestedPosts: SuggestedPostRecord[];
  /** By connection. */
  readonly businessConnections: Map<string, BusinessConnectionRecord>;
}

/** Where the counters begin: ids of people, groups and supergroups look like Telegram's. */
const FIRST_IDS: WorldState["counters"] = {
  person: 1000,
  group: 5000,
  supergroup: 1_000_000_000,
  revision: 0,
  file: 0,
  query: 0,
  poll: 0,
  album: 0,
  inviteLink: 0,
  customEmoji: 0,
  payment: 0,
  ephemeral: 0,
  business: 0,
  prepared: 0,
  gift: 0,
};

export function emptyWorldState(): WorldState {
  return {
    counters: { ...FIRST_IDS },
    people: new Map(),
    bots: new Map(),
    groups: new Map(),
    conversations: new Map(),
    callbackQueries: new Map(),
    cachedAnswers: new Map(),
    inlineQueries: new Map(),
    resultQueries: new Map(),
    preparedMessages: new Map(),
    polls: new Map(),
    files: new Map(),
    web: new Map(),
    stickerSets: new Map(),
    invoices: new Map(),
    payments: new Map(),
    starTransactions: [],
    gifts: [],
    stories: [],
    suggestedPosts: [],
    businessConnections: new Map(),
  };
}

/** The key of a group's conversation, or of the private chat of a person and a bot. */
export function conversationKey(
  chatId: number,
  botId?: number,
  businessConnectionId?: string,
): string {
  if (botId === undefined) return `${chatId}`;
  const connection = businessConnectionId === undefined ? "" : `/${businessConnectionId}`;
  return `${chatId}/${botId}${connection}`;
}
