import { FAILED, HELD, PARKED, READY, SCHEDULED, SENDING, SENT } from "../../outbox/send-states.ts";

const RECORD = `id, bot_id, state, lane, method, params::text AS params, priority, at_ms, key,
  attempts, doubts, broadcast_id, ended_at_ms, message_id, reason, error`;

const STANDING = `o.id, o.bot_id, o.lane, o.state, o.attempts, o.doubts, o.broadcast_id, o.parks,
  (SELECT b.state FROM broadcasts b WHERE b.id = o.broadcast_id) AS broadcast_state`;

const BROADCAST = `id, bot_id, key, method, state, total, sent, failed, failures::text AS failures,
  created_at_ms, ended_at_ms`;

/** With what is counted now, the last of its sends has ended. */
const IS_OVER = "state IN ('running', 'paused') AND sent + failed + $2 + $3 >= total";

/** Lanes as they are given in two arrays. */
const GIVEN_LANES = "unnest($1::bigint[], $2::text[])";

/**
 * The statements of the outbox, by what they are for. What a turn changes of many rows it changes by
 * one statement with arrays, one for each column.
 *
 * Who changes sends that are there already holds their bots' rows (`outboxLockBots`); who adds some
 * only touches their lanes, in the order of their names.
 */
export const OUTBOX_SQL = {
  outboxClock: `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms`,

  /** In the order of the arrays. A key that is taken takes nothing. */
  outboxInsert: `INSERT INTO outbox (id, place, bot_id, lane, method, params, state, priority, cost,
      parks, key, at_ms, due_ms, broadcast_id)
    SELECT n.number, n.number, n.bot_id, n.lane, n.method, n.params, n.state, n.priority, n.cost,
      n.parks, n.key, n.at_ms, n.due_ms, n.broadcast_id
    FROM (SELECT nextval('outbox_number') AS number, i.bot_id, i.lane, i.method, i.params, i.state,
        i.priority, i.cost, i.parks, i.key, i.at_ms, i.due_ms, i.broadcast_id
      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::json[], $5::smallint[], $6::smallint[],
        $7::integer[], $8::boolean[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[])
        AS i (bot_id, lane, method, params, state, priority, cost, parks, key, at_ms, due_ms,
          broadcast_id)) AS n
    ON CONFLICT DO NOTHING RETURNING id, bot_id, key`,
  outboxByKeys: `SELECT o.id, o.bot_id, o.key
    FROM unnest($1::bigint[], $2::text[]) AS i (bot_id, key)
      JOIN outbox o ON o.bot_id = i.bot_id AND o.key = i.key`,
  /** The lanes have more sends. They wait their turn behind those that are ready already. */
  outboxWakeLanes: `INSERT INTO outbox_lanes AS l (bot_id, lane, priority, ready_ms)
    SELECT i.bot_id, i.lane, i.priority, $4 FROM unnest($1::bigint[], $2::text[], $3::smallint[])
      AS i (bot_id, lane, priority)
    ON CONFLICT (bot_id, lane) DO UPDATE SET
      ready_ms = CASE WHEN l.priority IS NULL THEN greatest(l.ready_ms, $4) ELSE l.ready_ms END,
      priority = least(l.priority, excluded.priority)`,
  outboxMakeLanes: `INSERT INTO outbox_lanes (bot_id, lane, ready_ms)
    SELECT i.bot_id, i.lane, $3 FROM ${GIVEN_LANES} AS i (bot_id, lane)
    ON CONFLICT (bot_id, lane) DO NOTHING`,
  outboxLockLanes: `SELECT l.bot_id, l.lane, l.blocked_ms, l.recent
    FROM ${GIVEN_LANES} AS i (bot_id, lane)
      JOIN outbox_lanes l ON l.bot_id = i.bot_id AND l.lane = i.lane
    ORDER BY l.bot_id, l.lane FOR UPDATE OF l`,
  /** By a statement of its own, so that it sees what was committed before the lanes were locked. */
  outboxSetPriorities: `UPDATE outbox_lanes l SET priority = (SELECT o.priority FROM outbox o
      WHERE o.bot_id = l.bot_id AND o.lane = l.lane AND o.state = ${READY}
      ORDER BY o.priority, o.place LIMIT 1)
    FROM ${GIVEN_LANES} AS i (bot_id, lane) WHERE l.bot_id = i.bot_id AND l.lane = i.lane`,
  outboxEndOnLanes: `UPDATE outbox_lanes l SET node = CASE WHEN i.frees THEN 0 ELSE l.node END,
      ready_ms = greatest(l.ready_ms, i.ready_ms), blocked_ms = greatest(l.blocked_ms, i.blocked_ms)
    FROM unnest($1::bigint[], $2::text[], $3::boolean[], $4::bigint[], $5::bigint[])
      AS i (bot_id, lane, frees, ready_ms, blocked_ms)
    WHERE l.bot_id = i.bot_id AND l.lane = i.lane`,
  outboxCountOnLanes: `UPDATE outbox_lanes l SET recent = i.recent
    FROM unnest($1::bigint[], $2::text[], $3::text[]) AS i (bot_id, lane, recent)
    WHERE l.bot_id = i.bot_id AND l.lane = i.lane`,
  outboxTakeLanes: `UPDATE outbox_lanes l SET node = $1, recent = i.recent, ready_ms = i.ready_ms
    FROM unnest($3::text[], $4::text[], $5::bigint[]) AS i (lane, recent, ready_ms)
    WHERE l.bot_id = $2 AND l.lane = i.lane`,

  outboxMakeBots: `INSERT INTO outbox_bots (bot_id) SELECT unnest($1::bigint[])
    ON CONFLICT DO NOTHING`,
  outboxLockBots: `SELECT bot_id, blocked_ms, recent, recent_bulk FROM outbox_bots
    WHERE bot_id = ANY($1::bigint[]) ORDER BY bot_id FOR UPDATE`,
  outboxSetBot: "UPDATE outbox_bots SET recent = $2, recent_bulk = $3 WHERE bot_id = $1",
  outboxBlockBot: `UPDATE outbox_bots SET blocked_ms = greatest(blocked_ms, $2) WHERE bot_id = $1`,

  outboxPromote: `UPDATE outbox o SET state = ${READY}, place = n.number, due_ms = o.at_ms
    FROM (SELECT d.id, nextval('outbox_number') AS number FROM (SELECT id FROM outbox
      WHERE bot_id = $1 AND state = ${SCHEDULED} AND at_ms <= $2 ORDER BY at_ms, id LIMIT $3
      FOR UPDATE) AS d) AS n
    WHERE o.id = n.id RETURNING o.lane, o.priority`,
  outboxNext: `SELECT
    (SELECT min(at_ms) FROM outbox WHERE bot_id = $1 AND state = ${SCHEDULED}) AS at_ms,
    (SELECT min(ready_ms) FROM outbox_lanes
      WHERE bot_id = $1 AND priority = 0 AND priority IS NOT NULL AND node = 0) AS ready_0,
    (SELECT min(ready_ms) FROM outbox_lanes
      WHERE bot_id = $1 AND priority = 1 AND priority IS NOT NULL AND node = 0) AS ready_1,
    (SELECT min(ready_ms) FROM outbox_lanes
      WHERE bot_id = $1 AND priority = 2 AND priority IS NOT NULL AND node = 0) AS ready_2`,
  /** What is locked is just getting more sends, or being looked at: it comes with the next turn. */
  outboxReadyLanes: `SELECT lane, blocked_ms, recent FROM outbox_lanes
    WHERE bot_id = $1 AND priority = $2 AND priority IS NOT NULL AND node = 0 AND ready_ms <= $3
    ORDER BY ready_ms LIMIT $4 FOR UPDATE SKIP LOCKED`,
  outboxHeads: `SELECT c.lane, h.id, h.method, h.params::text AS params, h.priority, h.cost, h.parks,
      h.key, h.attempts, h.failures, h.failing_since_ms, h.broadcast_id
    FROM unnest($2::text[]) AS c (lane) CROSS JOIN LATERAL (SELECT o.id, o.method, o.params,
        o.priority, o.cost, o.parks, o.key, o.attempts, o.failures, o.failing_since_ms,
        o.broadcast_id
      FROM outbox o WHERE o.bot_id = $1 AND o.lane = c.lane AND o.state = ${READY}
      ORDER BY o.priority, o.place LIMIT 1) AS h`,
  outboxClaim: `UPDATE outbox SET state = ${SENDING}, attempts = attempts + 1
    WHERE id = ANY($1::bigint[]) AND state + 0 = ${READY} RETURNING id`,

  outboxStanding: `SELECT ${STANDING} FROM outbox o WHERE o.id = ANY($1::bigint[])`,
  /** $1: sends in flight here. $2: tokens of this store; what they have else is in nobody's hand. */
  outboxLost: `SELECT ${STANDING}, l.node = ANY($2::bigint[]) AS ours
    FROM outbox o JOIN outbox_lanes l ON l.bot_id = o.bot_id AND l.lane = o.lane
    WHERE o.state = ${SENDING} AND o.id <> ALL($1::bigint[]) AND (l.node = ANY($2::bigint[])
      OR NOT EXISTS (SELECT FROM nodes n WHERE n.id = l.node))`,
  outboxChange: `UPDATE outbox o SET state = i.state, message_id = i.message_id, reason = i.reason,
      error = coalesce(i.error, o.error), doubts = o.doubts + i.doubts,
      failures = o.failures + i.failures, ended_at_ms = CASE WHEN i.ends THEN $9::bigint END,
      params = CASE WHEN i.state <> ${SENT} THEN o.params END,
      failing_since_ms = coalesce(o.failing_since_ms, CASE WHEN i.failures > 0 THEN $9::bigint END)
    FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::text[], $5::text[], $6::integer[],
      $7::integer[], $8::boolean[]) AS i (id, state, message_id, reason, error, doubts, failures,
      ends)
    WHERE o.id = i.id`,
  outboxRemove: "DELETE FROM outbox WHERE id = ANY($1::bigint[])",
  outboxMove: `UPDATE outbox SET lane = $3 WHERE bot_id = $1 AND lane = $2 AND state = ${READY}`,
  outboxRevive: `UPDATE outbox SET state = ${READY}, place = nextval('outbox_number'), due_ms = $2,
      failures = 0, failing_since_ms = NULL, ended_at_ms = NULL, reason = NULL, error = NULL,
      broadcast_id = CASE WHEN state <> ${FAILED} THEN broadcast_id END
    WHERE id = $1`,

  outboxKeyed: "SELECT id, lane, state FROM outbox WHERE bot_id = $1 AND key = $2",
  outboxDropKeyed: `DELETE FROM outbox WHERE id = $1
    AND state + 0 IN (${READY}, ${SCHEDULED}, ${HELD}, ${PARKED}) RETURNING id`,
  outboxById: `SELECT bot_id, lane, state, priority, broadcast_id FROM outbox
    WHERE id = $1 FOR UPDATE`,

  outboxList_ready: list(`state = ${READY}`, "place"),
  outboxList_scheduled: list(`state = ${SCHEDULED}`, "at_ms"),
  outboxList_held: list(`state = ${HELD}`, "id DESC"),
  outboxList_sending: list(`state = ${SENDING}`, "id DESC"),
  outboxList_parked: list(`state = ${PARKED}`, "id DESC"),
  outboxList_sent: list(
    `ended_at_ms IS NOT NULL AND state + 0 = ${SENT}`,
    "ended_at_ms DESC, id DESC",
  ),
  outboxList_failed: list(`state = ${FAILED}`, "id DESC"),
  outboxList_doubtful: list("doubts > 0", "id DESC"),
  outboxCounts: `SELECT ${count("ready", `state = ${READY}`)},
    ${count("scheduled", `state = ${SCHEDULED}`)}, ${count("sending", `state = ${SENDING}`)},
    ${count("parked", `state = ${PARKED}`)}, ${count("failed", `state = ${FAILED}`)},
    ${count("doubtful", "doubts > 0")},
    (SELECT due_ms FROM outbox WHERE state = ${READY} ORDER BY place LIMIT 1) AS oldest`,
  outboxBlocks: `(SELECT bot_id, NULL AS lane, blocked_ms FROM outbox_bots
      WHERE bot_id = ANY($1::bigint[]) AND blocked_ms > $2)
    UNION ALL (SELECT bot_id, lane, blocked_ms FROM outbox_lanes
      WHERE blocked_ms > 0 AND blocked_ms > $2 ORDER BY blocked_ms DESC LIMIT 100)
    ORDER BY blocked_ms DESC LIMIT 100`,

  outboxSweepSends: `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox
    WHERE ended_at_ms < $1 AND ended_at_ms IS NOT NULL ORDER BY ended_at_ms LIMIT $2
    FOR UPDATE SKIP LOCKED) RETURNING id`,
  outboxSweepLanes: `DELETE FROM outbox_lanes WHERE (bot_id, lane) IN (SELECT bot_id, lane
    FROM outbox_lanes WHERE priority IS NULL AND node = 0 AND ready_ms < $1 AND blocked_ms < $1
    ORDER BY ready_ms LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING lane`,
  outboxSweepBroadcasts: `DELETE FROM broadcasts WHERE id IN (SELECT id FROM broadcasts
    WHERE ended_at_ms < $1 AND ended_at_ms IS NOT NULL ORDER BY ended_at_ms LIMIT $2
    FOR UPDATE SKIP LOCKED) RETURNING id`,

  broadcastByKey: "SELECT id, state FROM broadcasts WHERE bot_id = $1 AND key = $2",
  broadcastInsert: `INSERT INTO broadcasts (id, bot_id, key, method, params, cost, parks, state,
      created_at_ms)
    VALUES (nextval('outbox_number'), $1, $2, $3, $4, $5, $6, 'collecting', $7)
    ON CONFLICT DO NOTHING RETURNING id`,
  broadcastReplace: `UPDATE broadcasts SET method = $2, params = $3, cost = $4, parks = $5, total = 0,
      created_at_ms = $6 WHERE id = $1`,
  broadcastDropChunks: "DELETE FROM broadcast_chunks WHERE broadcast_id = $1",
  broadcastAddChunk: `WITH added AS (INSERT INTO broadcast_chunks (broadcast_id, chunk, entries)
      VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING chunk)
    UPDATE broadcasts SET total = total + $4
    WHERE id = $1 AND state = 'collecting' AND EXISTS (SELECT FROM added)`,
  broadcastList: `SELECT ${BROADCAST} FROM broadcasts WHERE id < $1 ORDER BY id DESC LIMIT $2`,
  broadcastById: `SELECT ${BROADCAST} FROM broadcasts WHERE id = $1`,
  broadcastSet: "UPDATE broadcasts SET state = $2, ended_at_ms = $3 WHERE id = $1",
  /** Only the oldest that has chats left, so that a chat gets older broadcasts before newer ones. */
  broadcastHungry: `SELECT id, method, params, cost, parks
    FROM (SELECT id, method, params::text AS params, cost, parks, fed, sent, failed
      FROM broadcasts WHERE bot_id = $1 AND state = 'running' AND fed < total
      ORDER BY id LIMIT 1) AS oldest
    WHERE fed - sent - failed < $2`,
  broadcastTakeChunk: `DELETE FROM broadcast_chunks WHERE broadcast_id = $1 AND chunk = (SELECT chunk
      FROM broadcast_chunks WHERE broadcast_id = $1 ORDER BY chunk LIMIT 1)
    RETURNING entries::text AS entries`,
  broadcastFed: "UPDATE broadcasts SET fed = fed + $2 WHERE id = $1",
  /** One that was cancelled still counts what was in flight then. */
  broadcastCount: `UPDATE broadcasts SET sent = sent + $2, failed = failed + $3, failures = $4,
      state = CASE WHEN ${IS_OVER} THEN 'done' ELSE state END,
      ended_at_ms = CASE WHEN ${IS_OVER} THEN $5::bigint ELSE ended_at_ms END
    WHERE id = $1`,
  broadcastHold: `UPDATE outbox SET state = ${HELD} WHERE broadcast_id = $1 AND state + 0 = ${READY}
    RETURNING bot_id, lane`,
  broadcastUnhold: `UPDATE outbox SET state = ${READY}
    WHERE broadcast_id = $1 AND state + 0 = ${HELD} RETURNING bot_id, lane`,
  broadcastDropSends: `DELETE FROM outbox WHERE broadcast_id = $1
    AND state + 0 IN (${READY}, ${SCHEDULED}, ${HELD}, ${PARKED}) RETURNING bot_id, lane`,
} as const;

function list(condition: string, order: string): string {
  return `SELECT ${RECORD} FROM outbox WHERE ${condition} AND id < $1 ORDER BY ${order} LIMIT $2`;
}

function count(name: string, condition: string): string {
  return `(SELECT count(*) FROM (SELECT FROM outbox WHERE ${condition} LIMIT $1) AS c) AS ${name}`;
}
