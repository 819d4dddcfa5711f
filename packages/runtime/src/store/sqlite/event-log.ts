import type { SQLOutputValue } from "node:sqlite";

import type { LogRead } from "../event-log-operations.ts";
import type { LogBody, LogRow } from "../event-log-store.ts";
import { LIVE, PARKED } from "./schema.ts";
import type { Statements } from "./statements.ts";

const ROW = "SELECT id, seq, lane, at_ms, version, body FROM event_log";
const BETWEEN = "id > ?2 AND at_ms >= ?3 AND at_ms < ?4";

/** Every statement for the log, by what it is for. */
export const EVENT_LOG_SQL = {
  logEvents: `INSERT INTO event_log (seq, lane, at_ms, version, body)
    SELECT seq, lane, ?2, ?3, ?4 FROM updates WHERE seq = ?1`,
  logOfLane: `${ROW} INDEXED BY event_log_lane WHERE lane = ?1 AND ${BETWEEN} ORDER BY id LIMIT ?5`,
  logOfSeq: `${ROW} INDEXED BY event_log_seq WHERE seq = ?1 AND ${BETWEEN} ORDER BY id LIMIT ?5`,
  logOfAll: `${ROW} WHERE ?1 IS NULL AND ${BETWEEN}
      AND id >= coalesce((SELECT min(id) FROM event_log WHERE at_ms >= ?3 AND ?3 > 0), 0)
    ORDER BY id LIMIT ?5`,
  forgetLog: `DELETE FROM event_log WHERE id IN (SELECT l.id FROM event_log l
    WHERE l.at_ms < ?1 AND NOT EXISTS
      (SELECT 1 FROM updates u WHERE u.seq = l.seq AND u.status IN (${LIVE}, ${PARKED}))
    ORDER BY l.at_ms LIMIT ?2)`,
} as const;

/** Adds to the log, in the transaction that ends the attempt. */
export function writeLog(
  statements: Statements,
  { version, text }: LogBody,
  { seq, atMs }: { readonly seq: number; readonly atMs: number },
): void {
  statements.get("logEvents").run(seq, atMs, version, text);
}

export function readLog(statements: Statements, read: LogRead): readonly LogRow[] {
  const { lane, seq, fromMs, untilMs, after, limit } = read;
  const range = [Number(after[1]), fromMs, untilMs, limit] as const;
  if (seq !== undefined) {
    const rows = statements
      .get("logOfSeq")
      .all(seq, ...range)
      .map(toLogRow);
    return lane === undefined ? rows : rows.filter((row) => row.lane === lane);
  }
  if (lane !== undefined)
    return statements
      .get("logOfLane")
      .all(lane, ...range)
      .map(toLogRow);
  return statements
    .get("logOfAll")
    .all(null, ...range)
    .map(toLogRow);
}

function toLogRow(row: Readonly<Record<string, SQLOutputValue>>): LogRow {
  return {
    cursor: `0.${String(row["id"])}`,
    seq: Number(row["seq"]),
    lane: String(row["lane"]),
    atMs: Number(row["at_ms"]),
    version: Number(row["version"]),
    text: String(row["body"]),
  };
}
