import type { SQLOutputValue } from "node:sqlite";

import { filterValues } from "../repair-operations.ts";
import type {
  JournalEntry,
  ParkedReason,
  ParkedUpdate,
  StoredUpdate,
  VersionedState,
} from "../store.ts";
import { readPauses } from "./pauses.ts";
import type { LanePage, PageRow, Read, ReadAnswers } from "./protocol.ts";
import { answerRepairRead } from "./repairs.ts";
import { readLog } from "./event-log.ts";
import type { Statements } from "./statements.ts";
import { readGeneration } from "./timers.ts";

type Row = Record<string, SQLOutputValue>;

/** Answers one read. */
export function answerRead(statements: Statements, read: Read): ReadAnswers[Read["op"]] {
  switch (read.op) {
    case "page":
      return statements.get("page").all(read.afterSeq, read.limit).map(toPageRow);
    case "lanes":
      return toLanePage(statements.get("lanes").all(read.afterSeq, read.toSeq, read.limit));
    case "load":
      return statements.get("load").all(read.lane, read.afterSeq, read.limit).map(toStoredUpdate);
    case "state":
      return toVersionedState(statements.get("readState").get(read.key));
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

function toPageRow(row: Row): PageRow {
  return row["aside"] === 1
    ? { aside: true, seq: Number(row["seq"]), lane: String(row["lane"]) }
    : { aside: false, update: toStoredUpdate(row) };
}

function toLanePage(rows: readonly Row[]): LanePage {
  const seqs = Float64Array.from(rows, (row) => Number(row["seq"]));
  return { seqs, lanes: rows.map((row) => String(row["lane"])) };
}

function toStoredUpdate(row: Row): StoredUpdate {
  const attempts = Number(row["attempts"]);
  return {
    seq: Number(row["seq"]),
    botId: Number(row["bot_id"]),
    updateId: numberOrNone(row["update_id"]),
    lane: String(row["lane"]),
    raw: row["raw"] as Uint8Array,
    receivedAtMs: Number(row["received_at_ms"]),
    expiresAtMs: numberOrNone(row["expires_at_ms"]),
    attempts,
    interrupted: attempts - Number(row["failures"]),
    retryAtMs: numberOrNone(row["retry_at_ms"]),
    journaled: row["journaled"] === 1,
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

function toVersionedState(row: Row | undefined): VersionedState {
  if (row === undefined) return { version: 0, record: undefined };
  const expiresAtMs = numberOrNone(row["expires_at_ms"]);
  return {
    version: Number(row["version"]),
    record: {
      state: String(row["state"]),
      data: JSON.parse(String(row["data"])),
      schemaVersion: Number(row["schema_version"]),
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    },
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
