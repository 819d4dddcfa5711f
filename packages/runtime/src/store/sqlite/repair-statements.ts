import { REPAIRS_LISTED } from "../repair-store.ts";
import { DISCARDED } from "../repair-operations.ts";
import { LIVE, PARKED } from "./schema.ts";

/** An effect that is in flight is not in doubt yet. */
const IS_DOUBTFUL = `j.kind <> 'result' AND j.kind <> 'failed'
  AND (j.kind <> 'intent' OR u.status <> ${LIVE})`;

/** A dead letter that fits a filter: its values are the first six. */
export const MATCHES = `u.status = ${PARKED}
  AND (?1 IS NULL OR u.bot_id = ?1) AND (?2 IS NULL OR u.lane = ?2)
  AND (?3 IS NULL OR u.outcome = ?3)
  AND (?4 IS NULL OR u.settled_at_ms >= ?4) AND (?5 IS NULL OR u.settled_at_ms < ?5)
  AND (?6 IS NULL OR instr(u.error, ?6) > 0)`;

const REPAIR_COLUMNS = `id, action, filter, rate_per_second, note, status, created_at_ms,
  started_at_ms, ended_at_ms, next_at_ms, total, applied, gone, undecided`;

/** Every statement for repairs, by what it is for. */
export const REPAIR_SQL = {
  recordBySeq: `SELECT seq, bot_id, update_id, lane, status, attempts, received_at_ms,
      settled_at_ms, outcome, error
    FROM updates WHERE seq = ?`,
  recordById: `SELECT seq, bot_id, update_id, lane, status, attempts, received_at_ms,
      settled_at_ms, outcome, error
    FROM updates WHERE bot_id = ? AND update_id = ?`,
  doubts: `SELECT u.seq, u.bot_id, u.update_id, u.lane, u.status, u.received_at_ms,
      j.key, j.kind, j.attempt, j.at_ms
    FROM journal j JOIN updates u ON u.seq = j.seq
    WHERE ${IS_DOUBTFUL} AND j.seq IN (SELECT DISTINCT j.seq
      FROM journal j INDEXED BY journal_doubts JOIN updates u ON u.seq = j.seq
      WHERE ${IS_DOUBTFUL} AND j.seq < ? ORDER BY j.seq DESC LIMIT ?)
    ORDER BY j.seq DESC, j.entry`,

  nextSeq: "SELECT max(seq) + 1 AS seq FROM updates",
  parkedUpdate: `SELECT lane, attempts, failures, outcome FROM updates
    WHERE seq = ? AND status = ${PARKED}`,
  openEffects: `SELECT key, kind FROM journal WHERE seq = ? AND kind IN ('intent', 'unknown')
    ORDER BY entry`,
  decideEffect: "UPDATE journal SET kind = ?3, value = ?4, at_ms = ?5 WHERE seq = ?1 AND key = ?2",
  rememberGap: `INSERT INTO journal (seq, entry, key, attempt, kind, at_ms)
    SELECT ?1, count(*), ?2, ?3, 'unknown', ?4 FROM journal WHERE seq = ?1 ON CONFLICT DO NOTHING`,
  replayUpdate: `UPDATE updates SET seq = ?2, status = ${LIVE}, aside = 0, attempts = 0, failures = 0,
      expires_at_ms = NULL, retry_at_ms = NULL, settled_at_ms = NULL, outcome = NULL, error = NULL
    WHERE seq = ?1`,
  replayPayload: "UPDATE payloads SET seq = ?2 WHERE seq = ?1",
  replayJournal: "UPDATE journal SET seq = ?2 WHERE seq = ?1",
  discard: `UPDATE updates SET status = ${DISCARDED}, outcome = ?2, settled_at_ms = ?3
    WHERE seq = ?1 AND status = ${PARKED}`,

  countMatching: `SELECT count(*) AS count FROM updates u INDEXED BY updates_parked WHERE ${MATCHES}`,
  planRepair: `INSERT INTO repairs
      (action, filter, rate_per_second, note, status, created_at_ms, total)
    VALUES (?, ?, ?, ?, 'planned', ?, ?)`,
  planItems: `INSERT INTO repair_items (repair, seq)
    SELECT ?7, u.seq FROM updates u INDEXED BY updates_parked WHERE ${MATCHES}`,
  repair: `SELECT ${REPAIR_COLUMNS} FROM repairs WHERE id = ?`,
  repairs: `SELECT ${REPAIR_COLUMNS} FROM repairs ORDER BY id DESC LIMIT ${REPAIRS_LISTED}`,
  runningRepairs: "SELECT id FROM repairs WHERE status = 'running' ORDER BY id",
  leftOut: `SELECT seq, outcome FROM repair_items
    WHERE repair = ? AND (outcome IS NULL OR outcome IN ('gone', 'undecided')) AND seq > ?
    ORDER BY seq LIMIT ?`,
  startRepair: `UPDATE repairs SET status = 'running', started_at_ms = ?2, next_at_ms = ?2
    WHERE id = ?1 AND status = 'planned'`,
  abortRepair: `UPDATE repairs SET status = 'aborted', ended_at_ms = ?2
    WHERE id = ?1 AND status IN ('planned', 'running')`,
  nextItem: `SELECT seq FROM repair_items INDEXED BY repair_items_pending
    WHERE repair = ? AND outcome IS NULL ORDER BY seq LIMIT 1`,
  endItem: "UPDATE repair_items SET outcome = ?3 WHERE repair = ?1 AND seq = ?2",
  advanceRepair: `UPDATE repairs SET next_at_ms = ?2, applied = applied + ?3, gone = gone + ?4,
      undecided = undecided + ?5
    WHERE id = ?1`,
  endRepair: "UPDATE repairs SET status = 'done', ended_at_ms = ?2 WHERE id = ?1",

  /** So that it cannot be started while its dead letters are removed. */
  dropPlans: `UPDATE repairs SET status = 'aborted', ended_at_ms = created_at_ms
    WHERE status = 'planned' AND created_at_ms < ?1`,
  oldRepair: `SELECT id FROM repairs WHERE ended_at_ms <
    CASE WHEN started_at_ms IS NULL THEN ?2 ELSE ?1 END LIMIT 1`,
  deleteItems: `DELETE FROM repair_items WHERE repair = ?1 AND seq IN
    (SELECT seq FROM repair_items WHERE repair = ?1 LIMIT ?2)`,
  deleteRepair: "DELETE FROM repairs WHERE id = ?",
} as const;
