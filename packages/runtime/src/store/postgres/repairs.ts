import { failpoint } from "../../failpoint.ts";
import {
  type DoubtRow,
  groupDoubts,
  hasGap,
  type OpenEffect,
  type ParkedRow,
  type RepairRead,
  type RepairReadAnswers,
  type RepairWrite,
  type RepairWriteAnswers,
  refuseReplay,
  type ReplayWrite,
  STATUSES,
} from "../repair-operations.ts";
import type { DoubtfulEffect, Replayed } from "../repair-store.ts";
import { ANY_EFFECT } from "../store.ts";
import type { Row } from "./connection.ts";
import { type Scope, transact } from "./session.ts";

/** Answers one read that is for repairs. */
export async function answerRepairRead(
  { connection }: Scope,
  { beforeSeq, limit }: RepairRead,
): Promise<RepairReadAnswers[RepairRead["op"]]> {
  return groupDoubts((await connection.run("doubts", [beforeSeq, limit])).map(toDoubtRow));
}

/** Carries out one write that is for repairs, in a transaction of its own. */
export function applyRepair(
  scope: Scope,
  write: RepairWrite,
): Promise<RepairWriteAnswers[RepairWrite["op"]]> {
  return transact(scope, () => replay(scope, write));
}

/** Puts a parked update at the end of its lane. */
async function replay(scope: Scope, { seq, decisions, atMs }: ReplayWrite): Promise<Replayed> {
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
  return { status: "replayed", seq: newSeq };
}

function toDoubtRow(row: Row): DoubtRow {
  return {
    seq: Number(row["seq"]),
    botId: Number(row["bot_id"]),
    updateId: row["update_id"] === null ? undefined : Number(row["update_id"]),
    lane: String(row["lane"]),
    status: STATUSES[Number(row["status"])]!,
    receivedAtMs: Number(row["received_at_ms"]),
    effect: {
      key: String(row["key"]),
      kind: row["kind"] as DoubtfulEffect["kind"],
      attempt: Number(row["attempt"]),
      atMs: Number(row["at_ms"]),
    },
  };
}
