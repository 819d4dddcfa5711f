import type {
  AttemptRef,
  JournalEntry,
  ParkedReason,
  ParkedQuery,
  ParkedUpdate,
  Retention,
  Settled,
  Settlement,
  StoredUpdate,
  VersionedState,
} from "../store.ts";
import type { Outcome } from "../group-commit.ts";
import type { PauseRead, PauseReadAnswers, PauseWrite, PauseWriteAnswers } from "../pause-store.ts";
import type {
  RepairRead,
  RepairReadAnswers,
  RepairWrite,
  RepairWriteAnswers,
} from "../repair-operations.ts";
import type { OutboxAnswers, OutboxAsk } from "../outbox/outbox-store.ts";
import type {
  FireWrite,
  TimerRead,
  TimerReadAnswers,
  TimerWriteAnswers,
} from "../timer-operations.ts";
import type { LogRead, LogReadAnswers } from "../event-log-operations.ts";
import type { PostedFault } from "../store-fault.ts";
import type { PlainAnswers, PlainEndings } from "./plain-endings.ts";
import type { StateColumns } from "./state-columns.ts";
import type { PageRow, UpdateColumns } from "./update-columns.ts";

/** How the file is opened. */
export interface OpenRequest {
  readonly path: string;
  readonly pid: number;
  readonly nowMs: number;
  /** The file does not grow beyond this; undefined: as the disk lets it. */
  readonly sizeMaxBytes: number | undefined;
}

/** What is in the file. */
export interface OpenReport {
  readonly live: number;
  readonly parked: number;
  /** The oldest live update; 0 when there is none. */
  readonly firstLiveSeq: number;
  /** The newest live update; 0 when there is none. */
  readonly lastLiveSeq: number;
  /** When the next timer is due; undefined when none sleeps. */
  readonly nextTimerMs: number | undefined;
}

/** Numbers per update in {@link AcceptColumns.numbers}. */
export const ACCEPT_NUMBERS = 7;

/**
 * New updates, in columns, so that any number of them crosses the threads as three values.
 * Per update: bot id, update id (-1: none), received at, expires at (-1: never), attempts,
 * 1 if set aside, length of its bytes. `reasons` says why updates are parked, `keys` has the keys of
 * own events; undefined when no update has one.
 */
export interface AcceptColumns {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly lanes: readonly string[];
  readonly reasons: readonly (ParkedReason | undefined)[] | undefined;
  readonly keys: readonly (string | undefined)[] | undefined;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads see what was committed before their request. */
export type Read =
  | { readonly op: "page"; readonly afterSeq: number; readonly limit: number }
  | {
      readonly op: "lanes";
      readonly afterSeq: number;
      readonly toSeq: number;
      readonly limit: number;
    }
  | {
      readonly op: "load";
      readonly lane: string;
      readonly afterSeq: number;
      readonly limit: number;
    }
  | { readonly op: "state"; readonly key: string }
  | { readonly op: "journal"; readonly seq: number }
  | ({ readonly op: "parked" } & ParkedQuery & Required<Pick<ParkedQuery, "beforeSeq" | "limit">>)
  | RepairRead
  | PauseRead
  | LogRead
  | TimerRead;

/** Numbers of live updates and, in the same order, the {@link laneHash} of their lanes. */
export interface LanePage {
  readonly seqs: Float64Array<ArrayBuffer>;
  readonly hashes: Uint32Array<ArrayBuffer>;
}

/** What each {@link Read} answers with. */
export interface ReadAnswers
  extends RepairReadAnswers, PauseReadAnswers, TimerReadAnswers, LogReadAnswers {
  page: readonly PageRow[];
  lanes: LanePage;
  load: readonly StoredUpdate[];
  state: VersionedState;
  journal: readonly JournalEntry[];
  parked: readonly ParkedUpdate[];
}

/** What crosses to the thread one by one: state records are read all at once. */
export type PlainRead = Exclude<Read, { readonly op: "state" }>;

/** What the thread answers each {@link PlainRead} with. */
export interface PackedAnswers extends Omit<ReadAnswers, "page" | "load" | "state"> {
  page: UpdateColumns;
  load: UpdateColumns;
}

/** All writes of a request are one transaction with its new updates. */
export type Write =
  | ({ readonly op: "begin" } & AttemptRef)
  | ({ readonly op: "settle" } & Settlement)
  | ({ readonly op: "record"; readonly entry: JournalEntry } & AttemptRef)
  | { readonly op: "aside"; readonly seqs: readonly number[] }
  | RepairWrite
  | PauseWrite
  | FireWrite
  | ({ readonly op: "sweep" } & Retention)
  | { readonly op: "outbox"; readonly ask: OutboxAsk };

/** Applied, with events that were stored in the same commit. */
export interface SettledWithEvents {
  /** The number of each; 0 for one whose key was taken. */
  readonly emitted: readonly number[];
}

/**
 * What is said about a settlement. `known`: it was committed before, and its answer was lost, so that
 * the file was opened and its updates were counted since.
 */
export type SettleAnswer = Settled | "known" | SettledWithEvents;

/** What each {@link Write} answers with. */
export interface WriteAnswers extends RepairWriteAnswers, PauseWriteAnswers, TimerWriteAnswers {
  begin: "applied" | "fenced";
  settle: SettleAnswer;
  record: "applied" | "fenced";
  aside: undefined;
  sweep: number;
  outbox: OutboxAnswers[OutboxAsk["do"]];
}

/** What a SQLite store does in groups. A new update is answered with its number, 0: a duplicate. */
export interface SqliteOperations {
  readonly read: Read;
  readonly readAnswers: ReadAnswers;
  readonly write: Write;
  readonly writeAnswers: WriteAnswers;
  readonly accepted: number;
}

/** One round trip: reads, then one transaction. */
export interface BatchRequest {
  readonly reads: readonly PlainRead[];
  /** Keys of the state records that are read. */
  readonly states: readonly string[];
  readonly endings: PlainEndings | undefined;
  readonly writes: readonly Write[];
  readonly accepts: AcceptColumns | undefined;
}

/** Answers in the order of the request. */
export interface BatchAnswer {
  readonly reads: readonly Outcome<PackedAnswers[PlainRead["op"]]>[];
  readonly states: Outcome<StateColumns>;
  readonly endings: Outcome<PlainAnswers>;
  readonly writes: readonly Outcome<unknown>[];
  /** Per new update its number, or 0 for a duplicate; or why none of them is stored. */
  readonly accepted: Outcome<Float64Array<ArrayBuffer>>;
}

export type WorkerRequest =
  | { readonly do: "open"; readonly open: OpenRequest }
  | { readonly do: "batch"; readonly batch: BatchRequest }
  | { readonly do: "close" };

export type WorkerAnswer =
  | { readonly did: "open"; readonly report: OpenReport }
  | { readonly did: "batch"; readonly batch: BatchAnswer }
  | { readonly did: "close" }
  | { readonly did: "failed"; readonly fault: PostedFault };
