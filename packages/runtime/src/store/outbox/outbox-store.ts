import type { SendLimits } from "../../outbox/send-limits.ts";

/**
 * The states of a send.
 *
 * `scheduled` → `ready` ⇄ `sending` → `sent` | `failed` | `parked`; `ready` ⇄ `held` while its
 * broadcast is paused. A `parked` send waits for a person's decision; retention removes those that
 * are `sent` or `failed`.
 */
export const SEND_STATES = [
  "ready",
  "scheduled",
  "held",
  "sending",
  "parked",
  "sent",
  "failed",
] as const;

/** @see {@link SEND_STATES} */
export type SendState = (typeof SEND_STATES)[number];

/** The highest priority first: a person waits for an answer, but nobody for a broadcast. */
export const SEND_PRIORITIES = ["interactive", "normal", "bulk"] as const;

/** Why a send has failed for good, as a closed list. */
export const SEND_FAILURES = [
  /** 403: the person has blocked the bot. */
  "blocked",
  /** 403: the person's account is deleted. */
  "deactivated",
  /** 403: the person has never written to the bot. */
  "not-started",
  /** 403: the bot is not in the chat (any more). */
  "kicked",
  /** 403 for another reason. */
  "forbidden",
  /** 400: there is no such chat, or the bot does not know it. */
  "chat-not-found",
  /** Any other refusal of Telegram, or parameters that cannot be sent. */
  "refused",
  /** It failed for too long with errors that might have passed. */
  "gave-up",
  /** A person decided that it is not to be sent. */
  "dropped",
] as const;

/** @see {@link SEND_FAILURES} */
export type SendFailure = (typeof SEND_FAILURES)[number];

/**
 * Two times, because a clock can be set. Due times are compared with `nowMs`. Limits, blocks and
 * retries use `steadyMs`, which only grows, even across restarts, and of which only differences mean
 * anything. All processes that share a store share both. Both are whole milliseconds.
 */
export interface OutboxTimes {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly steadyMs: number;
}

/** A send on its way into the outbox. */
export interface NewSend {
  readonly botId: number;
  /** Whose order it keeps and whose limits it counts against, see `sendLane`. */
  readonly lane: string;
  readonly method: string;
  /** The parameters as JSON, without `chat_id` if the lane says it. */
  readonly params: string;
  /** How many messages it counts as. */
  readonly cost: number;
  /** Index in {@link SEND_PRIORITIES}. */
  readonly priority: number;
  /** Milliseconds since the epoch before which it is not sent; undefined: at once. */
  readonly atMs: number | undefined;
  /** Unique per bot, for as long as the send is remembered. */
  readonly key: string | undefined;
  /** Whether it is parked, not repeated, when it is unknown whether it was sent. */
  readonly parks: boolean;
}

/** One thing that a handler does to the outbox. */
export type OutboxWrite =
  | { readonly to: "send"; readonly send: NewSend }
  | { readonly to: "cancel"; readonly botId: number; readonly key: string };

/** What became of an {@link OutboxWrite}. The id is that of the send that has the key. */
export type OutboxWritten =
  | { readonly status: "enqueued" | "duplicate"; readonly id: number }
  | { readonly status: "cancelled" | "too-late" | "unknown" };

/** A send that a sender has claimed to carry out: that it is under way is on disk. */
export interface ClaimedSend {
  readonly id: number;
  /** Names this claim; the fence of its {@link SendEnd}. */
  readonly attempt: number;
  readonly botId: number;
  readonly lane: string;
  readonly method: string;
  readonly params: string;
  readonly priority: number;
  readonly parks: boolean;
  readonly key: string | undefined;
  /** How many attempts have failed with errors that may pass. */
  readonly failures: number;
  /** Milliseconds since the epoch of the first of them in a row. */
  readonly failingSinceMs: number | undefined;
  readonly broadcastId: number | undefined;
}

/** How a claimed send ended. Delays count from the turn that applies it. */
export type SendEnd =
  | { readonly to: "sent"; readonly messageId: number | undefined }
  | { readonly to: "failed"; readonly reason: SendFailure; readonly error: string }
  /** It failed with an error that may pass. `doubtful`: the message may have been sent nevertheless. */
  | {
      readonly to: "again";
      readonly delayMs: number;
      readonly doubtful: boolean;
      readonly error: string;
    }
  /** Nothing was sent, because of a 429 or a refused token. */
  | { readonly to: "limited"; readonly scope: "lane" | "bot"; readonly delayMs: number }
  /** The message may have been sent, and must not be repeated without a decision. */
  | { readonly to: "parked"; readonly error: string }
  /** The group became a supergroup, and all sends of the lane go there. */
  | { readonly to: "moved"; readonly lane: string }
  /** Nothing was tried. */
  | { readonly to: "unsent" };

export interface SendResult {
  readonly id: number;
  readonly attempt: number;
  readonly end: SendEnd;
}

/** A call that a handler wants to make, which counts like a send. */
export interface CallWant {
  readonly botId: number;
  /** Undefined if it belongs to no chat. */
  readonly lane: string | undefined;
  readonly cost: number;
}

/** A 429 to a handler's call. */
export interface SeenLimit {
  readonly botId: number;
  /** Undefined: the whole bot is limited. */
  readonly lane: string | undefined;
  readonly delayMs: number;
}

/** One step of a sender. */
export interface OutboxTurn extends OutboxTimes {
  readonly botIds: readonly number[];
  readonly limits: SendLimits;
  readonly results: readonly SendResult[];
  readonly seen: readonly SeenLimit[];
  /** In the order in which they were asked. They go before all sends. */
  readonly wants: readonly CallWant[];
  /** How many sends may be claimed at most. */
  readonly room: number;
}

export interface OutboxTurned {
  /** In the order in which they are to be sent; at most one of a lane. */
  readonly sends: readonly ClaimedSend[];
  /** For each want the wait in milliseconds; 0: it is counted, and may be made now. */
  readonly waitsMs: readonly number[];
  /** For each result whether it was applied. False: it was applied before, or the claim is outdated. */
  readonly applied: readonly boolean[];
  /** Milliseconds after which there may be more to send; undefined: nothing waits for a time. */
  readonly nextMs: number | undefined;
}

/** The sends in flight in this process, so that they are not taken for lost. */
export interface Recovery extends OutboxTimes {
  readonly inFlight: readonly number[];
  /** This process has just started: all other claims were left behind by one that died. */
  readonly isStart: boolean;
}

/** What is known about a send. */
export interface SendRecord {
  readonly id: number;
  readonly botId: number;
  readonly state: SendState;
  readonly lane: string;
  readonly method: string;
  /** JSON text, without `chat_id`; undefined once it is sent. */
  readonly params: string | undefined;
  readonly priority: number;
  readonly atMs: number | undefined;
  readonly key: string | undefined;
  readonly attempts: number;
  /** How often it was unknown whether it was sent. If above 0, it may have been sent twice. */
  readonly doubts: number;
  readonly broadcastId: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly messageId: number | undefined;
  readonly reason: SendFailure | undefined;
  readonly error: string | undefined;
}

export interface SendQuery {
  /** `doubtful`: all with doubts, in any state. */
  readonly state: SendState | "doubtful";
  readonly beforeId: number;
  readonly limit: number;
}

/** What a person says about a send. */
export type SendDecision = "sent" | "again" | "drop";

/** `collecting` → `running` ⇄ `paused` → `done` | `cancelled`. */
export type BroadcastState = "collecting" | "running" | "paused" | "done" | "cancelled";

export interface NewBroadcast {
  readonly botId: number;
  readonly key: string | undefined;
  readonly method: string;
  /** JSON text, without `chat_id`. */
  readonly params: string;
  readonly cost: number;
  readonly parks: boolean;
  readonly nowMs: number;
}

/** A lane, or a lane and the JSON of its own parameters. */
export type BroadcastEntry = string | readonly [lane: string, params: string];

export interface BroadcastRecord {
  readonly id: number;
  readonly botId: number;
  readonly key: string | undefined;
  readonly method: string;
  readonly state: BroadcastState;
  /** How many chats it goes to. */
  readonly total: number;
  readonly sent: number;
  readonly failed: number;
  readonly failures: Readonly<Partial<Record<SendFailure, number>>>;
  readonly createdAtMs: number;
  readonly endedAtMs: number | undefined;
}

/** Counts are exact up to {@link COUNT_MAX} and do not go beyond that. */
export interface OutboxCounts {
  readonly ready: number;
  readonly scheduled: number;
  readonly sending: number;
  readonly parked: number;
  readonly failed: number;
  readonly doubtful: number;
  /** When the oldest ready send became due, in milliseconds since the epoch. */
  readonly oldestDueMs: number | undefined;
  /** The waits that 429s have caused, longest first, at most 100. Without a lane: of the whole bot. */
  readonly blocks: readonly {
    readonly botId: number;
    readonly lane: string | undefined;
    readonly leftMs: number;
  }[];
}

/** Counting further would delay others. */
export const COUNT_MAX = 100_000;

/** What retention may remove, which is never anything that is still to be sent. */
export interface OutboxSweep extends OutboxTimes {
  /** Sends and broadcasts that ended before this are removed. */
  readonly endedBeforeMs: number;
  /** How many rows of each kind at most. */
  readonly limit: number;
}

/** Everything that can be asked of a store's outbox, each in one transaction. */
export type OutboxAsk =
  | { readonly do: "write"; readonly writes: readonly OutboxWrite[]; readonly times: OutboxTimes }
  | { readonly do: "turn"; readonly turn: OutboxTurn }
  | { readonly do: "recover"; readonly recovery: Recovery }
  | { readonly do: "list"; readonly query: SendQuery }
  | {
      readonly do: "decide";
      readonly id: number;
      readonly decision: SendDecision;
      readonly times: OutboxTimes;
    }
  | { readonly do: "counts"; readonly botIds: readonly number[]; readonly times: OutboxTimes }
  | { readonly do: "sweep"; readonly sweep: OutboxSweep }
  | { readonly do: "createBroadcast"; readonly broadcast: NewBroadcast }
  | {
      readonly do: "addChats";
      readonly id: number;
      readonly chunk: number;
      readonly entries: readonly BroadcastEntry[];
    }
  | {
      readonly do: "setBroadcast";
      readonly id: number;
      readonly state: Exclude<BroadcastState, "collecting" | "done">;
      readonly times: OutboxTimes;
    }
  | { readonly do: "broadcasts"; readonly id: number | undefined; readonly limit: number };

/** What each {@link OutboxAsk} answers with. */
export interface OutboxAnswers {
  write: readonly OutboxWritten[];
  turn: OutboxTurned;
  /** How many sends were found whose process died, and the steady time, from which to go on. */
  recover: { readonly found: number; readonly steadyMs: number };
  list: readonly SendRecord[];
  /** `in-flight`: it is being sent at this moment. */
  decide: "decided" | "unknown" | "in-flight";
  counts: OutboxCounts;
  /** Rows that were removed. */
  sweep: number;
  /** If the key belongs to a broadcast whose chats are incomplete, that one is emptied and reused. */
  createBroadcast: { readonly status: "new" | "known"; readonly id: number };
  addChats: undefined;
  /** Undefined when there is no such broadcast, or when it has ended. */
  setBroadcast: BroadcastRecord | undefined;
  /** Newest first. */
  broadcasts: readonly BroadcastRecord[];
}

/**
 * Keeps the sends of a store's bots. Every answer is given after its commit.
 *
 * **Invariant:** at most one send of a lane is in flight. Sends of the same lane and priority are
 * claimed in the order in which they were enqueued or, if scheduled, fell due.
 *
 * **Invariant:** no window of the limits ever holds more than it may, whichever process claims.
 *
 * **Invariant:** a send is claimed on disk before a byte of it leaves, and its end is applied once.
 *
 * Rejects as {@link Store} does.
 */
export interface OutboxStore {
  ask<A extends OutboxAsk>(ask: A): Promise<OutboxAnswers[A["do"]]>;
  times(): OutboxTimes;
  /**
   * How often to look for what other processes have enqueued, or left behind when they died, in
   * milliseconds. Undefined if no other process uses the store.
   */
  readonly lookAroundMs: number | undefined;
}
