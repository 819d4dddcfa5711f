/**
 * `raw` is the update as which the timer is handled. A timer whose time has come is `fired`: its
 * update is in the inbox, and the row stays until that is done. `timers_due` holds those that
 * sleep.
 */
export const TIMERS_SCHEMA = `
  CREATE TABLE timers (
    key text COLLATE "C" PRIMARY KEY,
    bot_id bigint NOT NULL,
    lane text COLLATE "C" NOT NULL,
    due_at_ms bigint NOT NULL,
    generation bigint NOT NULL,
    fired boolean NOT NULL DEFAULT false,
    raw bytea NOT NULL
  ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
  CREATE INDEX timers_due ON timers (due_at_ms) WHERE NOT fired;
`;
