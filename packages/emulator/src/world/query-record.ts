/** A press of a callback button, from the press until its answer is too late. */
export interface CallbackQueryRecord {
  readonly id: string;
  readonly botId: number;
  readonly personId: number;
  readonly atMs: number;
  answer?: CallbackAnswer;
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
