import type { MethodName, MethodParams } from "@hookgram/bot-api";
import type { SendOptions } from "hookgram";

import type {
  BroadcastState,
  SendDecision,
  SendFailure,
  SendState,
} from "../store/outbox/outbox-store.ts";
import type { SendLimitOptions } from "./send-limits.ts";

/** A send that is over because Telegram will never carry it out, or did not for too long. */
export interface FailedSend {
  readonly id: number;
  readonly botId: number;
  /** Undefined when the call is to no chat. */
  readonly chatId: number | string | undefined;
  readonly method: string;
  readonly key: string | undefined;
  readonly broadcastId: number | undefined;
  readonly reason: SendFailure;
  /** Telegram's words. */
  readonly error: string;
}

/** How an outbox sends, and the limits that it keeps. */
export interface OutboxOptions {
  /** Default: what Telegram publishes. */
  readonly limits?: SendLimitOptions | undefined;
  /**
   * Have calls that handlers make wait for their place within the same limits, before everything
   * that is enqueued. It costs each such call a commit. Default false.
   */
  readonly limitCalls?: boolean | undefined;
  /** Sends that may be under way at the same moment. Default 500. */
  readonly concurrencyMax?: number | undefined;
  /**
   * A send is given up that has failed for so long with errors that might pass. Default 24 hours, in
   * milliseconds. Time in which Telegram asked to wait does not count.
   */
  readonly giveUpAfterMs?: number | undefined;
  /**
   * How long a send that is over is known, and its key taken. Default 7 days, in milliseconds. Those
   * of a broadcast that went well are only counted.
   */
  readonly endedWindowMs?: number | undefined;
  /**
   * Told of each send that has failed for good, after that is on disk. What a process that dies
   * before that has not told is in `sends({ state: "failed" })`.
   */
  readonly onFailed?: ((failed: FailedSend) => void | Promise<void>) | undefined;
}

/** Which of an engine's bots. */
export interface OfBot {
  /** Default: the first bot. */
  readonly botId?: number | undefined;
}

/** What became of a send; the id is that of the one which has the key. */
export interface Enqueued {
  readonly status: "enqueued" | "duplicate";
  readonly id: number;
}

/** One send, as it stands. */
export interface SendInfo {
  readonly id: number;
  readonly botId: number;
  readonly state: SendState;
  readonly chatId: number | string | undefined;
  readonly method: string;
  /** Undefined once it was sent. */
  readonly params: Readonly<Record<string, unknown>> | undefined;
  readonly priority: "interactive" | "normal" | "bulk";
  /** Milliseconds since the epoch. */
  readonly atMs: number | undefined;
  readonly key: string | undefined;
  readonly attempts: number;
  /**
   * How often nobody could know whether Telegram had carried it out. If it is above 0 and the state
   * is `sent`, the message may be there more than once.
   */
  readonly doubts: number;
  readonly broadcastId: number | undefined;
  readonly endedAtMs: number | undefined;
  /** Of the message that it became, where the answer has one. */
  readonly messageId: number | undefined;
  readonly reason: SendFailure | undefined;
  readonly error: string | undefined;
}

/** Which sends are listed. */
export interface SendsQuery {
  /** `doubtful`: those with `doubts` above 0, whatever their state. */
  readonly state: SendState | "doubtful";
  /** Only those that are older than this one; for the next page of `parked`, `failed`, `doubtful`. */
  readonly beforeId?: number | undefined;
  /** Default 100. */
  readonly limit?: number | undefined;
}

/** A chat of a broadcast, alone or with parameters of its own. */
export type BroadcastChat =
  | number
  | string
  | {
      readonly chatId: number | string;
      readonly params: Readonly<Record<string, unknown>>;
    };

/** How a broadcast is sent. */
export interface BroadcastOptions extends OfBot {
  /** With a key, a broadcast that exists is not begun again: its progress is the answer. */
  readonly key?: string | undefined;
  readonly ambiguous?: SendOptions["ambiguous"];
}

/** How far a broadcast is. */
export interface BroadcastProgress {
  readonly id: number;
  readonly botId: number;
  readonly key: string | undefined;
  readonly method: string;
  /** `collecting`: its chats are being written down, nothing is sent yet. */
  readonly state: BroadcastState;
  readonly total: number;
  readonly sent: number;
  readonly failed: number;
  /** `failed` by reason. */
  readonly failures: Readonly<Partial<Record<SendFailure, number>>>;
  /** Still to be sent; 0 once it is cancelled. */
  readonly left: number;
  readonly createdAtMs: number;
  readonly endedAtMs: number | undefined;
}

/** Counts are exact up to 100,000; what is beyond counts as that. */
export interface OutboxStats {
  /** Sends that may go now, or as soon as the limits let them. */
  readonly ready: number;
  /** Sends whose time has not come. */
  readonly scheduled: number;
  readonly sending: number;
  readonly parked: number;
  /** Those that retention has not removed. */
  readonly failed: number;
  readonly doubtful: number;
  /** How long the oldest of `ready` has been waiting, in milliseconds. */
  readonly oldestReadyMs: number | undefined;
  /** Whom Telegram lets wait, and until when (milliseconds since the epoch); 100 at most. */
  readonly blocked: readonly {
    readonly botId: number;
    /** Undefined: the whole bot. */
    readonly chatId: number | string | undefined;
    readonly untilMs: number;
  }[];
}

/**
 * Everything that an engine's bots send without waiting for the result.
 *
 * All methods reject with a `RuntimeError`: `bad-options`, or what the store says.
 */
export interface Outbox {
  /**
   * Enqueues a call from outside of any handler. It is on disk when this resolves; to repeat one that
   * was rejected, without a second message, give it a key.
   */
  enqueue<M extends MethodName>(
    method: M,
    params: MethodParams<M>,
    options?: SendOptions & OfBot,
  ): Promise<Enqueued>;
  /** Removes the send with this key. `too-late`: it is under way, or over. */
  cancel(key: string, options?: OfBot): Promise<"cancelled" | "too-late" | "unknown">;
  /** Newest first; those that are ready or scheduled in the order in which they go. */
  sends(query: SendsQuery): Promise<readonly SendInfo[]>;
  /**
   * Says what is to become of a send: it was `sent`, `drop` it, or send it `again`, at the end of its
   * chat. Of one that is parked all three can be said, of one that has failed `again`, of one that is
   * yet to be sent the other two.
   */
  decide(id: number, decision: SendDecision): Promise<"decided" | "unknown" | "in-flight">;
  /**
   * Sends the same to any number of chats, one message each, after everything else that is to be
   * sent. The chats are written down first, some hundred at a time; nothing is sent before this
   * resolves. It then goes on by itself, also after restarts.
   *
   * If it is cut off while it writes down, a broadcast with a key begins anew when it is called
   * again; one without is cancelled. A chat that is given twice gets two messages.
   */
  broadcast<M extends MethodName>(
    method: M,
    params: Omit<MethodParams<M>, "chat_id">,
    chats: Iterable<BroadcastChat> | AsyncIterable<BroadcastChat>,
    options?: BroadcastOptions,
  ): Promise<BroadcastProgress>;
  /** The newest 100. */
  broadcasts(): Promise<readonly BroadcastProgress[]>;
  /** Undefined: unknown, or forgotten by retention. */
  broadcastProgress(id: number): Promise<BroadcastProgress | undefined>;
  /** Undefined when there is nothing to pause; so with the two that follow. */
  pauseBroadcast(id: number): Promise<BroadcastProgress | undefined>;
  resumeBroadcast(id: number): Promise<BroadcastProgress | undefined>;
  /** What has not been sent never will be. */
  cancelBroadcast(id: number): Promise<BroadcastProgress | undefined>;
  stats(): Promise<OutboxStats>;
}
