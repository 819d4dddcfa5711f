import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";

import { PAUSE_SQL } from "./pauses.ts";
import { MATCHES, REPAIR_SQL } from "./repair-statements.ts";
import type { OpenReport } from "./protocol.ts";
import { OutboxStatements } from "./outbox/outbox-statements.ts";
import { EVENT_LOG_SQL } from "./event-log.ts";
import { StatePlaces } from "./state-places.ts";
import { TIMER_SQL } from "./timer-statements.ts";
import { DONE, EXPIRED, LIVE, PARKED } from "./schema.ts";
import { UPDATE_COLUMNS } from "./update-columns.ts";

/** Every statement of the store, by what it is for. `status` is a literal: the indexes need it. */
const SQL = {
  ownerToken: "SELECT token FROM owner WHERE id = 1",
  insertUpdate: `INSERT INTO updates
      (bot_id, update_id, received_at_ms, expires_at_ms, attempts, aside, lane, status, outcome,
        settled_at_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  insertPayload: "INSERT INTO payloads (seq, raw) VALUES (?, ?)",

  takeEventKey:
    "INSERT INTO event_keys (bot_id, key, at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  forgetEventKeys: `DELETE FROM event_keys WHERE (bot_id, key) IN
    (SELECT bot_id, key FROM event_keys WHERE at_ms < ? ORDER BY at_ms LIMIT ?)`,

  beginReading: "BEGIN",
  beginTransaction: "BEGIN IMMEDIATE",
  commit: "COMMIT",

  countLive: `SELECT count(*) AS count, min(seq) AS first, max(seq) AS last
    FROM updates INDEXED BY updates_live WHERE status = ${LIVE}`,
  countParked: `SELECT count(*) AS count FROM updates INDEXED BY updates_parked
    WHERE status = ${PARKED}`,
  page: `SELECT ${UPDATE_COLUMNS}
    FROM updates u INDEXED BY updates_live LEFT JOIN payloads p ON p.seq = u.seq AND u.aside = 0
    WHERE u.status = ${LIVE} AND u.seq > ? ORDER BY u.seq LIMIT ?`,
  lanes: `SELECT json_group_array(seq), json_group_array(lane) FROM (
    SELECT seq, lane FROM updates INDEXED BY updates_live
    WHERE status = ${LIVE} AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?)`,
  load: `SELECT ${UPDATE_COLUMNS}
    FROM updates u INDEXED BY updates_aside JOIN payloads p ON p.seq = u.seq
    WHERE u.lane = ? AND u.status = ${LIVE} AND u.aside = 1 AND u.seq > ?
    ORDER BY u.seq LIMIT ?`,
  parked: `SELECT u.seq, u.bot_id, u.update_id, u.lane, u.received_at_ms, u.settled_at_ms,
      u.attempts, u.outcome, u.error, p.raw
    FROM updates u INDEXED BY updates_parked JOIN payloads p ON p.seq = u.seq
    WHERE ${MATCHES} AND u.seq < ?7 ORDER BY u.seq DESC LIMIT ?8`,

  begin: `UPDATE updates SET attempts = ?2
    WHERE seq = ?1 AND status = ${LIVE} AND attempts IN (?2, ?2 - 1)`,
  setAside: `UPDATE updates SET aside = 1 WHERE seq = ? AND status = ${LIVE}`,
  takeBack: `UPDATE updates SET attempts = attempts - 1
    WHERE seq = ? AND status = ${LIVE} AND attempts = ?`,
  retry: `UPDATE updates SET failures = min(failures + 1, attempts), error = ?3, retry_at_ms = ?4
    WHERE seq = ?1 AND status = ${LIVE} AND attempts = ?2`,
  done: `UPDATE updates SET status = ${DONE}, settled_at_ms = ?3, outcome = ?4
    WHERE seq = ?1 AND status = ${LIVE} AND attempts = ?2`,
  expire: `UPDATE updates SET status = ${EXPIRED}, settled_at_ms = ?3
    WHERE seq = ?1 AND status = ${LIVE} AND attempts = ?2`,
  park: `UPDATE updates SET status = ${PARKED}, settled_at_ms = ?3, outcome = ?4, error = ?5
    WHERE seq = ?1 AND status = ${LIVE} AND attempts = ?2`,
  standing: "SELECT status, attempts FROM updates WHERE seq = ?",

  statePlace: "SELECT id, version FROM states WHERE key = ?",
  readState: `SELECT id, version, schema_version, expires_at_ms, state, data
    FROM states WHERE key = ?`,
  writeState: `INSERT INTO states (key, version, state, data, schema_version, expires_at_ms)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
      version = excluded.version, state = excluded.state, data = excluded.data,
      schema_version = excluded.schema_version, expires_at_ms = excluded.expires_at_ms`,
  changeState: `UPDATE states SET
      version = ?3, state = ?4, data = ?5, schema_version = ?6, expires_at_ms = ?7
    WHERE id = ?1 AND version = ?2`,
  removeState: "DELETE FROM states WHERE key = ?",

  record: `INSERT INTO journal (seq, key, attempt, kind, value, at_ms, entry)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, (SELECT count(*) FROM journal WHERE seq = ?1)
    WHERE EXISTS (SELECT 1 FROM updates WHERE seq = ?1 AND status = ${LIVE} AND attempts = ?3)
    ON CONFLICT (seq, key) DO UPDATE SET
      attempt = excluded.attempt, kind = excluded.kind, value = excluded.value,
      at_ms = excluded.at_ms`,
  journal: "SELECT key, attempt, kind, value, at_ms FROM journal WHERE seq = ? ORDER BY entry",

  payloadsAfter: `SELECT p.seq, u.status, u.received_at_ms, u.settled_at_ms
    FROM payloads p JOIN updates u ON u.seq = p.seq WHERE p.seq > ? ORDER BY p.seq LIMIT ?`,
  updatesAfter: `SELECT seq, status, received_at_ms, settled_at_ms FROM updates NOT INDEXED
    WHERE seq > ? AND seq < (SELECT max(seq) FROM updates) ORDER BY seq LIMIT ?`,
  deletePayload: "DELETE FROM payloads WHERE seq = ?",
  deleteJournal: "DELETE FROM journal WHERE seq = ?",
  deleteUpdate: "DELETE FROM updates WHERE seq = ?",
  deleteStates: `DELETE FROM states WHERE id IN
    (SELECT id FROM states WHERE expires_at_ms < ? LIMIT ?)`,

  ...REPAIR_SQL,
  ...PAUSE_SQL,
  ...TIMER_SQL,
  ...EVENT_LOG_SQL,
} as const;

type StatementName = keyof typeof SQL;

/** The prepared statements, and the two places up to which retention has looked. */
export class Statements {
  readonly #prepared = new Map<StatementName, StatementSync>();
  readonly #inColumns = new Map<StatementName, StatementSync>();
  readonly #database: DatabaseSync;
  /** Sweeps go on from here. Starting over after the next opening only costs time. */
  readonly sweptTo = { payloads: 0, updates: 0 };
  readonly statePlaces = new StatePlaces();

  readonly outbox: OutboxStatements;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.outbox = new OutboxStatements(database);
  }

  get(name: StatementName): StatementSync {
    let statement = this.#prepared.get(name);
    if (statement === undefined) {
      statement = this.#database.prepare(SQL[name]);
      this.#prepared.set(name, statement);
    }
    return statement;
  }

  /** The values of each row in the order of the columns, which costs less than an object with names. */
  rows(name: StatementName, ...values: readonly SQLInputValue[]): readonly SQLOutputValue[][] {
    let statement = this.#inColumns.get(name);
    if (statement === undefined) {
      statement = this.#database.prepare(SQL[name]);
      statement.setReturnArrays(true);
      this.#inColumns.set(name, statement);
    }
    return statement.all(...values) as unknown as SQLOutputValue[][];
  }

  ownerToken(): number {
    return Number(this.get("ownerToken").get()?.["token"]);
  }

  /** When the next timer is due; undefined when none sleeps. */
  nextTimerMs(): number | undefined {
    const due = this.get("nextTimer").get()?.["due"];
    return due === null || due === undefined ? undefined : Number(due);
  }

  counts(): Pick<OpenReport, "live" | "parked" | "firstLiveSeq" | "lastLiveSeq"> {
    const live = this.get("countLive").get();
    const parked = this.get("countParked").get();
    return {
      live: Number(live?.["count"]),
      parked: Number(parked?.["count"]),
      firstLiveSeq: Number(live?.["first"] ?? 0),
      lastLiveSeq: Number(live?.["last"] ?? 0),
    };
  }
}
