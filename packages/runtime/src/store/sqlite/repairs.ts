import { failpoint } from "../../failpoint.ts";
import { REPLAYED_VERSION, replayedText } from "../event-log-operations.ts";
import { writeLog } from "./event-log.ts";
import {
  type DiscardWrite,
  dueAfter,
  isDue,
  filterValues,
  hasGap,
  type ItemChange,
  type OpenEffect,
  type ParkedRow,
  type RepairRead,
  type RepairReadAnswers,
  type RepairWrite,
  type RepairWriteAnswers,
  refuseReplay,
  type ReplayWrite,
  STEP_MAX,
  type StepAnswer,
  type StepWrite,
  toDoubts,
  toItemChange,
  toLeftOut,
  toRecord,
  toRepair,
  type TurnWrite,
} from "../repair-operations.ts";
import { type Repair, REPAIR_MAX, type RepairPlan, type Replayed } from "../repair-store.ts";
import { ANY_EFFECT, type Retention } from "../store.ts";
import type { Statements } from "./statements.ts";

/** Answers one read that is for repairs. */
export function answerRepairRead(
  statements: Statements,
  read: RepairRead,
): RepairReadAnswers[RepairRead["op"]] {
  switch (read.op) {
    case "doubts":
      return toDoubts(statements.get("doubts").all(read.beforeSeq, read.limit));
    case "record": {
      const { name } = read;
      const row =
        "seq" in name
          ? statements.get("recordBySeq").get(name.seq)
          : statements.get("recordById").get(name.botId, name.updateId);
      return row && toRecord(row);
    }
    case "repairs": {
      const { id } = read;
      const all = statements.get("repairs");
      return (id === undefined ? all.all() : statements.get("repair").all(id)).map(toRepair);
    }
    case "running-repairs":
      return statements
        .get("runningRepairs")
        .all()
        .map((row) => Number(row["id"]));
    case "left-out": {
      const { id, afterSeq, limit } = read;
      return statements.get("leftOut").all(id, afterSeq, limit).map(toLeftOut);
    }
  }
}

/** Carries out one write that is for repairs, inside the transaction of its batch. */
export function applyRepair(
  statements: Statements,
  write: RepairWrite,
): RepairWriteAnswers[RepairWrite["op"]] {
  switch (write.op) {
    case "replay":
      return replay(statements, write);
    case "discard":
      return discard(statements, write);
    case "plan-repair":
      return plan(statements, write);
    case "turn-repair":
      return turn(statements, write);
    case "step-repair":
      return step(statements, write);
  }
}

/** A new number puts it behind everything that is in its lane now. */
function replay(
  statements: Statements,
  { seq, decisions, atMs }: Omit<ReplayWrite, "op">,
): Replayed {
  const parked = statements.get("parkedUpdate").get(seq) as ParkedRow | undefined;
  if (parked === undefined) return { status: "unknown" };
  const open = statements.get("openEffects").all(seq) as unknown as OpenEffect[];
  const refusal = refuseReplay(open, decisions);
  if (refusal !== undefined) return refusal;
  for (const { key, kind, value } of decisions) {
    statements.get("decideEffect").run(seq, key, kind, value ?? null, atMs);
  }
  if (hasGap(parked)) statements.get("rememberGap").run(seq, ANY_EFFECT, parked.attempts, atMs);
  const newSeq = Number(statements.get("nextSeq").get()?.["seq"]);
  statements.get("replayUpdate").run(seq, newSeq);
  failpoint("update.replayed");
  statements.get("replayPayload").run(seq, newSeq);
  statements.get("replayJournal").run(seq, newSeq);
  const log = { version: REPLAYED_VERSION, text: replayedText(seq, atMs) };
  writeLog(statements, log, { seq: newSeq, atMs });
  return { status: "replayed", seq: newSeq, lane: parked.lane };
}

function discard(statements: Statements, { seq, note, atMs }: Omit<DiscardWrite, "op">): boolean {
  return statements.get("discard").run(seq, note, atMs).changes === 1;
}

function plan(statements: Statements, { action, filter, ratePerSecond, note, atMs }: RepairPlan) {
  const values = filterValues(filter);
  const total = Number(statements.get("countMatching").get(...values)?.["count"]);
  if (total > REPAIR_MAX) return { tooMany: total };
  const { lastInsertRowid } = statements
    .get("planRepair")
    .run(action, JSON.stringify(filter), ratePerSecond, note, atMs, total);
  const id = Number(lastInsertRowid);
  statements.get("planItems").run(...values, id);
  return { id };
}

function turn(statements: Statements, { id, to, atMs }: TurnWrite): boolean {
  const name = to === "running" ? "startRepair" : "abortRepair";
  return statements.get(name).run(id, atMs).changes === 1;
}

/** Oldest first, so that what was parked of one lane comes back in its order. */
function step(statements: Statements, { id, atMs }: StepWrite): StepAnswer {
  const changes: ItemChange[] = [];
  for (;;) {
    const row = statements.get("repair").get(id);
    if (row === undefined) return { status: "unknown", nextAtMs: atMs, changes };
    const repair = toRepair(row);
    const nextAtMs = Number(row["next_at_ms"]);
    const isNext = repair.status === "running" && isDue(nextAtMs, repair.ratePerSecond, atMs);
    if (!isNext || changes.length === STEP_MAX) return { status: repair.status, nextAtMs, changes };
    const item = statements.get("nextItem").get(id);
    if (item === undefined) {
      statements.get("endRepair").run(id, atMs);
      return { status: "done", nextAtMs, changes };
    }
    const seq = Number(item["seq"]);
    const change = apply(statements, repair, { seq, atMs });
    changes.push(change);
    statements.get("endItem").run(id, seq, change.outcome);
    const { outcome } = change;
    const counts = [outcome === "replayed" || outcome === "discarded", outcome === "gone"];
    const numbers = [...counts, outcome === "undecided"].map(Number);
    const afterMs = dueAfter(nextAtMs, repair.ratePerSecond, atMs);
    statements.get("advanceRepair").run(id, afterMs, ...numbers);
  }
}

function apply(
  statements: Statements,
  { action, note }: Repair,
  { seq, atMs }: { readonly seq: number; readonly atMs: number },
): ItemChange {
  if (action === "replay") return toItemChange(replay(statements, { seq, decisions: [], atMs }));
  return { outcome: discard(statements, { seq, note, atMs }) ? "discarded" : "gone" };
}

/** Removes a part of a repair that retention does not cover any more, and then the repair. */
export function sweepRepairs(statements: Statements, retention: Retention): number {
  const { settledBeforeMs, plannedBeforeMs = settledBeforeMs, limit } = retention;
  statements.get("dropPlans").run(plannedBeforeMs);
  const old = statements.get("oldRepair").get(settledBeforeMs, plannedBeforeMs)?.["id"];
  if (old === undefined) return 0;
  const removed = Number(statements.get("deleteItems").run(old, limit).changes);
  if (removed < limit) statements.get("deleteRepair").run(old);
  return removed + 1;
}
