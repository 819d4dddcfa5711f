import type { MethodName, MethodParams } from "@hookgram/bot-api";
import type { SendOptions } from "hookgram";

import type {
  BroadcastState,
  SendDecision,
  SendFailure,
  SendState,
} from "../store/outbox/outbox-store.ts";
import type { SendLimitOptions } from "./send-limits.ts";

/** A send that has failed for good: Telegram will never carry it out, or has not for too long. */
export interface FailedSend {
  readonly id: number;
  readonly botId: number;
  /** Undefined if the call is not for a chat. */
  readonly chatId: number | string | undefined;
  readonly method: string;
  readonly key: string | undefined;
  readonly broadcastId: number | undefined;
  readonly reason: SendFailure;
  /** Telegram's description of the error. */
  readonly error: string;
}

/** How an outbox sends, and the limits that it keeps. Numbers are whole and at least 1. */
export interface OutboxOptions {
  /** Default: the limits that Telegram publishes. */
  readonly limits?: SendLimitOptions | undefined;
  /**
   * Apply the same limits to calls that handlers make. They go before everything that is enqueued,
   * and each costs a commit. Default false.
   */
  readonly limitCalls?: boolean | undefined;
  /** Sends that may be under way at the same moment. Default 500. */
  readonly concurrencyMax?: number | undefined;
  /**
   * How long a send is repeated that fails with errors which may pass; then it has failed. Default
   * 24 hours in ms. Waits that Telegram asked for do not count.
   */
  readonly giveUpAfterMs?: number | undefined;
  /**
   * How long a send is remembered after its end, and its key taken. Default 7 days in ms. The
   * successful sends of a broadcast are only counted.
   */
  readonly endedWindowMs?: number | undefined;
  /**
   * Called for each send that has failed for good, once that is on disk. If the process dies before
   * the call, the send can still be found by `sends({ state: "failed" })`.
   */
  readonly onFailed?: ((failed: FailedSend) => void | Promise<void>) | undefined;
}

/** Names one of an engine's bots. */
export interface OfBot {
  /** Default: the first bot. */
  readonly botId?: number | undefined;
}

/** Whether a send was enqueued. `duplicate`: `id` is that of the send which has the key already. */
export interface Enqueued {
  readonly status: "enqueued" | "duplicate";
  readonly id: number;
}

/** One send and its state. */
export interface SendInfo {
  readonly id: number;
  readonly botId: number;
  readonly state: SendState;
  readonly chatId: number | string | undefined;
  readonly method: string;
  /** Undefined once it is sent. */
  readonly params: Readonly<Record<string, unknown>> | undefined;
  readonly priority: "interactive" | "normal" | "bulk";
  /** When it is to be sent, in milliseconds since the epoch; undefined: at once. */
  readonly atMs: number | undefined;
  readonly key: string | undefined;
  readonly attempts: number;
  /**
   * How often it was unknown whether Telegram had carried the send out. If it is above 0 and the
   * state is `sent`, the message may have been sent more than once.
   */
  readonly doubts: number;
  readonly broadcastId: number | undefined;
  readonly endedAtMs: number | undefined;
  /** The id of the message, if Telegram's answer has one. */
  readonly messageId: number | undefined;
  readonly reason: SendFailure | undefined;
  readonly error: string | undefined;
}

/** Which sends are listed. */
export interface SendsQuery {
  /** `doubtful`: all with `doubts` above 0, in any state. */
  readonly state: SendState | "doubtful";
  /** Only sends that are older than this one, for the next page of `parked`, `failed`, `doubtful`. */
  readonly beforeId?: number | undefined;
  /** Default 100. */
  readonly limit?: number | undefined;
}

/** A chat of a broadcast, with or without parameters of its own. */
export type BroadcastChat =
  | number
  | string
  | {
      readonly chatId: number | string;
      readonly params: Readonly<Record<string, unknown>>;
    };

/** How a broadcast is sent. */
export interface BroadcastOptions extends OfBot {
  /** If a broadcast with this key exists, no other one is made: the call gives its progress. */
  readonly key?: string | undefined;
  readonly ambiguous?: SendOptions["ambiguous"];
}

/** How far a broadcast is. */
export interface BroadcastProgress {
  readonly id: number;
  readonly botId: number;
  readonly key: string | undefined;
  readonly method: string;
  /** `collecting`: its chats are being stored, and nothing is sent yet. */
  readonly state: BroadcastState;
  readonly total: number;
  readonly sent: number;
  readonly failed: number;
  /** The count `failed`, by reason. */
  readonly failures: Readonly<Partial<Record<SendFailure, number>>>;
  /** How many are still to be sent; 0 once it is cancelled. */
  readonly left: number;
  readonly createdAtMs: number;
  readonly endedAtMs: number | undefined;
}

/** The state of an outbox. Counts are exact up to 100,000 and do not go beyond that. */
export interface OutboxStats {
  /** Sends that may go now, or as soon as the limits allow. */
  readonly ready: number;
  /** Sends whose time has not come. */
  readonly scheduled: number;
  readonly sending: number;
  /** Sends that wait for a person's decision. */
  readonly parked: number;
  /** Failed sends that retention has not removed. */
  readonly failed: number;
  /** Sends with {@link SendInfo.doubts}. */
  readonly doubtful: number;
  /** How long the oldest of `ready` has been waiting, in milliseconds. */
  readonly oldestReadyMs: number | undefined;
  /** The chats and bots that wait after a 429, until a time in ms since the epoch; 100 at most. */
  readonly blocked: readonly {
    readonly botId: number;
    /** Undefined: all chats of the bot. */
    readonly chatId: number | string | undefined;
    readonly untilMs: number;
  }[];
}

/**
 * The sends of an engine's bots for whose result nobody waits: they are stored, and carried out in
 * order, within Telegram's limits, and again after errors that may pass.
 *
 * All methods reject with a `RuntimeError`: `bad-options`, or what the store rejects with.
 */
export interface Outbox {
  /**
   * Enqueues a call, from outside of any handler. It is on disk when this resolves. Give it a key if
   * you want to repeat a call that was rejected without sending the message twice.
   */
  enqueue<M extends MethodName>(
    method: M,
    params: MethodParams<M>,
    options?: SendOptions & OfBot,
  ): Promise<Enqueued>;
  /** Cancels the send with this key. `too-late`: it is under way, or has ended. */
  cancel(key: string, options?: OfBot): Promise<"cancelled" | "too-late" | "unknown">;
  /** The newest first; ready and scheduled sends in the order in which they will go. */
  sends(query: SendsQuery): Promise<readonly SendInfo[]>;
  /**
   * Decides about a send: it was `sent`, `drop` it, or send it `again`, after what waits for its
   * chat. A parked send can be decided in all three ways, a failed one by `again`, and one that is
   * still to be sent by `sent` and `drop`. `in-flight`: it is being sent, so try again later.
   */
  decide(id: number, decision: SendDecision): Promise<"decided" | "unknown" | "in-flight">;
  /**
   * Sends one message to each of any number of chats, at the lowest priority. All chats are stored
   * first, and nothing is sent before this resolves. The broadcast then goes on by itself, even after
   * restarts.
   *
   * If this fails or the process dies while the chats are stored, a broadcast with a key starts over
   * when it is called again; one without a key is cancelled. A chat that is given twice gets two
   * messages.
   */
  broadcast<M extends MethodName>(
    method: M,
    params: Omit<MethodParams<M>, "chat_id">,
    chats: Iterable<BroadcastChat> | AsyncIterable<BroadcastChat>,
    options?: BroadcastOptions,
  ): Promise<BroadcastProgress>;
  /** The newest 100 broadcasts. */
  broadcasts(): Promise<readonly BroadcastProgress[]>;
  /** Undefined if the broadcast is unknown, or was removed by retention. */
  broadcastProgress(id: number): Promise<BroadcastProgress | undefined>;
  /** Sends nothing more of a broadcast for now. Undefined if it is unknown or has ended. */
  pauseBroadcast(id: number): Promise<BroadcastProgress | undefined>;
  /** Goes on with a paused broadcast. Undefined if it is unknown or has ended. */
  resumeBroadcast(id: number): Promise<BroadcastProgress | undefined>;
  /** Ends a broadcast; the rest is never sent. Undefined if it is unknown or has ended. */
  cancelBroadcast(id: number): Promise<BroadcastProgress | undefined>;
  stats(): Promise<OutboxStats>;
}
