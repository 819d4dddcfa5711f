/**
 * `raw` is the update as which the timer is handled. A timer whose time has come is `fired`: its
 * update is in the inbox, and the row stays until that is done. `timers_due` holds those that sleep.
 */
export const TIMERS_SCHEMA = `
  CREATE TABLE timers (
    key TEXT PRIMARY KEY,
    bot_id INTEGER NOT NULL,
    lane TEXT NOT NULL,
    due_at_ms INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    fired INTEGER NOT NULL DEFAULT 0,
    raw BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX timers_due ON timers (due_at_ms) WHERE fired = 0;
`;
