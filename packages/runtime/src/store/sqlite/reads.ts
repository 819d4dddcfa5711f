import type { SQLOutputValue } from "node:sqlite";

import { filterValues } from "../repair-operations.ts";
import type { JournalEntry, ParkedReason, ParkedUpdate } from "../store.ts";
import { readPauses } from "./pauses.ts";
import { laneHash } from "./lane-counts.ts";
import type { LanePage, PackedAnswers, PlainRead } from "./protocol.ts";
import { answerRepairRead } from "./repairs.ts";
import { readLog } from "./event-log.ts";
import type { Statements } from "./statements.ts";
import { readGeneration } from "./timers.ts";
import { toUpdateColumns } from "./update-columns.ts";

type Row = Record<string, SQLOutputValue>;

/** Answers one read. */
export function answerRead(
  statements: Statements,
  read: PlainRead,
): PackedAnswers[PlainRead["op"]] {
  switch (read.op) {
    case "page":
      return toUpdateColumns(statements.rows("page", read.afterSeq, read.limit));
    case "lanes":
      return toLanePage(statements.rows("lanes", read.afterSeq, read.toSeq, read.limit));
    case "load":
      return toUpdateColumns(statements.rows("load", read.lane, read.afterSeq, read.limit));
    case "journal":
      return statements.get("journal").all(read.seq).map(toJournalEntry);
    case "parked": {
      const values = [...filterValues(read), read.beforeSeq, read.limit];
      return statements
        .get("parked")
        .all(...values)
        .map(toParkedUpdate);
    }
    case "pauses":
      return readPauses(statements);
    case "doubts":
    case "record":
    case "repairs":
    case "running-repairs":
    case "left-out":
      return answerRepairRead(statements, read);
    case "log":
      return readLog(statements, read);
    case "timer":
      return readGeneration(statements, read.key);
  }
}

/** One row of two lists, which costs half of what a row for each update does. */
function toLanePage([row]: readonly (readonly SQLOutputValue[])[]): LanePage {
  const [seqs, lanes] = row!.map((list) => JSON.parse(String(list)));
  return {
    seqs: Float64Array.from(seqs),
    hashes: Uint32Array.from(lanes as string[], (lane) => laneHash(lane)),
  };
}

function toParkedUpdate(row: Row): ParkedUpdate {
  return {
    seq: Number(row["seq"]),
    botId: Number(row["bot_id"]),
    updateId: numberOrNone(row["update_id"]),
    lane: String(row["lane"]),
    raw: row["raw"] as Uint8Array,
    receivedAtMs: Number(row["received_at_ms"]),
    parkedAtMs: Number(row["settled_at_ms"]),
    attempts: Number(row["attempts"]),
    reason: row["outcome"] as ParkedReason,
    error: String(row["error"] ?? ""),
  };
}

function toJournalEntry(row: Row): JournalEntry {
  return {
    key: String(row["key"]),
    attempt: Number(row["attempt"]),
    kind: row["kind"] as JournalEntry["kind"],
    value: row["value"] === null ? undefined : String(row["value"]),
    atMs: Number(row["at_ms"]),
  };
}

function numberOrNone(value: SQLOutputValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
