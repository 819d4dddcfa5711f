/** A press of a callback button, from the press until its answer is too late. */
export interface CallbackQueryRecord {
  readonly id: string;
  readonly botId: number;
  readonly personId: number;
  readonly atMs: number;
  /** Who pressed which button of which message. */
  readonly pressKey: string;
  answer?: CallbackAnswer;
}

/** An answer that apps keep for the next press of the same button. */
export interface CachedAnswer {
  readonly answer: CallbackAnswer;
  readonly untilMs: number;
}

/** What the bot answered to a press. */
export interface CallbackAnswer {
  readonly text?: string;
  readonly show_alert?: boolean;
  readonly url?: string;
}

/** A query that a person typed after `@bot`. */
export interface InlineQueryRecord {
  readonly id: string;
  /** What was typed. */
  readonly text: string;
  readonly botId: number;
  readonly personId: number;
  readonly atMs: number;
  answer?: InlineAnswer;
}

/** What the bot answered to an inline query, as it was sent. */
export interface InlineAnswer {
  readonly results: readonly ({ readonly id: string } & Record<string, unknown>)[];
  readonly next_offset?: string;
  readonly cache_time: number;
  readonly is_personal: boolean;
  readonly button?: unknown;
}

/**
 * How long after a press or a typed query the bot may still answer. Telegram publishes no figure;
 * this is the time for which its server keeps the update, so an answer to an update that was
 * delivered at all is never too late by the time it took to arrive.
 */
export const CALLBACK_ANSWER_MAX_MS = 150_000;
export const INLINE_ANSWER_MAX_MS = 30_000;

/** Takes out the queries that can no longer be answered; maps keep the oldest first. */
export function forgetOldQueries(
  queries: Map<string, { readonly atMs: number }>,
  beforeMs: number,
): void {
  for (const [id, { atMs }] of queries) {
    if (atMs >= beforeMs) return;
    queries.delete(id);
  }
}

/** A Web App, or a person who called a bot into a chat, waits for the bot's one message. */
export interface ResultQueryRecord {
  readonly id: string;
  readonly kind: "web-app" | "guest";
  readonly botId: number;
  readonly personId: number;
  /** The `conversationKey` of the chat that gets the message. */
  readonly key: string;
  readonly atMs: number;
}

/**
 * How long such a query stays open unless it is answered. Clients prolong the query of a Web App
 * for as long as that is open, and nobody closes one here.
 */
export const RESULT_ANSWER_MAX_MS = 86_400_000;

/** A message that a bot has prepared for a person, who sends it from a Web App. */
export interface PreparedMessageRecord {
  readonly id: string;
  readonly botId: number;
  readonly personId: number;
  readonly result: Readonly<Record<string, unknown>>;
  /** The kinds of chats that it may go to: `user`, `bot`, `group`, `channel`. */
  readonly chatTypes: readonly string[];
  /** Unix time. */
  readonly expiresAtS: number;
}
