import type {
  EphemeralMessage,
  MessageContent,
  ReplyMarkup,
  StoredMessage,
} from "./stored-message.ts";

/** A keyboard that a person sees below the messages, and the message that brought it. */
export interface ShownKeyboard {
  readonly messageId: number;
  readonly markup: ReplyMarkup;
}

/** A text that appears while it is being written. */
export interface Draft {
  readonly id: number;
  /** Empty while the bot is only thinking. */
  readonly content: MessageContent;
  /** The person may stop it, and the bot hears of that. */
  readonly canStop: boolean;
  /** It stays when it is stopped. */
  readonly isKept: boolean;
  /** On the clock that bots see. */
  readonly shownUntilMs: number;
}

/**
 * The messages of one place: the private chat of one person and one bot, or one group.
 *
 * Message ids count from 1 in each conversation. (The real Telegram numbers the messages of all
 * private chats and basic groups of one account with one counter, and those of a supergroup on
 * their own. Bots must not rely on either, and with counters per conversation one that forgets
 * the chat id is found out.)
 */
export interface ConversationRecord {
  /** The id that bots use: the person's in a private chat, the group's otherwise. */
  readonly chatId: number;
  /** The bot of a private chat; undefined in groups. */
  readonly botId?: number;
  /** Set in a private chat of two people in which a bot answers for one of them. */
  readonly businessConnectionId?: string;
  lastMessageId: number;
  /** By id, in the order of sending. */
  readonly messages: Map<number, StoredMessage>;
  /** The reply keyboard or `ForceReply` that each person sees. */
  readonly keyboards: Map<number, ShownKeyboard>;
  /** Ids of pinned messages, the newest last. */
  pinned: number[];
  /** The person has blocked the bot of this private chat. */
  isBlocked: boolean;
  /** The world's revision when a person last did something here. */
  actRevision: number;
  /** The world's revision up to which somebody has waited here without naming a cursor. */
  waitRevision: number;
  /** Messages that one person of a group sees, by their own numbers. */
  readonly ephemeral: Map<number, EphemeralMessage>;
  /** What the bot of a private chat is writing just now, by the bot's own number: one at most. */
  readonly drafts: Map<number, Draft>;
  /** The bot that spoke last; in groups it gets commands that name no bot. */
  lastBotId?: number;
}

export function createConversation(
  chatId: number,
  botId?: number,
  businessConnectionId?: string,
): ConversationRecord {
  return {
    chatId,
    ...(botId === undefined ? {} : { botId }),
    ...(businessConnectionId === undefined ? {} : { businessConnectionId }),
    lastMessageId: 0,
    messages: new Map(),
    keyboards: new Map(),
    pinned: [],
    ephemeral: new Map(),
    drafts: new Map(),
    isBlocked: false,
    actRevision: 0,
    waitRevision: 0,
  };
}

export function isPrivate(
  conversation: ConversationRecord,
): conversation is ConversationRecord & { readonly botId: number } {
  return conversation.botId !== undefined;
}

/** The messages that are new or edited since a revision, in the order of their last change. */
export function changedSince(conversation: ConversationRecord, revision: number): StoredMessage[] {
  const changed = [...conversation.messages.values()].filter(
    (message) => message.revision > revision,
  );
  return changed.sort((a, b) => a.revision - b.revision);
}
