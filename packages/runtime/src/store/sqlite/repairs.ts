import type { SQLOutputValue } from "node:sqlite";

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
import type { Statements } from "./statements.ts";

type Row = Record<string, SQLOutputValue>;

/** Answers one read that is for repairs. */
export function answerRepairRead(
  statements: Statements,
  { beforeSeq, limit }: RepairRead,
): RepairReadAnswers[RepairRead["op"]] {
  return groupDoubts(statements.get("doubts").all(beforeSeq, limit).map(toDoubtRow));
}

/** Carries out one write that is for repairs, inside the transaction of its batch. */
export function applyRepair(
  statements: Statements,
  write: RepairWrite,
): RepairWriteAnswers[RepairWrite["op"]] {
  return replay(statements, write);
}

/** A new number puts it behind everything that is in its lane now. */
function replay(statements: Statements, { seq, decisions, atMs }: ReplayWrite): Replayed {
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
