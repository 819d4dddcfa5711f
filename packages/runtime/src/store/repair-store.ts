import type { EffectKind, ParkedFilter, UpdateStatus } from "./store.ts";

/** What a person has found out about an effect that may have happened. */
export interface EffectDecision {
  /** As in the update's journal. */
  readonly key: string;
  /** `result`: it happened, later attempts get `value`. `unknown`: it is done again. */
  readonly kind: "result" | "unknown";
  /** JSON text; undefined for a result that is `undefined`. */
  readonly value: string | undefined;
}

/** A dead letter that was put back. */
export interface ReplayedUpdate {
  /** Its new place in the order, at the end of its lane. */
  readonly seq: number;
  readonly lane: string;
}

/** What a replay did. `unknown`: no update with this number is parked. */
export type Replayed =
  | { readonly status: "unknown" }
  | ({ readonly status: "replayed" } & ReplayedUpdate)
  /** These effects may have happened and nobody has decided; nothing was changed. */
  | { readonly status: "undecided"; readonly effects: readonly string[] }
  /** A decision is about effects of which all is known; nothing was changed. */
  | { readonly status: "no-such-effect"; readonly effects: readonly string[] };

/** An effect that may have happened more than once, or not at all. */
export interface DoubtfulEffect {
  readonly key: string;
  /**
   * `repeated`: it was done, perhaps twice. `unknown` and `intent`: nobody knows whether it happened.
   */
  readonly kind: Extract<EffectKind, "repeated" | "unknown" | "intent">;
  readonly attempt: number;
  readonly atMs: number;
}

/** An update with effects that are in doubt. It is known for as long as its journal is kept. */
export interface DoubtfulUpdate {
  readonly seq: number;
  readonly botId: number;
  readonly updateId: number | undefined;
  readonly lane: string;
  readonly status: UpdateStatus;
  readonly receivedAtMs: number;
  readonly effects: readonly DoubtfulEffect[];
}

/** Which effects in doubt are listed, newest first. */
export interface DoubtsQuery {
  /** Only updates that are older than this one; for the next page. */
  readonly beforeSeq?: number;
  /** Default 100. */
  readonly limit?: number;
}

/** Which update a record is asked for: by its number, or by what Telegram called it. */
export type UpdateName =
  | { readonly seq: number }
  | { readonly botId: number; readonly updateId: number };

/** What is known about one update, for as long as its id is remembered. */
export interface UpdateRecord {
  readonly seq: number;
  readonly botId: number;
  readonly updateId: number | undefined;
  readonly lane: string;
  readonly status: UpdateStatus;
  readonly attempts: number;
  readonly receivedAtMs: number;
  /** When it was done, expired, parked or discarded. */
  readonly settledAtMs: number | undefined;
  /**
   * `done`: the handler's name, undefined when none wanted it. `parked`: the reason. `discarded`: the
   * note of who did it.
   */
  readonly outcome: string | undefined;
  /** The last error's text. */
  readonly error: string | undefined;
}

/** What is done to each dead letter of a repair. */
export type RepairAction = "replay" | "discard";

/** A repair as it is planned. */
export interface RepairPlan {
  readonly action: RepairAction;
  readonly filter: ParkedFilter;
  /** Dead letters per second. */
  readonly ratePerSecond: number;
  /** Why, for whoever reads it later. */
  readonly note: string;
  readonly atMs: number;
}

/**
 * One action on many dead letters.
 *
 * States: `planned` → `running` → `done` or `aborted`; `planned` → `aborted`. It is kept in the store
 * and goes on after a restart.
 *
 * **Invariant:** it is about the dead letters that matched when it was planned, and about no others.
 * Each of them is counted in exactly one of `pending`, `applied`, `gone` and `undecided`.
 */
export interface Repair extends Omit<RepairPlan, "atMs"> {
  readonly id: number;
  readonly status: "planned" | "running" | "done" | "aborted";
  readonly createdAtMs: number;
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly total: number;
  /** Not touched: not yet, or never if it was aborted. */
  readonly pending: number;
  /** Replayed or discarded. */
  readonly applied: number;
  /** Left out: no longer parked when their turn came, because somebody else was faster. */
  readonly gone: number;
  /** Left out: they wait for a decision about their effects. */
  readonly undecided: number;
}

/** A dead letter that a repair has not changed, and why. */
export interface LeftOut {
  readonly seq: number;
  readonly because: "pending" | "gone" | "undecided";
}

/** Which of what a repair has left out is listed, oldest first. */
export interface LeftOutQuery {
  /** Only those with a greater number; for the next page. Default 0. */
  readonly afterSeq?: number;
  /** Default 100. */
  readonly limit?: number;
}

/** How far one step of a repair came. */
export interface RepairStep {
  readonly status: Repair["status"] | "unknown";
  /** When the next step is due; of no meaning unless it is `running`. */
  readonly nextAtMs: number;
}

/** What a store can do for whoever looks after what went wrong. */
export interface RepairStore {
  /** Undefined when the update is not known, or not any more. */
  record(name: UpdateName): Promise<UpdateRecord | undefined>;
  /** Updates with effects that are in doubt, newest first; what is in flight is not among them. */
  doubts(query: DoubtsQuery): Promise<readonly DoubtfulUpdate[]>;
  /** False when no update with this number is parked. */
  discard(seq: number, note: string, atMs: number): Promise<boolean>;
  /** The repair's number, or how many dead letters match when that is more than `REPAIR_MAX`. */
  plan(plan: RepairPlan): Promise<{ readonly id: number } | { readonly tooMany: number }>;
  /** Newest first. */
  list(): Promise<readonly Repair[]>;
  get(id: number): Promise<Repair | undefined>;
  leftOut(id: number, query: LeftOutQuery): Promise<readonly LeftOut[]>;
  /** False when the repair is not known, or in a state from which this one cannot follow. */
  turn(id: number, to: "running" | "aborted", atMs: number): Promise<boolean>;
  /** Repairs that are running, on whichever node. */
  running(): Promise<readonly number[]>;
  /** Carries out what is due of a running repair, a little at a time. Several nodes may. */
  step(id: number, atMs: number): Promise<RepairStep>;
}

/** Dead letters in one repair. More are for several of them, by time. */
export const REPAIR_MAX = 100_000;

/** Repairs that {@link RepairStore.list} gives. */
export const REPAIRS_LISTED = 100;
