import { FAILED, HELD, PARKED, READY, SCHEDULED, SENDING } from "../../outbox/send-states.ts";

/**
 * - `outbox_clock.number` gives ids and places, neither of which is used twice. `steady_ms` is the
 *   newest time that limits were counted by: it must not go back when the machine's clock does.
 * - `outbox` has one row per send. `place` is its order in the lane; a scheduled send has none worth
 *   speaking of before it falls due. Only rows that are still to be sent are in the indexes that a
 *   turn reads.
 * - `outbox_lanes` has a row for each lane with sends, and for those that had one in the last minute.
 *   `priority` is that of the send that comes next (NULL: there is none), `ready_ms` the time from
 *   which on it may go, `blocked_ms` until when Telegram refuses, `recent` when the last ones went,
 *   `node` whose send is in flight (0: none is). So the next sends of a bot are at one end of
 *   `outbox_lanes_ready`, however many wait behind them or for their time.
 * - `broadcasts` are not in `outbox` but for the next hundred sends or so: the others are lists of
 *   chats, one for each row of `broadcast_chunks`.
 */
export const OUTBOX_SCHEMA = `
  CREATE TABLE outbox_clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL,
    steady_ms INTEGER NOT NULL
  ) STRICT;
  INSERT INTO outbox_clock (id, number, steady_ms) VALUES (1, 0, 0);

  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    bot_id INTEGER NOT NULL,
    lane TEXT NOT NULL,
    method TEXT NOT NULL,
    params TEXT,
    state INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    place INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    parks INTEGER NOT NULL,
    key TEXT,
    at_ms INTEGER,
    due_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since_ms INTEGER,
    doubts INTEGER NOT NULL DEFAULT 0,
    broadcast_id INTEGER,
    ended_at_ms INTEGER,
    message_id INTEGER,
    reason TEXT,
    error TEXT
  ) STRICT;
  CREATE INDEX outbox_ready ON outbox (bot_id, lane, priority, place) WHERE state = ${READY};
  CREATE INDEX outbox_oldest ON outbox (place) WHERE state = ${READY};
  CREATE INDEX outbox_scheduled ON outbox (bot_id, at_ms, id) WHERE state = ${SCHEDULED};
  CREATE INDEX outbox_held ON outbox (id) WHERE state = ${HELD};
  CREATE INDEX outbox_sending ON outbox (id) WHERE state = ${SENDING};
  CREATE INDEX outbox_parked ON outbox (id) WHERE state = ${PARKED};
  CREATE INDEX outbox_failed ON outbox (id) WHERE state = ${FAILED};
  CREATE INDEX outbox_doubtful ON outbox (id) WHERE doubts > 0;
  CREATE INDEX outbox_ended ON outbox (ended_at_ms) WHERE ended_at_ms IS NOT NULL;
  CREATE UNIQUE INDEX outbox_key ON outbox (bot_id, key) WHERE key IS NOT NULL;
  CREATE INDEX outbox_broadcast ON outbox (broadcast_id, state) WHERE broadcast_id IS NOT NULL;

  CREATE TABLE outbox_lanes (
    bot_id INTEGER NOT NULL,
    lane TEXT NOT NULL,
    priority INTEGER,
    ready_ms INTEGER NOT NULL,
    blocked_ms INTEGER NOT NULL DEFAULT 0,
    node INTEGER NOT NULL DEFAULT 0,
    recent TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (bot_id, lane)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outbox_lanes_ready ON outbox_lanes (bot_id, priority, ready_ms)
    WHERE priority IS NOT NULL AND node = 0;
  CREATE INDEX outbox_lanes_idle ON outbox_lanes (ready_ms) WHERE priority IS NULL AND node = 0;
  CREATE INDEX outbox_lanes_blocked ON outbox_lanes (blocked_ms) WHERE blocked_ms > 0;

  CREATE TABLE outbox_bots (
    bot_id INTEGER PRIMARY KEY,
    blocked_ms INTEGER NOT NULL DEFAULT 0,
    recent TEXT NOT NULL DEFAULT '',
    recent_bulk TEXT NOT NULL DEFAULT ''
  ) STRICT;

  CREATE TABLE broadcasts (
    id INTEGER PRIMARY KEY,
    bot_id INTEGER NOT NULL,
    key TEXT,
    method TEXT NOT NULL,
    params TEXT NOT NULL,
    cost INTEGER NOT NULL,
    parks INTEGER NOT NULL,
    state TEXT NOT NULL,
    total INTEGER NOT NULL DEFAULT 0,
    fed INTEGER NOT NULL DEFAULT 0,
    sent INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    failures TEXT NOT NULL DEFAULT '{}',
    created_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX broadcasts_key ON broadcasts (bot_id, key) WHERE key IS NOT NULL;
  CREATE INDEX broadcasts_running ON broadcasts (bot_id, id) WHERE state = 'running';
  CREATE INDEX broadcasts_ended ON broadcasts (ended_at_ms) WHERE ended_at_ms IS NOT NULL;
  CREATE TABLE broadcast_chunks (
    broadcast_id INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    entries TEXT NOT NULL,
    PRIMARY KEY (broadcast_id, chunk)
  ) STRICT, WITHOUT ROWID;
`;
