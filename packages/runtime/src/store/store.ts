import type { StateRecord } from "hookgram";

import type { PauseStore } from "./pause-store.ts";
import type { EffectDecision, Replayed, RepairStore } from "./repair-store.ts";
import type { OutboxStore, OutboxTimes, OutboxWrite } from "./outbox/outbox-store.ts";
import type { EventLogStore, LogBody } from "./event-log-store.ts";
import type { TimerRef, TimerStore, TimerWrite } from "./timer-store.ts";

/**
 * Where a stored update stands.
 *
 * `live` → `done` | `expired` | `parked`, and `parked` → `live` again by a replay, or `discarded` by a
 * person. `done`, `expired` and `discarded` are final: only retention touches them.
 */
export type UpdateStatus = "live" | "parked" | "done" | "expired" | "discarded";

/**
 * Why an update was parked: what the receiver saw, or how its attempts ended. `ambiguous`: one of its
 * effects may have happened, and must not be done again before a person has looked.
 */
export type ParkedReason =
  | "unparsable"
  | "too-large"
  | "too-deep"
  | "failed"
  | "killed-process"
  | "ambiguous";

/**
 * Who sees to an update after its commit:
 * - `hand`: the caller has it in memory and takes it on;
 * - `aside`: the caller has no room for more of its lane and will {@link Store.load} it;
 * - `later`: nobody yet; a {@link Store.claim} brings it.
 */
export type Place = "hand" | "aside" | "later";

/** An update on its way into the store. */
export interface NewUpdate {
  readonly botId: number;
  /** Undefined when it could not be read; such an update has no duplicates. */
  readonly updateId: number | undefined;
  /** The bytes as they came. The store keeps exactly these. */
  readonly raw: Uint8Array;
  readonly receivedAtMs: number;
  /** The lane in which it waits its turn. */
  readonly lane: string;
  /** Milliseconds since the epoch from which on it is of no use any more; undefined: never. */
  readonly expiresAtMs: number | undefined;
  /** Stored as parked, not as live. */
  readonly parkedBecause: ParkedReason | undefined;
  /** Where the caller would have it. */
  readonly place: Place;
  /** With `hand`: the first attempt is counted in the same transaction. */
  readonly begin: boolean;
  /**
   * Only of the bot's own events, which have no update id: of two with the same key only the first
   * is stored, for as long as keys are remembered ({@link Retention.settledBeforeMs}).
   */
  readonly key?: string | undefined;
}

/** What became of a {@link NewUpdate}, after its commit. */
export type Accepted =
  | { readonly status: "duplicate" }
  | {
      readonly status: "stored";
      readonly seq: number;
      /** Where it is: as asked, or `later` because older updates wait to be claimed. */
      readonly place: Place;
      /**
       * The first attempt is counted: it may run without {@link Store.begin}, in whatever place the
       * update is. With `later`, something of its lane has come before it while it was on its way.
       */
      readonly begun: boolean;
    };

/** One live update as it is stored. */
export interface StoredUpdate {
  /** Its place in the order of arrival; grows, is never used twice. */
  readonly seq: number;
  readonly botId: number;
  readonly updateId: number | undefined;
  readonly lane: string;
  readonly raw: Uint8Array;
  readonly receivedAtMs: number;
  readonly expiresAtMs: number | undefined;
  /** Attempts that began, also those in which the process died. */
  readonly attempts: number;
  /** Attempts that began and of which nobody knows the end: a process died in them. */
  readonly interrupted: number;
  /** Milliseconds since the epoch before which the next attempt must not begin. */
  readonly retryAtMs: number | undefined;
  /** There are journal entries of earlier attempts. */
  readonly journaled: boolean;
}

/** Names one attempt. It is also the fence: an attempt that is not the newest changes nothing. */
export interface AttemptRef {
  readonly seq: number;
  /** 1 for the first. */
  readonly attempt: number;
}

/** One write of conversation state. */
export interface StateWrite {
  readonly key: string;
  /** Undefined removes the record. */
  readonly record: StateRecord | undefined;
  /**
   * The version that was read (0: there was none). If it is another one at the commit, nothing of
   * the commit happens. Undefined: the key was not read, whatever is there is replaced.
   */
  readonly expectedVersion: number | undefined;
}

/** A state record and its version; version 0 and no record when there is none. */
export interface VersionedState {
  readonly version: number;
  readonly record: StateRecord | undefined;
}

/** How one attempt ended. */
export type Ending =
  | {
      readonly to: "done";
      /** The handler's name, or undefined when no handler wanted the update. */
      readonly handler: string | undefined;
      readonly writes: readonly StateWrite[];
      /** The id of an update that had the same content; then this one was not handled again. */
      readonly duplicateOf?: number;
      /**
       * Own events that the attempt has emitted, to be stored with it and set aside. The listener
       * hears of them as of everything that is set aside, or that waits.
       */
      readonly emits?: readonly NewUpdate[];
      /** What the handler did to the outbox, if it did. */
      readonly outbox?: { readonly writes: readonly OutboxWrite[]; readonly times: OutboxTimes };
      /** Timers that the attempt has set or cancelled. */
      readonly timers?: readonly TimerWrite[];
      /**
       * The timer as whose update this was handled; its record goes. If it was cancelled or set
       * again meanwhile, nothing of the commit happens: `conflict`.
       */
      readonly fired?: TimerRef | undefined;
    }
  | { readonly to: "retry"; readonly error: string; readonly retryAtMs: number }
  /** The host stopped the attempt: it does not count. */
  | { readonly to: "again" }
  | { readonly to: "parked"; readonly reason: ParkedReason; readonly error: string }
  | { readonly to: "expired" };

/** An ending, and the attempt that follows it in the lane. */
export interface Settlement extends AttemptRef {
  readonly ending: Ending;
  readonly atMs: number;
  /** Counted in the same transaction, if the ending is applied. */
  readonly next: AttemptRef | undefined;
  /** What is written to the log, if the ending is applied. */
  readonly log?: LogBody | undefined;
}

/**
 * - `applied`: everything of it is committed.
 * - `conflict`: a state record has another version than expected, or the timer that was handled was
 *   cancelled meanwhile; nothing happened.
 * - `fenced`: a newer attempt exists or the update is settled already; nothing happened.
 */
export type Settled = "applied" | "conflict" | "fenced";

/**
 * What is known about an effect:
 * - `result`: it ended well;
 * - `repeated`: so too, but an earlier attempt may have done it before;
 * - `intent`: it was about to begin, and its end is not known;
 * - `unknown`: it has ended, or was cut off, and nobody knows whether it happened;
 * - `failed`: it has not happened.
 */
export type EffectKind = "result" | "repeated" | "intent" | "unknown" | "failed";

/**
 * The key of an entry, always `unknown`, which stands for whatever an attempt did whose process
 * died, once the count of attempts does not tell of it any more.
 */
export const ANY_EFFECT = "*";

/** An effect of an attempt that is kept, so that later attempts need not repeat it. */
export interface JournalEntry {
  /** What was done, unique in the update's journal. */
  readonly key: string;
  /** The attempt that did it. */
  readonly attempt: number;
  readonly kind: EffectKind;
  /** The result as JSON text. Undefined unless there is one, and for one that is `undefined`. */
  readonly value: string | undefined;
  readonly atMs: number;
}

/** An update that waits for a person's decision. */
export interface ParkedUpdate {
  readonly seq: number;
  readonly botId: number;
  readonly updateId: number | undefined;
  readonly lane: string;
  readonly raw: Uint8Array;
  readonly receivedAtMs: number;
  readonly parkedAtMs: number;
  readonly attempts: number;
  readonly reason: ParkedReason;
  /** The last error's text; empty for what was parked on arrival. */
  readonly error: string;
}

/** Which dead letters: those to which everything applies that is said. */
export interface ParkedFilter {
  readonly botId?: number;
  readonly lane?: string;
  readonly reason?: ParkedReason;
  /** Parked at this time or later, in milliseconds since the epoch. */
  readonly parkedFromMs?: number;
  /** Parked before this time. */
  readonly parkedToMs?: number;
  /** A part of the error's text, letter by letter. */
  readonly errorIncludes?: string;
}

/** Which dead letters are listed, newest first. */
export interface ParkedQuery extends ParkedFilter {
  /** Only updates that are older than this one; for the next page. */
  readonly beforeSeq?: number;
  /** Default 100. */
  readonly limit?: number;
}

/** What retention may remove. Live and parked updates are never among it. */
export interface Retention {
  /**
   * Settled updates older than this are removed, and with them the memory of their ids. Keys of
   * events that were emitted before this are forgotten.
   */
  readonly settledBeforeMs: number;
  /** The bytes of settled updates older than this are removed. */
  readonly payloadBeforeMs: number;
  /** State records that expired before this are removed. */
  readonly expiredBeforeMs: number;
  /** Log entries of settled updates that were written before this are removed; undefined: none. */
  readonly loggedBeforeMs?: number | undefined;
  /**
   * Repairs that were planned before this and that nobody has started are removed. Default:
   * `settledBeforeMs`.
   */
  readonly plannedBeforeMs?: number | undefined;
  /** At most this many rows are looked at. */
  readonly limit: number;
}

/** How much a store has in hand. */
export interface StoreStats {
  /**
   * Live updates, those in work included. Exact in SQLite. In PostgreSQL they are counted when a
   * connection begins and, while there are other nodes or too many to count, every ten seconds, so what
   * others do is seen late; and from 100,000 on it is an estimate: what the server's statistics said
   * when the table was last vacuumed or analysed, and 100,000 at least.
   * @see https://www.postgresql.org/docs/current/catalog-pg-class.html (`reltuples`)
   */
  readonly live: number;
  /** Dead letters, as exact as `live`. */
  readonly parked: number;
  /** Bytes of the new updates that wait for a commit or are in one. */
  readonly queuedBytes: number;
  /** Operations that wait for a commit or are in one. */
  readonly queued: number;
}

/**
 * What a store tells without being asked. Called synchronously, and in order with the answers to
 * {@link Store.accept}: what is said about an update is said before any answer about a newer one.
 */
export interface StoreListener {
  /** A claimed update; of one lane they come in order. It is in the caller's hand now. */
  found(update: StoredUpdate): void;
  /** A claimed update, `seq`, of which only {@link Store.load} gives the content. */
  foundAside(lane: string, seq: number): void;
  /** Live updates wait that nobody sees to: {@link Store.claim} when there is room. */
  waiting(): void;
  /** Something was paused or resumed, perhaps by another process that shares the store. */
  pausesChanged?(): void;
  /** A timer is due at this time, in milliseconds since the epoch; perhaps others before it. */
  timerDue(dueAtMs: number): void;
  /**
   * This process's clock is ahead of the one of a shared store by so many milliseconds (behind: less
   * than 0), more than two seconds; undefined: not any more. Told when it changes.
   */
  clocksApart?(aheadMs: number | undefined): void;
}

/**
 * Keeps updates, conversation state and journals, and hands live updates out in order.
 *
 * States: made → open (by {@link Store.open}) → closed (by {@link Store.close}).
 *
 * **Invariant:** a promise that resolves was committed to disk before, whatever it says. One that
 * rejects was not promised anything: its transaction is rolled back, or nobody can know.
 *
 * **Invariant:** every live update is in the caller's hand, set aside, or comes with a claim; the
 * updates of one lane come in the order of their numbers.
 *
 * **Invariant:** `settle` applies an ending completely or not at all, and never twice.
 *
 * All methods reject with a `RuntimeError`: `store-unavailable` (also before `open`),
 * `overloaded`, `store-refused`, `stopping` (after `close`), or `store-in-use` once another process
 * owns the data. After `store-unavailable` the store tries again by itself with the next operation;
 * an operation that was rejected so may be repeated: `begin`, `settle`, `setAside` and `record`
 * notice what was done already. If it cannot know what was committed, it has everything claimed
 * anew; what is in hand already is then found again.
 *
 * A store that several processes share leases lanes: an update comes to the one that has its lane,
 * from {@link StoreListener.found} on until {@link Store.release}.
 */
export interface Store {
  /** The sends of its bots. */
  readonly outbox: OutboxStore;

  /**
   * Takes possession: lock, schema, a token that fences earlier owners. Every live update of the
   * past waits to be claimed. Attempts that were running count as interrupted.
   */
  open(listener: StoreListener): Promise<void>;

  /**
   * Claim and storage in one: after it resolved, (botId, updateId) is taken and the bytes are safe.
   * Rejects with `overloaded` when too much waits for a commit.
   */
  accept(update: NewUpdate): Promise<Accepted>;

  /**
   * Asks for up to `limit` live updates that nobody sees to, oldest first. They come to the
   * listener before this resolves. The answer is whether more wait.
   */
  claim(limit: number): Promise<boolean>;

  /** Updates of a lane that were set aside, after `afterSeq`, in order, at most `limit`. */
  load(lane: string, afterSeq: number, limit: number): Promise<readonly StoredUpdate[]>;

  /** Lets live updates out of the caller's hand; {@link Store.load} gives them again. */
  setAside(seqs: readonly number[]): Promise<void>;

  /** Nothing live of this lane is in the caller's hand or set aside any more. */
  release(lane: string): void;

  /** Counts an attempt before it runs. `fenced`: it must not run. */
  begin(attempt: AttemptRef): Promise<"applied" | "fenced">;

  /** Ends an attempt: see {@link Settlement} and {@link Settled}. */
  settle(settlement: Settlement): Promise<Settled>;

  readState(key: string): Promise<VersionedState>;

  /** Other processes may write state too: what was read may be another's a moment later. */
  readonly isShared: boolean;

  /** Writes or replaces one entry. `fenced`: the attempt is over, nothing was written. */
  record(attempt: AttemptRef, entry: JournalEntry): Promise<"applied" | "fenced">;

  /** An update's entries, in the order in which they were first recorded. */
  journal(seq: number): Promise<readonly JournalEntry[]>;

  /** The dead letters that match, newest first. */
  parked(query: ParkedQuery): Promise<readonly ParkedUpdate[]>;

  /**
   * Puts a parked update at the end of its lane, with no attempts counted, no expiry, and its
   * journal kept, as changed by the decisions. A claim brings it.
   */
  replay(seq: number, decisions?: readonly EffectDecision[]): Promise<Replayed>;

  /** What it can do for whoever looks after what went wrong. */
  readonly repairs: RepairStore;

  /** What is paused. */
  readonly pauses: PauseStore;
  readonly timers: TimerStore;

  readonly eventLog: EventLogStore;

  /** One small batch of retention; resolves to the number of rows that were removed. */
  sweep(retention: Retention): Promise<number>;

  stats(): StoreStats;

  /** Commits what is queued, then lets go of lock and file. */
  close(): Promise<void>;
}
