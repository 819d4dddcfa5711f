import type { Update } from "@hookgram/bot-api";

/** One update as it arrived. */
export interface IncomingUpdate {
  readonly botId: number;
  /** Undefined if the body is authentic but has no readable `update_id`; it is stored as parked. */
  readonly updateId: number | undefined;
  /** The exact bytes of the update's JSON. */
  readonly raw: Uint8Array;
  /** The parsed `raw`, if it was parsed already. */
  readonly content?: Update | undefined;
  /** Milliseconds since the epoch at which the request was complete. */
  readonly receivedAtMs: number;
  /** Why the update cannot be handled and is stored as parked; undefined if it can. */
  readonly parkedBecause?: "unparsable" | "too-large" | "too-deep" | undefined;
}

/** `duplicate`: an update with the same (bot, update_id) was committed before, by any process. */
export type Acceptance = "stored" | "duplicate";

/**
 * The boundary between receiving and handling.
 *
 * **Invariant:** `accept` resolves only when the update is committed to disk. Otherwise it rejects with
 * a `RuntimeError` with the code `store-unavailable`, `overloaded` or `stopping`; the receiver then
 * answers 503, so that Telegram sends the update again.
 */
export interface Inbox {
  accept(update: IncomingUpdate): Promise<Acceptance>;
}
