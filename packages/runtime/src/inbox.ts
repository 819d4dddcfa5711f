import type { Update } from "@hookgram/bot-api";

/** One update as it came in. */
export interface IncomingUpdate {
  readonly botId: number;
  /** Undefined when the body is authentic but has no readable `update_id`: stored as parked. */
  readonly updateId: number | undefined;
  /** The exact bytes of the update's JSON. */
  readonly raw: Uint8Array;
  /** What `raw` says, from whoever has parsed it already. */
  readonly content?: Update | undefined;
  /** Milliseconds since the epoch at which the request was complete. */
  readonly receivedAtMs: number;
  /** Why the update cannot be handled and is stored as parked at once; absent when it can. */
  readonly parkedBecause?: "unparsable" | "too-large" | "too-deep" | undefined;
}

/** `duplicate`: the same (bot, update_id) was committed before, also by another process. */
export type Acceptance = "stored" | "duplicate";

/**
 * The door between receiving and handling.
 *
 * **Invariant:** `accept` resolves only when the update is committed to disk. It rejects with a
 * `RuntimeError` whose code is `store-unavailable`, `overloaded` or `stopping` when it is not, and
 * the receiver then answers 503, so that Telegram sends the update again.
 */
export interface Inbox {
  accept(update: IncomingUpdate): Promise<Acceptance>;
}
