import type { LogRead } from "../event-log-operations.ts";
import type { LogRow } from "../event-log-store.ts";
import type { Row } from "./connection.ts";
import type { SettleWrite } from "./operations.ts";
import type { Scope } from "./session.ts";
import { LIVE, PARKED } from "./status.ts";

const RANGE = "(tx, id) > ($1::text::xid8, $2::bigint) AND at_ms >= $3 AND at_ms < $4";

/**
 * A transaction that is still running may commit rows before those of a later one. Not of the same
 * lane: what ends there is committed one after the other.
 */
const IS_CERTAIN = "tx < pg_snapshot_xmin(pg_current_snapshot())";
const ROW =
  "SELECT tx::text AS tx, id, seq, lane, at_ms, version, body::text AS body FROM event_log";
const PAGE = "ORDER BY event_log.tx, id LIMIT $5";

/** Every statement for the log, by what it is for. */
export const EVENT_LOG_SQL = {
  logEvents: `INSERT INTO event_log (seq, lane, at_ms, version, body)
    SELECT u.seq, u.lane, i.at_ms, i.version, i.body
    FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::json[])
        WITH ORDINALITY AS i (seq, at_ms, version, body, place)
      JOIN updates u ON u.seq = i.seq ORDER BY i.place`,
  logOfLane: `${ROW} WHERE ${RANGE} AND lane = $6 ${PAGE}`,
  logOfSeq: `${ROW} WHERE ${RANGE} AND seq = $6 ${PAGE}`,
  logOfAll: `${ROW} WHERE ${RANGE} AND ${IS_CERTAIN} ${PAGE}`,
  forgetLog: `DELETE FROM event_log WHERE (tx, id) IN (SELECT l.tx, l.id FROM event_log l
    WHERE l.at_ms < $1 AND NOT EXISTS
      (SELECT FROM updates u WHERE u.seq = l.seq AND u.status IN (${LIVE}, ${PARKED}))
    ORDER BY l.at_ms LIMIT $2) RETURNING id`,
} as const;

/** Adds to the log, in the transaction that ends these attempts. */
export async function writeLog(
  { connection }: Scope,
  applied: readonly Pick<SettleWrite, "seq" | "atMs" | "log">[],
): Promise<void> {
  const logged = applied.filter(({ log }) => log !== undefined);
  if (logged.length === 0) return;
  await connection.run("logEvents", [
    logged.map(({ seq }) => seq),
    logged.map(({ atMs }) => atMs),
    logged.map(({ log }) => log!.version),
    logged.map(({ log }) => log!.text),
  ]);
}

export async function readLog({ connection }: Scope, read: LogRead): Promise<readonly LogRow[]> {
  const { lane, seq, fromMs, untilMs, after, limit } = read;
  const range = [...after, fromMs, untilMs, limit];
  if (seq !== undefined) {
    const rows = (await connection.run("logOfSeq", [...range, seq])).map(toLogRow);
    return lane === undefined ? rows : rows.filter((row) => row.lane === lane);
  }
  if (lane !== undefined) {
    return (await connection.run("logOfLane", [...range, lane])).map(toLogRow);
  }
  return (await connection.run("logOfAll", range)).map(toLogRow);
}

function toLogRow(row: Row): LogRow {
  return {
    cursor: `${String(row["tx"])}.${String(row["id"])}`,
    seq: Number(row["seq"]),
    lane: String(row["lane"]),
    atMs: Number(row["at_ms"]),
    version: Number(row["version"]),
    text: String(row["body"]),
  };
}
