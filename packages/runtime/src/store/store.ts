import type { StateRecord } from "hookgram";

import type { PauseStore } from "./pause-store.ts";
import type { EffectDecision, Replayed, RepairStore } from "./repair-store.ts";
import type { OutboxStore, OutboxTimes, OutboxWrite } from "./outbox/outbox-store.ts";
import type { EventLogStore, LogBody } from "./event-log-store.ts";
import type { StoreNode } from "./store-node.ts";
import type { TimerRef, TimerStore, TimerWrite } from "./timer-store.ts";

/**
 * The states of a stored update.
 *
 * `live` → `done` | `expired` | `parked`; `parked` → `live` by a replay, or → `discarded` by a person.
 * `done`, `expired` and `discarded` are final: only retention touches them.
 */
export type UpdateStatus = "live" | "parked" | "done" | "expired" | "discarded";

/**
 * Why an update was parked: what the receiver found, or how its attempts ended. `ambiguous`: one of
 * its effects may have happened and must not be repeated before a person has decided.
 */
export const PARKED_REASONS = [
  "unparsable",
  "too-large",
  "too-deep",
  "failed",
  "killed-process",
  "ambiguous",
] as const;

/** @see {@link PARKED_REASONS} */
export type ParkedReason = (typeof PARKED_REASONS)[number];

/**
 * Where an update is after its commit:
 * - `hand`: in the caller's memory, and the caller handles it;
 * - `aside`: set aside, because its lane has enough in memory; the caller will {@link Store.load} it;
 * - `later`: in the store only, until a {@link Store.claim} brings it.
 */
export type Place = "hand" | "aside" | "later";

/** An update on its way into the store. */
export interface NewUpdate {
  readonly botId: number;
  /** Undefined if it could not be read; such an update has no duplicates. */
  readonly updateId: number | undefined;
  /** The bytes as they arrived; the store keeps exactly these. */
  readonly raw: Uint8Array;
  readonly receivedAtMs: number;
  /** The lane in which it waits its turn. */
  readonly lane: string;
  /** When it ceases to be of use, in milliseconds since the epoch; undefined: never. */
  readonly expiresAtMs: number | undefined;
  /** If given, the update is stored as parked and not as live. */
  readonly parkedBecause: ParkedReason | undefined;
  /** Where the caller wants it. */
  readonly place: Place;
  /** With `hand`: the first attempt is counted in the same transaction. */
  readonly begin: boolean;
  /**
   * Only for the bot's own events, which have no update id. Of two events with the same key only the
   * first is stored, for as long as keys are remembered ({@link Retention.settledBeforeMs}).
   */
  readonly key?: string | undefined;
}

/** What became of a {@link NewUpdate}, after its commit. */
export type Accepted =
  | { readonly status: "duplicate" }
  | {
      readonly status: "stored";
      readonly seq: number;
      /** As asked, or `later` because older updates wait to be claimed. */
      readonly place: Place;
      /**
       * The first attempt is counted: it may run without {@link Store.begin}, wherever the update is.
       * With `later`, another update of its lane was stored before it in the meantime.
       */
      readonly begun: boolean;
    };

/** One live update as it is stored. */
export interface StoredUpdate {
  /** Its number in the order of arrival. Numbers grow, and none is used twice. */
  readonly seq: number;
  readonly botId: number;
  readonly updateId: number | undefined;
  readonly lane: string;
  readonly raw: Uint8Array;
  readonly receivedAtMs: number;
  readonly expiresAtMs: number | undefined;
  /** Attempts that have begun, including those in which the process died. */
  readonly attempts: number;
  /** Attempts in which the process died, so that their end is unknown. */
  readonly interrupted: number;
  /** Milliseconds since the epoch before which the next attempt must not begin. */
  readonly retryAtMs: number | undefined;
  /** Whether there are journal entries of earlier attempts. */
  readonly journaled: boolean;
}

/** Identifies one attempt, and fences it: an attempt that is not the newest changes nothing. */
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
   * The version that was read (0: there was no record). If the version is another one at the commit,
   * nothing of the commit is applied. Undefined: the key was not read, and any version is replaced.
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
      /** The id of an update with the same content, because of which this one was not handled. */
      readonly duplicateOf?: number;
      /**
       * Own events that the attempt has emitted, which are stored in the same commit and set aside.
       * The listener is told of them as of others that are set aside or wait.
       */
      readonly emits?: readonly NewUpdate[];
      /** What the handler did to the outbox, if anything. */
      readonly outbox?: { readonly writes: readonly OutboxWrite[]; readonly times: OutboxTimes };
      /** Timers that the attempt has set or cancelled. */
      readonly timers?: readonly TimerWrite[];
      /**
       * The timer whose update this is. Its record is removed; if it was cancelled or set again
       * meanwhile, nothing of the commit is applied: `conflict`.
       */
      readonly fired?: TimerRef | undefined;
    }
  | { readonly to: "retry"; readonly error: string; readonly retryAtMs: number }
  /** The attempt does not count, as if it had not begun: the host stopped it, or it never ran. */
  | { readonly to: "taken-back" }
  | { readonly to: "parked"; readonly reason: ParkedReason; readonly error: string }
  | { readonly to: "expired" };

/** The ending of an attempt, and the attempt that follows it in the lane. */
export interface Settlement extends AttemptRef {
  readonly ending: Ending;
  readonly atMs: number;
  /** Counted in the same transaction, provided that the ending is applied. */
  readonly next: AttemptRef | undefined;
  /** Written to the event log, provided that the ending is applied. */
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
 * - `result`: it succeeded;
 * - `repeated`: it succeeded, but an earlier attempt may have done it as well;
 * - `intent`: it was about to begin, and its end is not known;
 * - `unknown`: it ended or was cut off, and nobody knows whether it happened;
 * - `failed`: it did not happen.
 */
export type EffectKind = "result" | "repeated" | "intent" | "unknown" | "failed";

/**
 * The key of an `unknown` entry that stands for whatever an attempt did whose process died. A replay
 * writes it, because it resets the count of interrupted attempts.
 */
export const ANY_EFFECT = "*";

/** A recorded effect of an attempt, which later attempts need not repeat. */
export interface JournalEntry {
  /** Identifies the effect in the update's journal. */
  readonly key: string;
  /** The attempt that did it. */
  readonly attempt: number;
  readonly kind: EffectKind;
  /** The result as JSON. Undefined if there is none, or if the result is `undefined`. */
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
  /** The text of the last error; empty if the update was parked on arrival. */
  readonly error: string;
}

/** Selects dead letters: those that match every given property. Default: all. */
export interface ParkedFilter {
  readonly botId?: number;
  readonly lane?: string;
  readonly reason?: ParkedReason;
  /** Parked at this time or later, in milliseconds since the epoch. */
  readonly parkedFromMs?: number;
  /** Parked before this time. */
  readonly parkedToMs?: number;
  /** A part of the error's text, which is compared literally. */
  readonly errorIncludes?: string;
}

/** Which dead letters are listed, newest first. */
export interface ParkedQuery extends ParkedFilter {
  /** Only updates with smaller numbers, for the next page. */
  readonly beforeSeq?: number;
  /** Default 100. */
  readonly limit?: number;
}

/** What retention may remove, which is never a live or parked update. */
export interface Retention {
  /**
   * Updates that were settled before this are removed, and their ids forgotten; so are the keys of
   * events that were emitted before this.
   */
  readonly settledBeforeMs: number;
  /** The bytes of updates that were settled before this are removed. */
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

/** How much a store holds. */
export interface StoreStats {
  /**
   * Live updates, including those being handled. Exact in SQLite. In PostgreSQL they are counted when
   * a connection begins and, while there are other nodes or too many to count, every ten seconds, so
   * that changes by others are seen late. From 100,000 on the number is an estimate, made once a
   * minute: what the server found when the table was last vacuumed or analysed, and at least 100,000.
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
 * Is told of what the caller has not asked for. Calls are synchronous and in order with the answers to
 * {@link Store.accept}: a call about an update comes before any answer about a newer one.
 */
export interface StoreListener {
  /** Called with a claimed update, which is in the caller's hand now. Those of a lane come in order. */
  found(update: StoredUpdate): void;
  /** Called for a claimed update whose content only {@link Store.load} gives. */
  foundAside(lane: string, seq: number): void;
  /** Called when live updates wait to be claimed: {@link Store.claim} when there is room. */
  waiting(): void;
  /** Called when something was paused or resumed, perhaps by another process. */
  pausesChanged?(): void;
  /** Called when a timer is due at this time, in ms since the epoch. Others may be due before. */
  timerDue(dueAtMs: number): void;
  /**
   * This process's clock is ahead of the one of a shared store by so many milliseconds (behind: less
   * than 0), more than two seconds; undefined: not any more. Told when it changes.
   */
  clocksApart?(aheadMs: number | undefined): void;
}

/**
 * Keeps updates, conversation state and journals, and hands out live updates in order.
 *
 * States: made → open (by {@link Store.open}) → closed (by {@link Store.close}).
 *
 * **Invariant:** a promise resolves only after the commit to disk. If it rejects, the transaction was
 * rolled back, or it is unknown whether it was committed.
 *
 * **Invariant:** every live update is in the caller's hand, set aside, or comes with a claim; the
 * updates of one lane come in the order of their numbers.
 *
 * **Invariant:** `settle` applies an ending completely or not at all, and never twice.
 *
 * All methods reject with a `RuntimeError`: `store-unavailable` (also before `open`),
 * `overloaded`, `store-refused`, `stopping` (after `close`), or `store-in-use` once another process
 * owns the data. After `store-unavailable` the next operation tries again, and the rejected one may be
 * repeated: `begin`, `settle`, `setAside` and `record` notice what was done already. If it is unknown
 * what was committed, the store has everything claimed again; updates that are in the caller's hand
 * are then found a second time.
 *
 * A store that several processes share leases lanes: a lane's updates come to one process only, from
 * {@link StoreListener.found} until {@link Store.release}.
 */
export interface Store {
  /** The sends of the bots. */
  readonly outbox: OutboxStore;

  /**
   * Takes possession of the data: lock, schema, and a token that fences earlier owners. All live
   * updates then wait to be claimed, and attempts that were running count as interrupted.
   */
  open(listener: StoreListener): Promise<void>;

  /**
   * Stores an update, unless one with the same (botId, updateId) was stored before. Rejects with
   * `overloaded` when too much waits for a commit.
   */
  accept(update: NewUpdate): Promise<Accepted>;

  /**
   * Claims up to `limit` live updates, oldest first, and passes them to the listener before it
   * resolves. Resolves to whether more of them wait.
   */
  claim(limit: number): Promise<boolean>;

  /** Up to `limit` updates of a lane that were set aside, in order, after the number `afterSeq`. */
  load(lane: string, afterSeq: number, limit: number): Promise<readonly StoredUpdate[]>;

  /** Sets live updates aside, out of the caller's hand; {@link Store.load} gives them again. */
  setAside(seqs: readonly number[]): Promise<void>;

  /** Gives a lane back, of which nothing live is in the caller's hand or set aside any more. */
  release(lane: string): void;

  /** Counts an attempt, which may then run. `fenced`: it must not run. */
  begin(attempt: AttemptRef): Promise<"applied" | "fenced">;

  /** Ends an attempt, see {@link Settlement} and {@link Settled}. */
  settle(settlement: Settlement): Promise<Settled>;

  readState(key: string): Promise<VersionedState>;

  /** Whether other processes may use the same data, so that state may change after it was read. */
  readonly isShared: boolean;

  /** Writes or replaces one entry of a journal. `fenced`: the attempt is over, nothing was written. */
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

  /** Dead letters, effects in doubt, and repairs. */
  readonly repairs: RepairStore;

  /** The pauses that are in force. */
  readonly pauses: PauseStore;

  readonly timers: TimerStore;

  readonly eventLog: EventLogStore;

  /** Removes one small batch of old rows. Resolves to how many were removed. */
  sweep(retention: Retention): Promise<number>;

  /** Only of a store that several processes share: who they are, the oldest first. */
  nodes?(): Promise<readonly StoreNode[]>;

  stats(): StoreStats;

  /** Commits what is queued, then releases the data. */
  close(): Promise<void>;
}
