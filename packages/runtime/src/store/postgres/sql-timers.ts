/**
 * Every statement for timers, by what it is for. Rows of `timers` are locked after those of
 * `updates` and `states` and before those of `lanes`, and in the order of their keys; who fires
 * waits for nobody.
 */
export const TIMER_SQL = {
  lockTimers: `SELECT key, generation FROM timers WHERE key = ANY($1::text[])
    ORDER BY key FOR UPDATE`,
  setTimers: `INSERT INTO timers (key, bot_id, lane, due_at_ms, generation, raw)
    SELECT i.key, i.bot_id, i.lane, i.due_at_ms, i.generation,
      substr($1::bytea, i.start, i.length)
    FROM unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::integer[],
      $8::integer[]) AS i (key, bot_id, lane, due_at_ms, generation, start, length)
    ORDER BY i.key COLLATE "C"
    ON CONFLICT (key) DO UPDATE SET bot_id = excluded.bot_id, lane = excluded.lane,
      due_at_ms = excluded.due_at_ms, generation = excluded.generation, fired = false,
      raw = excluded.raw`,
  removeTimers: "DELETE FROM timers WHERE key = ANY($1::text[])",
  timerGeneration: "SELECT generation FROM timers WHERE key = $1",
  dueTimers: `SELECT key, bot_id, lane, raw FROM timers WHERE NOT fired AND due_at_ms <= $1
    ORDER BY due_at_ms LIMIT $2 FOR UPDATE SKIP LOCKED`,
  markFired: "UPDATE timers SET fired = true WHERE key = ANY($1::text[])",
  nextTimer: "SELECT min(due_at_ms) AS due FROM timers WHERE NOT fired",
} as const;
