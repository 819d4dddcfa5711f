import type { OperationBatch } from "../group-commit.ts";
import type {
  Accepted,
  AttemptRef,
  JournalEntry,
  ParkedQuery,
  ParkedUpdate,
  Retention,
  Settled,
  Settlement,
  StoredUpdate,
  VersionedState,
} from "../store.ts";
import type { PauseRead, PauseReadAnswers, PauseWrite, PauseWriteAnswers } from "../pause-store.ts";
import {
  isRepair,
  type RepairRead,
  type RepairReadAnswers,
  type RepairWrite,
  type RepairWriteAnswers,
} from "../repair-operations.ts";
import type {
  FireWrite,
  TimerRead,
  TimerReadAnswers,
  TimerWriteAnswers,
} from "../timer-operations.ts";
import type { LogRead, LogReadAnswers } from "../event-log-operations.ts";
import type { Counts } from "./counts.ts";
import type { PostedFault } from "../store-fault.ts";

export type Read =
  /** Takes lanes, so it is more than a read; but it has to be answered before new updates are. */
  | { readonly op: "claim"; readonly limit: number }
  | {
      readonly op: "load";
      readonly lane: string;
      readonly afterSeq: number;
      readonly limit: number;
    }
  | { readonly op: "counts" }
  | { readonly op: "state"; readonly key: string }
  | { readonly op: "journal"; readonly seq: number }
  | ({ readonly op: "parked" } & ParkedQuery & Required<Pick<ParkedQuery, "beforeSeq" | "limit">>)
  | RepairRead
  | PauseRead
  | LogRead
  | TimerRead;

/** A claimed update, or, when it was set aside, only where it is. */
export type ClaimedRow =
  | { readonly aside: false; readonly update: StoredUpdate }
  | { readonly aside: true; readonly seq: number; readonly lane: string };

export interface Claimed {
  readonly rows: readonly ClaimedRow[];
  /**
   * Lanes that are ours and of which nothing waits: if nothing is in hand either, they are idle.
   */
  readonly calm: readonly string[];
  readonly more: boolean;
}

/** Applied, with events that were stored in the same commit. */
export interface SettledWithEvents {
  readonly emitted: readonly Accepted[];
}

/**
 * What is said about a settlement. `known`: it was committed before, and its answer was lost; what
 * is live was counted since.
 */
export type SettleAnswer = Settled | "known" | SettledWithEvents;

export interface ReadAnswers
  extends RepairReadAnswers, PauseReadAnswers, TimerReadAnswers, LogReadAnswers {
  claim: Claimed;
  load: readonly StoredUpdate[];
  counts: Counts;
  state: VersionedState;
  journal: readonly JournalEntry[];
  parked: readonly ParkedUpdate[];
}

export type BeginWrite = { readonly op: "begin" } & AttemptRef;
export type SettleWrite = { readonly op: "settle" } & Settlement;
export type RecordWrite = { readonly op: "record"; readonly entry: JournalEntry } & AttemptRef;
export type AsideWrite = { readonly op: "aside"; readonly seqs: readonly number[] };

/** Writes that share one transaction with the new updates. */
export type SharedWrite = BeginWrite | SettleWrite | RecordWrite | AsideWrite;

/** Each of these has its own, because of the order in which they lock rows. */
export type LoneWrite =
  | { readonly op: "release"; readonly lanes: readonly string[] }
  | RepairWrite
  | PauseWrite
  | FireWrite
  | ({ readonly op: "sweep" } & Retention);

export type Write = SharedWrite | LoneWrite;

export interface Released {
  /** Lanes in which something live was left, which any node may claim now. */
  readonly left: readonly string[];
}

export interface WriteAnswers extends RepairWriteAnswers, PauseWriteAnswers, TimerWriteAnswers {
  begin: "applied" | "fenced";
  settle: SettleAnswer;
  record: "applied" | "fenced";
  aside: undefined;
  release: Released;
  sweep: number;
}

/** What a PostgreSQL store does in groups. */
export interface PostgresOperations {
  readonly read: Read;
  readonly readAnswers: ReadAnswers;
  readonly write: Write;
  readonly writeAnswers: WriteAnswers;
  readonly accepted: Accepted | PostedFault;
}

export type Batch = OperationBatch<PostgresOperations>;

const LONE_OPS: ReadonlySet<string> = new Set(["release", "sweep", "pause", "resume", "fire"]);

export function isLone(write: Write): write is LoneWrite {
  return LONE_OPS.has(write.op) || isRepair(write);
}
