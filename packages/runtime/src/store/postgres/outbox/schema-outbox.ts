import { FAILED, HELD, PARKED, READY, SCHEDULED, SENDING } from "../../outbox/send-states.ts";

/**
 * - `outbox_number` gives ids and places, neither of which is used twice.
 * - `outbox` has one row per send. `place` is its order in the lane; a scheduled send has none worth
 *   speaking of before it falls due. Only rows that are still to be sent are in the indexes that a
 *   turn reads.
 * - `outbox_lanes` has a row for each lane with sends, and for those that had one in the last minutes.
 *   `priority` is that of the send that comes next (NULL: there is none), `ready_ms` the time from
 *   which on it may go, `blocked_ms` until when Telegram refuses, `recent` when the last ones went,
 *   `node` whose send is in flight (0: none is). So the next sends of a bot are at one end of
 *   `outbox_lanes_ready`, however many wait behind them or for their time.
 * - `outbox_bots` is also the lock under which a bot's limits are counted.
 * - `broadcasts` are not in `outbox` but for the next hundred sends or so: the others are lists of
 *   chats, one for each row of `broadcast_chunks`.
 */
export const OUTBOX_SCHEMA = `
  CREATE SEQUENCE outbox_number;
  CREATE TABLE outbox (
    id bigint PRIMARY KEY,
    bot_id bigint NOT NULL,
    lane text COLLATE "C" NOT NULL,
    method text NOT NULL,
    params json,
    state smallint NOT NULL,
    priority smallint NOT NULL,
    place bigint NOT NULL,
    cost integer NOT NULL,
    parks boolean NOT NULL,
    key text COLLATE "C",
    at_ms bigint,
    due_ms bigint NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    failing_since_ms bigint,
    doubts integer NOT NULL DEFAULT 0,
    broadcast_id bigint,
    ended_at_ms bigint,
    message_id bigint,
    reason text,
    error text
  ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
  ALTER SEQUENCE outbox_number OWNED BY outbox.id;
  CREATE INDEX outbox_ready ON outbox (bot_id, lane, priority, place) WHERE state = ${READY};
  CREATE INDEX outbox_oldest ON outbox (place) WHERE state = ${READY};
  CREATE INDEX outbox_scheduled ON outbox (bot_id, at_ms, id) WHERE state = ${SCHEDULED};
  CREATE INDEX outbox_held ON outbox (id) WHERE state = ${HELD};
  CREATE INDEX outbox_sending ON outbox (id) WHERE state = ${SENDING};
  CREATE INDEX outbox_parked ON outbox (id) WHERE state = ${PARKED};
  CREATE INDEX outbox_failed ON outbox (id) WHERE state = ${FAILED};
  CREATE INDEX outbox_doubtful ON outbox (id) WHERE doubts > 0;
  CREATE INDEX outbox_ended ON outbox (ended_at_ms, id) WHERE ended_at_ms IS NOT NULL;
  CREATE UNIQUE INDEX outbox_key ON outbox (bot_id, key) WHERE key IS NOT NULL;
  CREATE INDEX outbox_broadcast ON outbox (broadcast_id, state) WHERE broadcast_id IS NOT NULL;

  CREATE TABLE outbox_lanes (
    bot_id bigint NOT NULL,
    lane text COLLATE "C" NOT NULL,
    priority smallint,
    ready_ms bigint NOT NULL,
    blocked_ms bigint NOT NULL DEFAULT 0,
    node bigint NOT NULL DEFAULT 0,
    recent text NOT NULL DEFAULT '',
    PRIMARY KEY (bot_id, lane)
  ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
  CREATE INDEX outbox_lanes_ready ON outbox_lanes (bot_id, priority, ready_ms)
    WHERE priority IS NOT NULL AND node = 0;
  CREATE INDEX outbox_lanes_idle ON outbox_lanes (ready_ms) WHERE priority IS NULL AND node = 0;
  CREATE INDEX outbox_lanes_blocked ON outbox_lanes (blocked_ms) WHERE blocked_ms > 0;

  CREATE TABLE outbox_bots (
    bot_id bigint PRIMARY KEY,
    blocked_ms bigint NOT NULL DEFAULT 0,
    recent text NOT NULL DEFAULT '',
    recent_bulk text NOT NULL DEFAULT ''
  ) WITH (fillfactor = 50);

  CREATE TABLE broadcasts (
    id bigint PRIMARY KEY,
    bot_id bigint NOT NULL,
    key text COLLATE "C",
    method text NOT NULL,
    params json NOT NULL,
    cost integer NOT NULL,
    parks boolean NOT NULL,
    state text NOT NULL,
    total bigint NOT NULL DEFAULT 0,
    fed bigint NOT NULL DEFAULT 0,
    sent bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    failures json NOT NULL DEFAULT '{}',
    created_at_ms bigint NOT NULL,
    ended_at_ms bigint
  ) WITH (fillfactor = 50);
  CREATE UNIQUE INDEX broadcasts_key ON broadcasts (bot_id, key) WHERE key IS NOT NULL;
  CREATE INDEX broadcasts_running ON broadcasts (bot_id, id) WHERE state = 'running';
  CREATE INDEX broadcasts_ended ON broadcasts (ended_at_ms) WHERE ended_at_ms IS NOT NULL;
  CREATE TABLE broadcast_chunks (
    broadcast_id bigint NOT NULL,
    chunk integer NOT NULL,
    entries json NOT NULL,
    PRIMARY KEY (broadcast_id, chunk)
  );
`;
