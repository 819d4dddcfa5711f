import type { UpdateKind } from "@hookgram/bot-api";
import type { WorldEvent } from "../world/world-event.ts";

/** A bot called a method, by HTTP or in the body of its answer to a webhook. */
export interface ApiCallEvent {
  readonly type: "api-call";
  readonly bot_id: number;
  readonly method: string;
  /** What was passed, shortened, with secrets and file contents left out. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The HTTP status of the answer; for a webhook reply, the one it would have had. */
  readonly status: number;
  readonly ok: boolean;
  readonly description?: string;
  readonly duration_ms: number;
  readonly via: "http" | "webhook-reply";
  /** True when the method is part of the Bot API and this emulator has no handler for it. */
  readonly not_implemented?: true;
  /** What was ordered to go wrong with this call; it was not made when `status` is 0. */
  readonly fault?: string;
  /** True when the answer is a sample of the right type with no state behind it. */
  readonly generic?: true;
}

/** One attempt to deliver one update to a webhook. */
export interface DeliveryEvent {
  readonly type: "delivery";
  readonly bot_id: number;
  readonly update_id: number;
  readonly kind: UpdateKind;
  /** 1 for the first attempt since the webhook was set. */
  readonly attempt: number;
  /** The HTTP status of the answer; null when there was none. */
  readonly status: number | null;
  readonly error?: string;
  readonly duration_ms: number;
  /** Seconds until the next attempt; absent when there will be none. */
  readonly retry_in_s?: number;
  /** `dropped`: the next attempt would be after the update's expiry. */
  readonly outcome: "delivered" | "failed" | "dropped";
}

/** An update joined the queue of a bot. */
export interface UpdateEvent {
  readonly type: "update";
  readonly bot_id: number;
  readonly update_id: number;
  readonly kind: UpdateKind;
  /** The message that the update tells of, if it tells of one: its delivery can be followed. */
  readonly chat_id?: number;
  readonly message_id?: number;
  /** The data of the button that was pressed, or the inline query that was typed. */
  readonly words?: string;
}

/** A webhook was set or went away. */
export interface WebhookEvent {
  readonly type: "webhook";
  readonly bot_id: number;
  readonly state: "set" | "deleted";
  /** Without user name, password and token. */
  readonly url?: string;
}

/** What the emulator writes into the journal. */
export type JournalEvent = ApiCallEvent | DeliveryEvent | UpdateEvent | WebhookEvent | WorldEvent;

/** What one reads from the journal: the event, its number (1, 2, 3…) and its virtual time. */
export type JournalEntry = JournalEvent & { readonly seq: number; readonly at_ms: number };
