import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";

import { FAILED, HELD, PARKED, READY, SCHEDULED, SENDING, SENT } from "../../outbox/send-states.ts";

/** One row as SQLite gives it. */
export type Row = Record<string, SQLOutputValue>;

const RECORD = `id, bot_id, state, lane, method, params, priority, at_ms, key, attempts, doubts,
  broadcast_id, ended_at_ms, message_id, reason, error`;

const STANDING = `id, bot_id, lane, state, attempts, doubts, broadcast_id,
  (SELECT b.state FROM broadcasts b WHERE b.id = o.broadcast_id) AS broadcast_state`;

const BROADCAST = `id, bot_id, key, method, state, total, sent, failed, failures, created_at_ms,
  ended_at_ms`;

const IS_WAITING = `state IN (${READY}, ${SCHEDULED}, ${HELD}, ${PARKED})`;

/** Every statement of the outbox, by what it is for. `state` is a literal: the indexes need it. */
const SQL = {
  clock: "SELECT number, steady_ms FROM outbox_clock WHERE id = 1",
  nextNumber: "UPDATE outbox_clock SET number = number + 1 WHERE id = 1 RETURNING number",
  setSteady: "UPDATE outbox_clock SET steady_ms = max(steady_ms, ?) WHERE id = 1",

  insert: `INSERT INTO outbox (id, bot_id, lane, method, params, state, priority, place, cost, parks,
      key, at_ms, due_ms, broadcast_id)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?1, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING`,
  byKey: "SELECT id, lane, state FROM outbox WHERE bot_id = ? AND key = ?",
  byId: `SELECT ${RECORD} FROM outbox WHERE id = ?`,
  remove: "DELETE FROM outbox WHERE id = ?",

  /** The lane has one more send. It waits its turn behind the lanes that are ready already. */
  wakeLane: `INSERT INTO outbox_lanes (bot_id, lane, priority, ready_ms) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (bot_id, lane) DO UPDATE SET
      ready_ms = CASE WHEN priority IS NULL THEN max(ready_ms, ?4) ELSE ready_ms END,
      priority = min(coalesce(priority, ?3), ?3)`,
  makeLane: `INSERT INTO outbox_lanes (bot_id, lane, ready_ms) VALUES (?, ?, ?)
    ON CONFLICT (bot_id, lane) DO NOTHING`,
  lane: "SELECT ready_ms, blocked_ms, recent FROM outbox_lanes WHERE bot_id = ? AND lane = ?",
  setPriority: `UPDATE outbox_lanes SET priority = (SELECT o.priority
      FROM outbox o INDEXED BY outbox_ready
      WHERE o.bot_id = ?1 AND o.lane = ?2 AND o.state = ${READY}
      ORDER BY o.priority, o.place LIMIT 1)
    WHERE bot_id = ?1 AND lane = ?2`,
  /** ?3: 0 when its send is not in flight any more, NULL to leave that as it is. */
  endOnLane: `UPDATE outbox_lanes SET node = coalesce(?3, node), ready_ms = max(ready_ms, ?4),
      blocked_ms = max(blocked_ms, ?5)
    WHERE bot_id = ?1 AND lane = ?2`,
  countOnLane: "UPDATE outbox_lanes SET recent = ?3 WHERE bot_id = ?1 AND lane = ?2",
  takeLane: `UPDATE outbox_lanes SET node = 1, recent = ?3, ready_ms = ?4
    WHERE bot_id = ?1 AND lane = ?2`,

  makeBot: "INSERT INTO outbox_bots (bot_id) VALUES (?) ON CONFLICT DO NOTHING",
  bot: "SELECT blocked_ms, recent, recent_bulk FROM outbox_bots WHERE bot_id = ?",
  setBot: "UPDATE outbox_bots SET recent = ?2, recent_bulk = ?3 WHERE bot_id = ?1",
  blockBot: "UPDATE outbox_bots SET blocked_ms = max(blocked_ms, ?2) WHERE bot_id = ?1",

  due: `SELECT id, lane, priority, at_ms FROM outbox INDEXED BY outbox_scheduled
    WHERE bot_id = ? AND state = ${SCHEDULED} AND at_ms <= ? ORDER BY at_ms, id LIMIT ?`,
  promote: `UPDATE outbox SET state = ${READY}, place = ?2, due_ms = at_ms WHERE id = ?1`,
  firstScheduled: `SELECT min(at_ms) AS at_ms FROM outbox INDEXED BY outbox_scheduled
    WHERE bot_id = ? AND state = ${SCHEDULED}`,
  firstReady: `SELECT min(ready_ms) AS ready_ms FROM outbox_lanes INDEXED BY outbox_lanes_ready
    WHERE bot_id = ? AND priority = ? AND priority IS NOT NULL AND node = 0`,
  readyLanes: `SELECT lane, blocked_ms, recent FROM outbox_lanes INDEXED BY outbox_lanes_ready
    WHERE bot_id = ? AND priority = ? AND priority IS NOT NULL AND node = 0 AND ready_ms <= ?
    ORDER BY ready_ms LIMIT ?`,
  head: `SELECT id, method, params, priority, cost, parks, key, attempts, failures,
      failing_since_ms, broadcast_id
    FROM outbox INDEXED BY outbox_ready
    WHERE bot_id = ? AND lane = ? AND state = ${READY} ORDER BY priority, place LIMIT 1`,
  claim: `UPDATE outbox SET state = ${SENDING}, attempts = attempts + 1 WHERE id = ?`,

  standing: `SELECT ${STANDING} FROM outbox o WHERE id = ?`,
  sending: `SELECT ${STANDING}, parks FROM outbox o INDEXED BY outbox_sending
    WHERE state = ${SENDING}`,
  change: `UPDATE outbox SET state = ?2, message_id = ?3, reason = ?4, error = coalesce(?5, error),
      doubts = doubts + ?6, failures = failures + ?7, ended_at_ms = ?8,
      params = CASE WHEN ?2 <> ${SENT} THEN params END,
      failing_since_ms = coalesce(failing_since_ms, CASE WHEN ?7 > 0 THEN ?9 END)
    WHERE id = ?1`,
  revive: `UPDATE outbox SET state = ${READY}, place = ?2, due_ms = ?3, failures = 0,
      failing_since_ms = NULL, ended_at_ms = NULL, reason = NULL, error = NULL,
      broadcast_id = CASE WHEN state <> ${FAILED} THEN broadcast_id END WHERE id = ?1`,
  move: `UPDATE outbox SET lane = ?3 WHERE bot_id = ?1 AND lane = ?2 AND state = ${READY}`,

  list_ready: `SELECT ${RECORD} FROM outbox INDEXED BY outbox_oldest
    WHERE state = ${READY} AND id < ? ORDER BY place LIMIT ?`,
  list_scheduled: `SELECT ${RECORD} FROM outbox INDEXED BY outbox_scheduled
    WHERE state = ${SCHEDULED} AND id < ? ORDER BY at_ms LIMIT ?`,
  list_held: `SELECT ${RECORD} FROM outbox INDEXED BY outbox_held
    WHERE state = ${HELD} AND id < ? ORDER BY id DESC LIMIT ?`,
  list_sending: `SELECT ${RECORD} FROM outbox INDEXED BY outbox_sending
    WHERE state = ${SENDING} AND id < ? ORDER BY id DESC LIMIT ?`,
  list_parked: `SELECT ${RECORD} FROM outbox INDEXED BY outbox_parked
    WHERE state = ${PARKED} AND id < ? ORDER BY id DESC LIMIT ?`,
  list_sent: `SELECT ${RECORD} FROM outbox INDEXED BY outbox_ended WHERE ended_at_ms IS NOT NULL
    AND state = ${SENT} AND id < ? ORDER BY ended_at_ms DESC, id DESC LIMIT ?`,
  list_failed: `SELECT ${RECORD} FROM outbox INDEXED BY outbox_failed
    WHERE state = ${FAILED} AND id < ? ORDER BY id DESC LIMIT ?`,
  list_doubtful: `SELECT ${RECORD} FROM outbox INDEXED BY outbox_doubtful
    WHERE doubts > 0 AND id < ? ORDER BY id DESC LIMIT ?`,

  count_ready: count(READY, "outbox_oldest"),
  count_scheduled: count(SCHEDULED, "outbox_scheduled"),
  count_sending: count(SENDING, "outbox_sending"),
  count_parked: count(PARKED, "outbox_parked"),
  count_failed: count(FAILED, "outbox_failed"),
  count_doubtful: `SELECT count(*) AS count FROM (SELECT 1 FROM outbox INDEXED BY outbox_doubtful
    WHERE doubts > 0 LIMIT ?)`,
  oldest: `SELECT due_ms FROM outbox INDEXED BY outbox_oldest WHERE state = ${READY}
    ORDER BY place LIMIT 1`,
  blockedLanes: `SELECT bot_id, lane, blocked_ms FROM outbox_lanes INDEXED BY outbox_lanes_blocked
    WHERE blocked_ms > ? AND blocked_ms > 0 ORDER BY blocked_ms DESC LIMIT 100`,

  sweepSends: `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox INDEXED BY outbox_ended
    WHERE ended_at_ms < ? AND ended_at_ms IS NOT NULL LIMIT ?)`,
  sweepLanes: `DELETE FROM outbox_lanes WHERE (bot_id, lane) IN (SELECT bot_id, lane
    FROM outbox_lanes INDEXED BY outbox_lanes_idle
    WHERE priority IS NULL AND node = 0 AND ready_ms < ?1 AND blocked_ms < ?1 LIMIT ?2)`,
  sweepBroadcasts: `DELETE FROM broadcasts WHERE id IN (SELECT id FROM broadcasts
    INDEXED BY broadcasts_ended WHERE ended_at_ms < ? AND ended_at_ms IS NOT NULL LIMIT ?)`,

  insertBroadcast: `INSERT INTO broadcasts (id, bot_id, key, method, params, cost, parks, state,
      created_at_ms)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'collecting', ?8)`,
  broadcastByKey: "SELECT id, state FROM broadcasts WHERE bot_id = ? AND key = ?",
  replaceBroadcast: `UPDATE broadcasts SET method = ?2, params = ?3, cost = ?4, parks = ?5, total = 0,
      created_at_ms = ?6 WHERE id = ?1`,
  dropChunks: "DELETE FROM broadcast_chunks WHERE broadcast_id = ?",
  insertChunk: `INSERT INTO broadcast_chunks (broadcast_id, chunk, entries) VALUES (?, ?, ?)
    ON CONFLICT DO NOTHING`,
  countChats: `UPDATE broadcasts SET total = total + ?2 WHERE id = ?1 AND state = 'collecting'`,
  broadcasts: `SELECT ${BROADCAST} FROM broadcasts WHERE id < ? ORDER BY id DESC LIMIT ?`,
  broadcast: `SELECT ${BROADCAST} FROM broadcasts WHERE id = ?`,
  setBroadcast: `UPDATE broadcasts SET state = ?2, ended_at_ms = ?3 WHERE id = ?1`,
  /** Only the oldest that has chats left, so that a chat gets older broadcasts before newer ones. */
  hungry: `SELECT id, method, params, cost, parks
    FROM (SELECT id, method, params, cost, parks, fed, sent, failed
      FROM broadcasts INDEXED BY broadcasts_running
      WHERE bot_id = ? AND state = 'running' AND fed < total ORDER BY id LIMIT 1)
    WHERE fed - sent - failed < ?`,
  firstChunk: `SELECT chunk, entries FROM broadcast_chunks WHERE broadcast_id = ?
    ORDER BY chunk LIMIT 1`,
  dropChunk: "DELETE FROM broadcast_chunks WHERE broadcast_id = ? AND chunk = ?",
  fed: "UPDATE broadcasts SET fed = fed + ?2 WHERE id = ?1",
  countSent: "UPDATE broadcasts SET sent = sent + 1 WHERE id = ?",
  countFailed: `UPDATE broadcasts SET failed = failed + 1, failures = json_set(failures, '$."' || ?2 || '"',
      coalesce(json_extract(failures, '$."' || ?2 || '"'), 0) + 1) WHERE id = ?1`,
  endBroadcast: `UPDATE broadcasts SET state = 'done', ended_at_ms = ?2
    WHERE id = ?1 AND state IN ('running', 'paused') AND sent + failed >= total`,
  hold: `UPDATE outbox SET state = ${HELD} WHERE broadcast_id = ? AND state = ${READY}
    RETURNING bot_id, lane`,
  unhold: `UPDATE outbox SET state = ${READY} WHERE broadcast_id = ? AND state = ${HELD}
    RETURNING bot_id, lane, priority`,
  dropSends: `DELETE FROM outbox WHERE broadcast_id = ? AND ${IS_WAITING} RETURNING bot_id, lane`,
} as const;

function count(state: number, index: string): string {
  return `SELECT count(*) AS count FROM (SELECT 1 FROM outbox INDEXED BY ${index}
    WHERE state = ${state} LIMIT ?)`;
}

export type OutboxStatement = keyof typeof SQL;

/** The outbox's prepared statements: none is prepared before it is used. */
export class OutboxStatements {
  readonly #prepared = new Map<OutboxStatement, StatementSync>();
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(name: OutboxStatement): StatementSync {
    let statement = this.#prepared.get(name);
    if (statement === undefined) {
      statement = this.#database.prepare(SQL[name]);
      this.#prepared.set(name, statement);
    }
    return statement;
  }

  nextNumber(): number {
    return Number(this.get("nextNumber").get()?.["number"]);
  }
}
