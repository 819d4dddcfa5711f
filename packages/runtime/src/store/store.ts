import type { StateRecord } from "hookgram";

/**
 * Where a stored update stands.
 *
 * `live` → `done` | `expired` | `parked`, and `parked` → `live` again by a replay. `done` and
 * `expired` are final: only retention touches them.
 */
export type UpdateStatus = "live" | "parked" | "done" | "expired";

/** Why an update was parked: what the receiver saw, or how its attempts ended. */
export type ParkedReason = "unparsable" | "too-large" | "too-deep" | "failed" | "killed-process";

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
  /** The caller has room: it takes the lane if nobody holds it and nothing waits in it. */
  readonly take: boolean;
  /** With `take`: the first attempt is counted in the same transaction. */
  readonly begin: boolean;
}

/** What became of a {@link NewUpdate}, after its commit. */
export type Accepted =
  | { readonly status: "duplicate" }
  | {
      readonly status: "stored";
      readonly seq: number;
      /** The caller holds the lane and has to see to the update; otherwise a claim will find it. */
      readonly held: boolean;
      /** The first attempt is counted: it may run without {@link Store.begin}. */
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
}

/** A lane that the caller holds from now on, with its first updates in order. */
export interface LaneGrant {
  readonly lane: string;
  readonly updates: readonly StoredUpdate[];
  /** More live updates than these may be in the lane: {@link Store.load} has them. */
  readonly more: boolean;
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
}

/**
 * - `applied`: everything of it is committed.
 * - `conflict`: a state record has another version than expected; nothing happened.
 * - `fenced`: a newer attempt exists or the update is settled already; nothing happened.
 */
export type Settled = "applied" | "conflict" | "fenced";

/** An effect of an attempt that is kept, so that later attempts need not repeat it. */
export interface JournalEntry {
  /** What was done, unique in the update's journal. */
  readonly key: string;
  /** The attempt that did it. */
  readonly attempt: number;
  /** `intent`: it began, its end is not known. `result`, `error`: how it ended. */
  readonly kind: "intent" | "result" | "error";
  /** JSON text: the result, or what describes the error. Undefined for an intent. */
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

export interface ParkedQuery {
  /** Only updates that are older than this one; for the next page. */
  readonly beforeSeq?: number;
  /** Default 100. */
  readonly limit?: number;
}

/** What a replay did. `unknown`: no update with this number is parked. */
export type Replayed =
  | { readonly status: "unknown" }
  | {
      readonly status: "replayed";
      /** The update's new place, at the end of its lane. */
      readonly seq: number;
      readonly lane: string;
      readonly held: boolean;
    };

/** What retention may remove. Live and parked updates are never among it. */
export interface Retention {
  /** Settled updates older than this are removed, and with them the memory of their ids. */
  readonly settledBeforeMs: number;
  /** The bytes of settled updates older than this are removed. */
  readonly payloadBeforeMs: number;
  /** State records that expired before this are removed. */
  readonly expiredBeforeMs: number;
  /** At most this many rows are looked at. */
  readonly limit: number;
}

export interface StoreStats {
  /** Live updates, those in work included. */
  readonly live: number;
  readonly parked: number;
  /** Bytes of the updates that wait for a commit. */
  readonly queuedBytes: number;
  /** Operations that wait for a commit or are in one. */
  readonly queued: number;
}

/** What a store tells its holder without being asked. Called synchronously, never nested. */
export interface StoreListener {
  /**
   * A lane is the holder's. Comes before the answer to any {@link Store.accept} that was committed
   * after the grant's updates were read.
   */
  granted(grant: LaneGrant): void;
  /** There are live updates in lanes that nobody holds: {@link Store.claim} when there is room. */
  waiting(): void;
  /**
   * The link to the data broke and is there again. Updates may be stored that were reported as not
   * stored: every held lane has to be loaded again from its last known update on.
   */
  interrupted(): void;
}

/**
 * Keeps updates, conversation state and journals, and gives out lanes.
 *
 * States: made → open (by {@link Store.open}) → closed (by {@link Store.close}).
 *
 * **Invariant:** a promise that resolves was committed to disk before, whatever it says. One that
 * rejects was not promised anything: its transaction is rolled back, or nobody can know.
 *
 * **Invariant:** a lane has at most one holder, and only its holder settles its updates.
 *
 * **Invariant:** `settle` applies an ending completely or not at all, and never twice.
 *
 * All methods reject with a `RuntimeError`: `store-unavailable` (also before `open`),
 * `overloaded`, `stopping` (after `close`), or `store-in-use` once another process owns the data.
 * After `store-unavailable` the store tries again by itself with the next operation; an operation
 * that was rejected so may be repeated: `begin`, `settle` and `record` notice what was done already.
 *
 * Several processes may share one store when the implementation leases lanes; nothing here assumes
 * that all live updates belong to the caller.
 */
export interface Store {
  /**
   * Takes possession: lock, schema, a token that fences earlier owners. Every live update of the
   * past is in a lane that waits to be claimed. Attempts that were running count as interrupted.
   */
  open(listener: StoreListener): Promise<void>;

  /**
   * Claim and storage in one: after it resolved, (botId, updateId) is taken and the bytes are safe.
   * Rejects with `overloaded` when too much waits for a commit.
   */
  accept(update: NewUpdate): Promise<Accepted>;

  /**
   * Asks for up to `lanesMax` lanes that nobody holds and that have live updates, longest waiting
   * first. They come to {@link StoreListener.granted} before this resolves. The answer is whether
   * more lanes wait.
   */
  claim(lanesMax: number): Promise<boolean>;

  /** Live updates of a held lane after `afterSeq`, in order, at most `limit`. */
  load(lane: string, afterSeq: number, limit: number): Promise<readonly StoredUpdate[]>;

  /** The holder has settled everything that it knows of the lane and gives it back. */
  release(lane: string): void;

  /** Counts an attempt before it runs. `fenced`: it must not run. */
  begin(attempt: AttemptRef): Promise<"applied" | "fenced">;

  /** Ends an attempt: see {@link Settlement} and {@link Settled}. */
  settle(settlement: Settlement): Promise<Settled>;

  readState(key: string): Promise<VersionedState>;

  /** Writes or replaces one entry. `fenced`: the attempt is over, nothing was written. */
  record(attempt: AttemptRef, entry: JournalEntry): Promise<"applied" | "fenced">;

  /** An update's entries, in the order in which they were first recorded. */
  journal(seq: number): Promise<readonly JournalEntry[]>;

  /** Newest first. */
  parked(query: ParkedQuery): Promise<readonly ParkedUpdate[]>;

  /** Puts a parked update at the end of its lane, with no attempts counted and its journal kept. */
  replay(seq: number): Promise<Replayed>;

  /** One small batch of retention; resolves to the number of rows that were removed. */
  sweep(retention: Retention): Promise<number>;

  stats(): StoreStats;

  /** Commits what is queued, then lets go of lock and file. */
  close(): Promise<void>;
}
