import { failpoint } from "../../failpoint.ts";
import { REPLAYED_VERSION, replayedText } from "../event-log-operations.ts";
import { writeLog } from "./event-log.ts";
import {
  type DiscardWrite,
  dueAfter,
  filterValues,
  hasGap,
  isDue,
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
import { type Scope, transact } from "./session.ts";

/** Answers one read that is for repairs. */
export async function answerRepairRead(
  { connection }: Scope,
  read: RepairRead,
): Promise<RepairReadAnswers[RepairRead["op"]]> {
  switch (read.op) {
    case "doubts":
      return toDoubts(await connection.run("doubts", [read.beforeSeq, read.limit]));
    case "record": {
      const { name } = read;
      const [row] =
        "seq" in name
          ? await connection.run("recordBySeq", [name.seq])
          : await connection.run("recordById", [name.botId, name.updateId]);
      return row && toRecord(row);
    }
    case "repairs": {
      const { id } = read;
      const rows =
        id === undefined ? connection.run("repairs", []) : connection.run("repair", [id]);
      return (await rows).map(toRepair);
    }
    case "running-repairs":
      return (await connection.run("runningRepairs", [])).map((row) => Number(row["id"]));
    case "left-out": {
      const { id, afterSeq, limit } = read;
      return (await connection.run("leftOut", [id, afterSeq, limit])).map(toLeftOut);
    }
  }
}

/** Carries out one write that is for repairs, in transactions of its own. */
export async function applyRepair(
  scope: Scope,
  write: RepairWrite,
): Promise<RepairWriteAnswers[RepairWrite["op"]]> {
  switch (write.op) {
    case "replay":
      return transact(scope, () => replay(scope, write));
    case "discard":
      return transact(scope, () => discard(scope, write));
    case "plan-repair":
      return transact(scope, () => plan(scope, write));
    case "turn-repair":
      return transact(scope, () => turn(scope, write));
    case "step-repair":
      return step(scope, write);
  }
}

/** Puts a parked update at the end of its lane. */
async function replay(
  scope: Scope,
  { seq, decisions, atMs }: Omit<ReplayWrite, "op">,
): Promise<Replayed> {
  const { connection, node, woken } = scope;
  const [parked] = await connection.run("lockParked", [seq]);
  if (parked === undefined) return { status: "unknown" };
  const open = (await connection.run("openEffects", [seq])) as unknown as readonly OpenEffect[];
  const refusal = refuseReplay(open, decisions);
  if (refusal !== undefined) return refusal;
  const columns = [
    decisions.map(({ key }) => key),
    decisions.map(({ kind }) => kind),
    decisions.map(({ value }) => value ?? null),
  ];
  if (decisions.length > 0) await connection.run("decideEffects", [seq, atMs, ...columns]);
  if (hasGap(parked as unknown as ParkedRow)) {
    await connection.run("rememberGap", [seq, ANY_EFFECT, parked["attempts"], atMs]);
  }
  const [lane] = await connection.run("takeLanes", [node, [parked["lane"]], [false]]);
  const [replayed] = await connection.run("replayUpdate", [seq]);
  const newSeq = Number(replayed?.["seq"]);
  failpoint("update.replayed");
  await connection.run("replayPayload", [seq, newSeq]);
  await connection.run("replayJournal", [seq, newSeq]);
  if (lane?.["node"] !== node) woken.add(Number(lane?.["node"]));
  const log = { version: REPLAYED_VERSION, text: replayedText(seq, atMs) };
  await writeLog(scope, [{ seq: newSeq, atMs, log }]);
  return { status: "replayed", seq: newSeq, lane: String(parked["lane"]) };
}

async function discard(
  { connection }: Scope,
  { seq, note, atMs }: Omit<DiscardWrite, "op">,
): Promise<boolean> {
  return (await connection.run("discard", [seq, note, atMs])).length > 0;
}

async function plan(
  { connection }: Scope,
  { action, filter, ratePerSecond, note, atMs }: RepairPlan,
): Promise<RepairWriteAnswers["plan-repair"]> {
  const values = filterValues(filter);
  const [row] = await connection.run("countMatching", values);
  const total = Number(row?.["count"]);
  if (total > REPAIR_MAX) return { tooMany: total };
  const columns = [action, JSON.stringify(filter), ratePerSecond, note, atMs];
  const [planned] = await connection.run("planRepair", columns);
  const id = Number(planned?.["id"]);
  await connection.run("planItems", [...values, id]);
  return { id };
}

async function turn({ connection }: Scope, { id, to, atMs }: TurnWrite): Promise<boolean> {
  const name = to === "running" ? "startRepair" : "abortRepair";
  return (await connection.run(name, [id, atMs])).length > 0;
}

/**
 * Oldest first, so that what was parked of one lane comes back in its order. Each dead letter has a
 * transaction of its own: several would lock lanes in an order of their own.
 */
async function step(scope: Scope, write: StepWrite): Promise<StepAnswer> {
  const changes: ItemChange[] = [];
  for (;;) {
    const isLast = changes.length === STEP_MAX;
    const { change, ...state } = await transact(scope, () => stepOne(scope, write, isLast));
    if (change === undefined) return { ...state, changes };
    changes.push(change);
  }
}

interface StepState {
  readonly status: StepAnswer["status"];
  readonly nextAtMs: number;
  /** Undefined when nothing was due. */
  readonly change?: ItemChange;
}

async function stepOne(
  scope: Scope,
  { id, atMs }: StepWrite,
  onlyLook: boolean,
): Promise<StepState> {
  const { connection } = scope;
  const [row] = await connection.run(onlyLook ? "repair" : "lockRepair", [id]);
  if (row === undefined) return { status: "unknown", nextAtMs: atMs };
  const repair = toRepair(row);
  const nextAtMs = Number(row["next_at_ms"]);
  const isNext = repair.status === "running" && isDue(nextAtMs, repair.ratePerSecond, atMs);
  if (!isNext || onlyLook) return { status: repair.status, nextAtMs };
  const [item] = await connection.run("nextItem", [id]);
  if (item === undefined) {
    await connection.run("endRepair", [id, atMs]);
    return { status: "done", nextAtMs };
  }
  const seq = Number(item["seq"]);
  const change = await apply(scope, repair, { seq, atMs });
  const { outcome } = change;
  await connection.run("endItem", [id, seq, outcome]);
  const counts = [outcome === "replayed" || outcome === "discarded", outcome === "gone"];
  const numbers = [...counts, outcome === "undecided"].map(Number);
  const afterMs = dueAfter(nextAtMs, repair.ratePerSecond, atMs);
  await connection.run("advanceRepair", [id, afterMs, ...numbers]);
  return { status: "running", nextAtMs: afterMs, change };
}

async function apply(
  scope: Scope,
  { action, note }: Repair,
  { seq, atMs }: { readonly seq: number; readonly atMs: number },
): Promise<ItemChange> {
  if (action === "replay") return toItemChange(await replay(scope, { seq, decisions: [], atMs }));
  return { outcome: (await discard(scope, { seq, note, atMs })) ? "discarded" : "gone" };
}

/** Removes a part of a repair that retention does not cover any more, and then the repair. */
export async function sweepRepairs({ connection }: Scope, retention: Retention): Promise<number> {
  const { settledBeforeMs, plannedBeforeMs = settledBeforeMs, limit } = retention;
  await connection.run("dropPlans", [plannedBeforeMs]);
  const [old] = await connection.run("oldRepair", [settledBeforeMs, plannedBeforeMs]);
  if (old === undefined) return 0;
  const removed = await connection.run("deleteItems", [old["id"], limit]);
  if (removed.length < limit) await connection.run("deleteRepair", [old["id"]]);
  return removed.length + 1;
}
