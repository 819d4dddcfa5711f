import type {
  DoubtfulEffect,
  DoubtfulUpdate,
  DoubtsQuery,
  EffectDecision,
  LeftOut,
  LeftOutQuery,
  Repair,
  RepairAction,
  RepairPlan,
  RepairStep,
  Replayed,
  ReplayedUpdate,
  UpdateName,
  UpdateRecord,
} from "./repair-store.ts";
import type { ParkedFilter, UpdateStatus } from "./store.ts";

/** What the numbers in `updates.status` mean. */
export const STATUSES: readonly UpdateStatus[] = ["live", "parked", "done", "expired", "discarded"];

/** `updates.status` of what a person has put aside for good. */
export const DISCARDED = 4;

/** Reads that are for repairs, by their `op`. */
export type RepairRead =
  | ({ readonly op: "doubts" } & Required<DoubtsQuery>)
  | { readonly op: "record"; readonly name: UpdateName }
  | { readonly op: "repairs"; readonly id: number | undefined }
  | { readonly op: "running-repairs" }
  | ({ readonly op: "left-out"; readonly id: number } & Required<LeftOutQuery>);

export interface RepairReadAnswers {
  doubts: readonly DoubtfulUpdate[];
  record: UpdateRecord | undefined;
  repairs: readonly Repair[];
  "running-repairs": readonly number[];
  "left-out": readonly LeftOut[];
}

export type ReplayWrite = {
  readonly op: "replay";
  readonly seq: number;
  readonly decisions: readonly EffectDecision[];
  readonly atMs: number;
};

export type DiscardWrite = {
  readonly op: "discard";
  readonly seq: number;
  readonly note: string;
  readonly atMs: number;
};

export type TurnWrite = {
  readonly op: "turn-repair";
  readonly id: number;
  readonly to: "running" | "aborted";
  readonly atMs: number;
};

export type StepWrite = { readonly op: "step-repair"; readonly id: number; readonly atMs: number };

/** Writes that are for repairs; each is complete in itself. */
export type RepairWrite =
  | ReplayWrite
  | DiscardWrite
  | ({ readonly op: "plan-repair" } & RepairPlan)
  | TurnWrite
  | StepWrite;

const REPAIR_OPS: ReadonlySet<string> = new Set<RepairWrite["op"]>([
  "replay",
  "discard",
  "plan-repair",
  "turn-repair",
  "step-repair",
]);

export function isRepair(write: { readonly op: string }): write is RepairWrite {
  return REPAIR_OPS.has(write.op);
}

/** What a step did, besides what it says. */
export interface StepAnswer extends RepairStep {
  readonly changes: readonly ItemChange[];
}

export interface RepairWriteAnswers {
  replay: Replayed;
  discard: boolean;
  "plan-repair": { readonly id: number } | { readonly tooMany: number };
  "turn-repair": boolean;
  "step-repair": StepAnswer;
}

/** What became of one dead letter of a repair. */
export interface ItemChange {
  readonly outcome: "replayed" | "discarded" | "gone" | "undecided";
  readonly replayed?: ReplayedUpdate;
}

/** What became of a dead letter that was to be replayed as part of a repair. */
export function toItemChange(replayed: Replayed): ItemChange {
  if (replayed.status === "replayed") return { outcome: "replayed", replayed };
  return { outcome: replayed.status === "undecided" ? "undecided" : "gone" };
}

/** Effects of a dead letter of which nobody knows whether they happened. */
export interface OpenEffect {
  readonly key: string;
  readonly kind: "intent" | "unknown";
}

/** What a dead letter's row says about its attempts. */
export interface ParkedRow {
  readonly lane: string;
  readonly attempts: number;
  readonly failures: number;
  /** The reason. */
  readonly outcome: string;
}

/** A process died in one of its attempts. The last one came far enough to have it parked. */
export function hasGap({ attempts, failures, outcome }: ParkedRow): boolean {
  return attempts - failures > (outcome === "killed-process" ? 0 : 1);
}

/** Why a replay is refused; undefined when the decisions fit what is open. */
export function refuseReplay(
  open: readonly OpenEffect[],
  decisions: readonly EffectDecision[],
): Replayed | undefined {
  const isOpen = new Set(open.map(({ key }) => key));
  const strange = decisions.filter(({ key }) => !isOpen.has(key)).map(({ key }) => key);
  if (strange.length > 0) return { status: "no-such-effect", effects: strange };
  const isDecided = new Set(decisions.map(({ key }) => key));
  const effects = open
    .filter(({ key, kind }) => kind === "intent" && !isDecided.has(key))
    .map(({ key }) => key);
  return effects.length === 0 ? undefined : { status: "undecided", effects };
}

/** The values of a filter in the order in which the statements take them. */
export function filterValues(filter: ParkedFilter): (string | number | null)[] {
  const { botId, lane, reason, parkedFromMs, parkedToMs, errorIncludes } = filter;
  const values = [botId, lane, reason, parkedFromMs, parkedToMs, errorIncludes];
  return values.map((value) => value ?? null);
}

/** A repair that falls behind catches up with no more than this. */
const BEHIND_MAX_MS = 1_000;

/** Clocks of nodes are apart by less. */
const CLOCKS_APART_MAX_MS = 60_000;

/**
 * Whether the next dead letter's turn has come. One that is further ahead than the rate can put it was
 * planned before somebody set the clock back.
 */
export function isDue(nextAtMs: number, ratePerSecond: number, nowMs: number): boolean {
  const aheadMs = nextAtMs - nowMs;
  return aheadMs <= 0 || aheadMs > 1_000 / ratePerSecond + CLOCKS_APART_MAX_MS;
}

/** When the dead letter after the one that is due now is due. */
export function dueAfter(nextAtMs: number, ratePerSecond: number, nowMs: number): number {
  const fromMs = Math.min(Math.max(nextAtMs, nowMs - BEHIND_MAX_MS), nowMs);
  return fromMs + 1_000 / ratePerSecond;
}

/** Dead letters in one step, so that whatever else waits for the store has its turn. */
export const STEP_MAX = 20;

/** A row of `repairs`, with the counts of its dead letters. */
export type RepairRow = Readonly<Record<string, unknown>>;

export function toRepair(row: RepairRow): Repair {
  const [applied, gone] = [Number(row["applied"]), Number(row["gone"])];
  const [total, undecided] = [Number(row["total"]), Number(row["undecided"])];
  return {
    id: Number(row["id"]),
    action: row["action"] as RepairAction,
    filter: JSON.parse(String(row["filter"])) as ParkedFilter,
    ratePerSecond: Number(row["rate_per_second"]),
    note: String(row["note"]),
    status: row["status"] as Repair["status"],
    createdAtMs: Number(row["created_at_ms"]),
    startedAtMs: numberOrNone(row["started_at_ms"]),
    endedAtMs: numberOrNone(row["ended_at_ms"]),
    total,
    pending: total - applied - gone - undecided,
    applied,
    gone,
    undecided,
  };
}

export function toLeftOut(row: RepairRow): LeftOut {
  const because = (row["outcome"] ?? "pending") as LeftOut["because"];
  return { seq: Number(row["seq"]), because };
}

export function toRecord(row: RepairRow): UpdateRecord {
  return {
    ...toIdentity(row),
    attempts: Number(row["attempts"]),
    settledAtMs: numberOrNone(row["settled_at_ms"]),
    outcome: (row["outcome"] ?? undefined) as string | undefined,
    error: (row["error"] ?? undefined) as string | undefined,
  };
}

/** Puts rows that follow each other and belong to one update together. */
export function toDoubts(rows: readonly RepairRow[]): readonly DoubtfulUpdate[] {
  const updates = new Map<number, DoubtfulUpdate & { readonly effects: DoubtfulEffect[] }>();
  for (const row of rows) {
    const update = toIdentity(row);
    const effect: DoubtfulEffect = {
      key: String(row["key"]),
      kind: row["kind"] as DoubtfulEffect["kind"],
      attempt: Number(row["attempt"]),
      atMs: Number(row["at_ms"]),
    };
    const known = updates.get(update.seq);
    if (known === undefined) updates.set(update.seq, { ...update, effects: [effect] });
    else known.effects.push(effect);
  }
  return [...updates.values()];
}

function toIdentity(row: RepairRow): Omit<DoubtfulUpdate, "effects"> {
  return {
    seq: Number(row["seq"]),
    botId: Number(row["bot_id"]),
    updateId: numberOrNone(row["update_id"]),
    lane: String(row["lane"]),
    status: STATUSES[Number(row["status"])]!,
    receivedAtMs: Number(row["received_at_ms"]),
  };
}

function numberOrNone(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
