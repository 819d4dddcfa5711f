import { LANE_SQL } from "./lane-sql.ts";
import { NODE_SQL } from "./sql-nodes.ts";
import { PAUSE_SQL } from "./sql-pauses.ts";
import { MATCHES, REPAIR_SQL } from "./sql-repairs.ts";
import { OUTBOX_SQL } from "./outbox/outbox-sql.ts";
import { EVENT_LOG_SQL } from "./event-log.ts";
import { TIMER_SQL } from "./sql-timers.ts";
import { DONE, LIVE, PARKED } from "./status.ts";
import { IS_JOURNALED, UPDATE_COLUMNS } from "./update-columns.ts";

/**
 * For updates that are looked up by number. Said in this way so that the plan can begin neither
 * with all live updates nor with all lanes of the node: when the tables are small or not analysed
 * yet, the planner would, and would keep that plan when they have grown.
 */
const IS_LIVE = `u.status + 0 = ${LIVE}`;
const IS_OURS = "(SELECT l.node FROM lanes l WHERE l.lane = u.lane) = $1";

/**
 * Rows beyond which a count becomes an estimate: to look at each of a million may take too long.
 */
export const COUNTED_MAX = 100_000;

function countOf(index: string, status: number): string {
  return `(SELECT CASE WHEN n < ${COUNTED_MAX} THEN n
      ELSE greatest(n, (SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass('${index}'))) END
    FROM (SELECT count(*) AS n FROM (SELECT FROM updates WHERE status = ${status}
      LIMIT ${COUNTED_MAX}) AS looked_at) AS counted)`;
}

/**
 * Every statement of the store, by what it is for.
 *
 * Whatever takes many rows takes them as arrays, one for each column, so that the number of round
 * trips does not depend on the number of rows. `$1` is the node wherever a lane has to be its own.
 *
 * Two rules keep rows from being overlooked:
 * - A statement sees what was committed when it began. So a lane's row is locked by one statement,
 *   and its updates are read by the next.
 * - A lane's row is locked before its updates get their numbers. So the updates of one lane become
 *   visible in the order of their numbers.
 */
export const SQL = {
  ...OUTBOX_SQL,
  ...NODE_SQL,
  ...LANE_SQL,
  notify: "SELECT pg_notify($1, node) FROM unnest($2::text[]) AS n (node)",
  /** In a transaction of its own, for which no disk has to be waited for: it changes nothing. */
  wake: `SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, node)
    FROM unnest($2::text[]) AS n (node)`,

  takeNumbers: "SELECT nextval('updates_seq') AS seq FROM generate_series(1, $1::integer)",
  insertUpdates: `INSERT INTO updates (seq, bot_id, update_id, lane, status, aside, attempts,
      received_at_ms, expires_at_ms, settled_at_ms, outcome)
    SELECT i.seq, i.bot_id, i.update_id, i.lane, i.status, i.aside, i.attempts, i.received_at_ms,
      i.expires_at_ms, i.settled_at_ms, i.outcome
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::smallint[], $6::boolean[],
      $7::integer[], $8::bigint[], $9::bigint[], $10::bigint[], $11::text[]) AS i (seq, bot_id,
      update_id, lane, status, aside, attempts, received_at_ms, expires_at_ms, settled_at_ms, outcome)
    ON CONFLICT (bot_id, update_id) DO NOTHING RETURNING seq`,
  /** Of the numbers of a batch, those of duplicates are nobody's. */
  insertPayloads: `INSERT INTO payloads (seq, raw) SELECT i.seq, substr($1::bytea, i.start, i.length)
    FROM unnest($2::bigint[], $3::integer[], $4::integer[]) AS i (seq, start, length)
    WHERE EXISTS (SELECT FROM updates u WHERE u.seq = i.seq)`,

  takeEventKeys: `INSERT INTO event_keys (bot_id, key, at_ms)
    SELECT i.bot_id, i.key, i.at_ms
    FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS i (bot_id, key, at_ms)
    ORDER BY i.bot_id, i.key COLLATE "C"
    ON CONFLICT DO NOTHING RETURNING bot_id, key`,
  forgetEventKeys: `DELETE FROM event_keys WHERE (bot_id, key) IN (SELECT bot_id, key
    FROM event_keys WHERE at_ms < $1 ORDER BY at_ms LIMIT $2) RETURNING key`,

  /** Of more than are counted in time, what the server knows of the size of their index. */
  counts: `SELECT ${countOf("updates_live", LIVE)} AS live,
    ${countOf("updates_parked", PARKED)} AS parked`,
  load: `SELECT ${UPDATE_COLUMNS}, ${IS_JOURNALED}
    FROM lanes l JOIN updates u ON u.lane = l.lane JOIN payloads p ON p.seq = u.seq
    WHERE l.node = $1 AND l.lane = $2 AND u.status = ${LIVE} AND u.aside AND u.seq > $3
      AND (l.waiting_after IS NULL OR u.seq <= l.waiting_after)
    ORDER BY u.seq LIMIT $4`,
  parked: `SELECT ${UPDATE_COLUMNS} FROM updates u JOIN payloads p ON p.seq = u.seq
    WHERE ${MATCHES} AND u.seq < $7 ORDER BY u.seq DESC LIMIT $8`,

  begin: `UPDATE updates u SET attempts = i.attempt
    FROM unnest($2::bigint[], $3::integer[]) AS i (seq, attempt)
    WHERE u.seq = i.seq AND ${IS_LIVE} AND u.attempts IN (i.attempt, i.attempt - 1)
      AND ${IS_OURS}
    RETURNING u.seq`,
  setAside: `UPDATE updates u SET aside = true
    WHERE u.seq = ANY($1::bigint[]) AND ${IS_LIVE} AND NOT u.aside`,
  settle: `UPDATE updates u SET status = i.status, attempts = u.attempts - i.taken_back,
      failures = least(u.failures + i.failed, u.attempts), error = coalesce(i.error, u.error),
      retry_at_ms = coalesce(i.retry_at_ms, u.retry_at_ms), outcome = i.outcome,
      settled_at_ms = i.settled_at_ms, settled_by = CASE WHEN i.status <> ${LIVE} THEN $1 END
    FROM unnest($2::bigint[], $3::integer[], $4::smallint[], $5::integer[], $6::integer[],
      $7::text[], $8::bigint[], $9::text[], $10::bigint[]) AS i (seq, attempt, status, taken_back,
      failed, error, retry_at_ms, outcome, settled_at_ms)
    WHERE u.seq = i.seq AND ${IS_LIVE} AND u.attempts = i.attempt AND ${IS_OURS}
    RETURNING u.seq`,
  standing: `SELECT u.seq, u.status, u.attempts, u.settled_by, l.node
    FROM unnest($1::bigint[]) AS i (seq) JOIN updates u ON u.seq = i.seq
      LEFT JOIN lanes l ON l.lane = u.lane`,

  readStates: `SELECT key, version, state, data::text AS data, schema_version, expires_at_ms
    FROM states WHERE key = ANY($1::text[])`,
  lockStates: "SELECT key, version FROM states WHERE key = ANY($1::text[]) ORDER BY key FOR UPDATE",
  insertStates: `INSERT INTO states (key, version, state, data, schema_version, expires_at_ms)
    SELECT i.key, i.version, i.state, i.data, i.schema_version, i.expires_at_ms
    FROM unnest($1::text[], $2::bigint[], $3::text[], $4::json[], $5::integer[], $6::bigint[])
      AS i (key, version, state, data, schema_version, expires_at_ms)`,
  updateStates: `UPDATE states s SET version = i.version, state = i.state, data = i.data,
      schema_version = i.schema_version, expires_at_ms = i.expires_at_ms
    FROM unnest($1::text[], $2::bigint[], $3::text[], $4::json[], $5::integer[], $6::bigint[])
      AS i (key, version, state, data, schema_version, expires_at_ms)
    WHERE s.key = i.key`,
  removeStates: "DELETE FROM states WHERE key = ANY($1::text[])",

  record: `INSERT INTO journal (seq, key, attempt, kind, value, at_ms)
    SELECT i.seq, i.key, i.attempt, i.kind, i.value, i.at_ms
    FROM unnest($2::bigint[], $3::text[], $4::integer[], $5::text[], $6::json[], $7::bigint[])
        AS i (seq, key, attempt, kind, value, at_ms)
      JOIN updates u ON u.seq = i.seq
    WHERE ${IS_LIVE} AND u.attempts = i.attempt AND ${IS_OURS}
    ON CONFLICT (seq, key) DO UPDATE SET attempt = excluded.attempt, kind = excluded.kind,
      value = excluded.value, at_ms = excluded.at_ms
    RETURNING seq, key`,
  journal: `SELECT key, attempt, kind, value::text AS value, at_ms FROM journal
    WHERE seq = $1 ORDER BY entry`,

  trySweepLock:
    "SELECT pg_try_advisory_xact_lock(hashtextextended(current_schema() || ':sweep', 0)) AS free",
  payloadsAfter: `SELECT p.seq, u.status, u.received_at_ms, u.settled_at_ms
    FROM payloads p JOIN updates u ON u.seq = p.seq WHERE p.seq > $1 ORDER BY p.seq LIMIT $2`,
  updatesAfter: `SELECT seq, status, received_at_ms, settled_at_ms FROM updates
    WHERE seq > $1 ORDER BY seq LIMIT $2`,
  deletePayloads: "DELETE FROM payloads WHERE seq = ANY($1::bigint[])",
  deleteJournals: "DELETE FROM journal WHERE seq = ANY($1::bigint[])",
  deleteUpdates: `DELETE FROM updates WHERE seq = ANY($1::bigint[]) AND status >= ${DONE}`,
  deleteStates: `DELETE FROM states WHERE key IN (SELECT key FROM states
    WHERE expires_at_ms < $1 LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING key`,

  ...REPAIR_SQL,
  ...PAUSE_SQL,
  ...TIMER_SQL,
  ...EVENT_LOG_SQL,
} as const;

export type StatementName = keyof typeof SQL;
