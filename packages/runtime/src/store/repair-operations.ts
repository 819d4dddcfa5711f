import type {
  DoubtfulEffect,
  DoubtfulUpdate,
  DoubtsQuery,
  EffectDecision,
  Replayed,
} from "./repair-store.ts";
import type { UpdateStatus } from "./store.ts";

/** What the numbers in `updates.status` mean. */
export const STATUSES: readonly UpdateStatus[] = ["live", "parked", "done", "expired"];

/** Reads that are for repairs, by their `op`. */
export type RepairRead = { readonly op: "doubts" } & Required<DoubtsQuery>;

export interface RepairReadAnswers {
  doubts: readonly DoubtfulUpdate[];
}

/** Writes that are for repairs; each is complete in itself. */
export interface ReplayWrite {
  readonly op: "replay";
  readonly seq: number;
  readonly decisions: readonly EffectDecision[];
  readonly atMs: number;
}

export type RepairWrite = ReplayWrite;

export interface RepairWriteAnswers {
  replay: Replayed;
}

/** Effects of a dead letter of which nobody knows whether they happened. */
export interface OpenEffect {
  readonly key: string;
  readonly kind: "intent" | "unknown";
}

/** What a dead letter's row says about its attempts. */
export interface ParkedRow {
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

/** A doubtful effect with the update that it belongs to: one row of what a store reads. */
export type DoubtRow = Omit<DoubtfulUpdate, "effects"> & { readonly effect: DoubtfulEffect };

/** Puts rows that follow each other and belong to one update together. */
export function groupDoubts(rows: readonly DoubtRow[]): readonly DoubtfulUpdate[] {
  const updates = new Map<number, DoubtfulUpdate & { readonly effects: DoubtfulEffect[] }>();
  for (const { effect, ...update } of rows) {
    const known = updates.get(update.seq);
    if (known === undefined) updates.set(update.seq, { ...update, effects: [effect] });
    else known.effects.push(effect);
  }
  return [...updates.values()];
}
