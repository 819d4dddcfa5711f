/** Every statement for timers, by what it is for. */
export const TIMER_SQL = {
  setTimer: `INSERT OR REPLACE INTO timers (key, bot_id, lane, due_at_ms, generation, raw)
    VALUES (?, ?, ?, ?, ?, ?)`,
  cancelTimer: "DELETE FROM timers WHERE key = ?",
  endTimer: "DELETE FROM timers WHERE key = ? AND generation = ?",
  timerGeneration: "SELECT generation FROM timers WHERE key = ?",
  dueTimers: `SELECT key, bot_id, lane, raw FROM timers INDEXED BY timers_due
    WHERE fired = 0 AND due_at_ms <= ? ORDER BY due_at_ms LIMIT ?`,
  markFired: "UPDATE timers SET fired = 1 WHERE key = ?",
  nextTimer: "SELECT min(due_at_ms) AS due FROM timers INDEXED BY timers_due WHERE fired = 0",
} as const;
