import { DISCARDED } from "../repair-operations.ts";
import { REPAIRS_LISTED } from "../repair-store.ts";
import { LIVE, PARKED } from "./status.ts";

/** An effect that is in flight is not in doubt yet. */
const IS_DOUBTFUL = `j.kind <> 'result' AND j.kind <> 'failed'
  AND (j.kind <> 'intent' OR u.status <> ${LIVE})`;

/** A dead letter that fits a filter: its values are the first six. */
export const MATCHES = `u.status = ${PARKED}
  AND ($1::bigint IS NULL OR u.bot_id = $1) AND ($2::text IS NULL OR u.lane = $2)
  AND ($3::text IS NULL OR u.outcome = $3)
  AND ($4::bigint IS NULL OR u.settled_at_ms >= $4)
  AND ($5::bigint IS NULL OR u.settled_at_ms < $5)
  AND ($6::text IS NULL OR strpos(u.error, $6) > 0)`;

const RECORD_COLUMNS = `seq, bot_id, update_id, lane, status, attempts, received_at_ms,
  settled_at_ms, outcome, error`;

const REPAIR_COLUMNS = `id, action, filter::text AS filter, rate_per_second, note, status,
  created_at_ms, started_at_ms, ended_at_ms, next_at_ms, total, applied, gone, undecided`;

/** Every statement for repairs, by what it is for. */
export const REPAIR_SQL = {
  recordBySeq: `SELECT ${RECORD_COLUMNS} FROM updates WHERE seq = $1`,
  recordById: `SELECT ${RECORD_COLUMNS} FROM updates WHERE bot_id = $1 AND update_id = $2`,
  doubts: `SELECT u.seq, u.bot_id, u.update_id, u.lane, u.status, u.received_at_ms,
      j.key, j.kind, j.attempt, j.at_ms
    FROM (SELECT DISTINCT j.seq FROM journal j JOIN updates u ON u.seq = j.seq
        WHERE ${IS_DOUBTFUL} AND j.seq < $1 ORDER BY j.seq DESC LIMIT $2) AS d
      JOIN updates u ON u.seq = d.seq JOIN journal j ON j.seq = d.seq
    WHERE ${IS_DOUBTFUL} ORDER BY j.seq DESC, j.entry`,

  lockParked: `SELECT lane, attempts, failures, outcome FROM updates
    WHERE seq = $1 AND status = ${PARKED} FOR UPDATE`,
  openEffects: `SELECT key, kind FROM journal WHERE seq = $1 AND kind IN ('intent', 'unknown')
    ORDER BY entry`,
  decideEffects: `UPDATE journal j SET kind = i.kind, value = i.value, at_ms = $2
    FROM unnest($3::text[], $4::text[], $5::json[]) AS i (key, kind, value)
    WHERE j.seq = $1 AND j.key = i.key`,
  rememberGap: `INSERT INTO journal (seq, key, attempt, kind, at_ms)
    VALUES ($1, $2, $3, 'unknown', $4) ON CONFLICT DO NOTHING`,
  replayUpdate: `UPDATE updates SET seq = nextval('updates_seq'), status = ${LIVE}, aside = false,
      attempts = 0, failures = 0, expires_at_ms = NULL, retry_at_ms = NULL, settled_at_ms = NULL,
      settled_by = NULL, outcome = NULL, error = NULL
    WHERE seq = $1 RETURNING seq`,
  replayPayload: "UPDATE payloads SET seq = $2 WHERE seq = $1",
  replayJournal: "UPDATE journal SET seq = $2 WHERE seq = $1",
  discard: `UPDATE updates SET status = ${DISCARDED}, outcome = $2, settled_at_ms = $3
    WHERE seq = $1 AND status = ${PARKED} RETURNING seq`,

  countMatching: `SELECT count(*) AS count FROM updates u WHERE ${MATCHES}`,
  planRepair: `INSERT INTO repairs
      (action, filter, rate_per_second, note, status, created_at_ms, total)
    VALUES ($1, $2, $3, $4, 'planned', $5, 0) RETURNING id`,
  planItems: `WITH planned AS (INSERT INTO repair_items (repair, seq)
      SELECT $7, u.seq FROM updates u WHERE ${MATCHES} RETURNING seq)
    UPDATE repairs SET total = (SELECT count(*) FROM planned) WHERE id = $7`,
  repair: `SELECT ${REPAIR_COLUMNS} FROM repairs WHERE id = $1`,
  repairs: `SELECT ${REPAIR_COLUMNS} FROM repairs ORDER BY id DESC LIMIT ${REPAIRS_LISTED}`,
  lockRepair: `SELECT ${REPAIR_COLUMNS} FROM repairs WHERE id = $1 FOR UPDATE`,
  runningRepairs: "SELECT id FROM repairs WHERE status = 'running' ORDER BY id",
  leftOut: `SELECT seq, outcome FROM repair_items
    WHERE repair = $1 AND (outcome IS NULL OR outcome IN ('gone', 'undecided')) AND seq > $2
    ORDER BY seq LIMIT $3`,
  startRepair: `UPDATE repairs SET status = 'running', started_at_ms = $2::bigint,
      next_at_ms = $2::bigint
    WHERE id = $1 AND status = 'planned' RETURNING id`,
  abortRepair: `UPDATE repairs SET status = 'aborted', ended_at_ms = $2
    WHERE id = $1 AND status IN ('planned', 'running') RETURNING id`,
  nextItem: `SELECT seq FROM repair_items
    WHERE repair = $1 AND outcome IS NULL ORDER BY seq LIMIT 1`,
  endItem: "UPDATE repair_items SET outcome = $3 WHERE repair = $1 AND seq = $2",
  advanceRepair: `UPDATE repairs SET next_at_ms = $2, applied = applied + $3, gone = gone + $4,
      undecided = undecided + $5
    WHERE id = $1`,
  endRepair: "UPDATE repairs SET status = 'done', ended_at_ms = $2 WHERE id = $1",

  /** So that it cannot be started while its dead letters are removed. */
  dropPlans: `UPDATE repairs SET status = 'aborted', ended_at_ms = created_at_ms
    WHERE status = 'planned' AND created_at_ms < $1`,
  oldRepair: `SELECT id FROM repairs WHERE ended_at_ms <
    CASE WHEN started_at_ms IS NULL THEN $2::bigint ELSE $1::bigint END LIMIT 1`,
  deleteItems: `DELETE FROM repair_items WHERE repair = $1 AND seq IN
    (SELECT seq FROM repair_items WHERE repair = $1 LIMIT $2) RETURNING seq`,
  deleteRepair: "DELETE FROM repairs WHERE id = $1",
} as const;
