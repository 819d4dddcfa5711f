import type { DatabaseSync } from "node:sqlite";

import { failpoint } from "../../failpoint.ts";
import { StoreFault } from "../store-fault.ts";
import { ADD_PAUSES } from "./pauses.ts";
import { ADD_DOUBTS, ADD_REPAIRS } from "./schema-repairs.ts";
import { EVENT_LOG_SCHEMA } from "./schema-event-log.ts";
import { EVENT_KEYS_SCHEMA } from "./schema-events.ts";
import { OUTBOX_SCHEMA } from "./outbox/schema-outbox.ts";
import { STATES_IN_ORDER } from "./schema-states.ts";
import { TIMERS_SCHEMA } from "./schema-timers.ts";

/** `PRAGMA application_id` of our files: the bytes of "hkgm". Tells them from other databases. */
const APPLICATION_ID = 0x686b676d;

/** `updates.status`; only `LIVE` rows are in the index that lanes are read from. */
export const LIVE = 0;
export const PARKED = 1;
export const DONE = 2;
export const EXPIRED = 3;

/**
 * One entry per schema version, run in order. A released entry never changes.
 *
 * - `updates` is narrow: settled rows are kept for a week as the memory of their ids. Its order is
 *   the order of arrival. The bytes are apart, so that their pages are free again when they go.
 * - `updates_live` and `updates_parked` hold only what is live or parked, whatever the history, and
 *   grow at one end. An index of all live rows by lane would touch one page per update: with a
 *   large backlog it costs three times as much as everything else. So only rows that were set
 *   aside, because memory has no room for more of their lane, are found by lane.
 * - `failures` of `attempts` ended with an error; the difference ended with their process.
 * - `states.version` is the `seq` of the update that wrote the record: never used twice, so a
 *   record that was removed and made again is not taken for the old one.
 * - `owner.token` grows with every opening; a transaction of an earlier owner is refused.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE owner (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    token INTEGER NOT NULL,
    pid INTEGER NOT NULL,
    since_ms INTEGER NOT NULL
  ) STRICT;
  INSERT INTO owner (id, token, pid, since_ms) VALUES (1, 0, 0, 0);

  CREATE TABLE updates (
    seq INTEGER PRIMARY KEY,
    bot_id INTEGER NOT NULL,
    update_id INTEGER,
    lane TEXT NOT NULL,
    status INTEGER NOT NULL,
    aside INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    received_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER,
    retry_at_ms INTEGER,
    settled_at_ms INTEGER,
    outcome TEXT,
    error TEXT
  ) STRICT;
  CREATE UNIQUE INDEX updates_identity ON updates (bot_id, update_id);
  CREATE INDEX updates_live ON updates (seq) WHERE status = ${LIVE};
  CREATE INDEX updates_aside ON updates (lane, seq) WHERE status = ${LIVE} AND aside = 1;
  CREATE INDEX updates_parked ON updates (seq) WHERE status = ${PARKED};

  CREATE TABLE payloads (seq INTEGER PRIMARY KEY, raw BLOB NOT NULL) STRICT;

  CREATE TABLE states (
    key TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    data TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    expires_at_ms INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX states_expiry ON states (expires_at_ms) WHERE expires_at_ms IS NOT NULL;

  CREATE TABLE journal (
    seq INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    key TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    kind TEXT NOT NULL,
    value TEXT,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (seq, key)
  ) STRICT, WITHOUT ROWID;
  `,
  ADD_DOUBTS,
  EVENT_KEYS_SCHEMA,
  ADD_REPAIRS,
  OUTBOX_SCHEMA,
  ADD_PAUSES,
  TIMERS_SCHEMA,
  EVENT_LOG_SCHEMA,
  STATES_IN_ORDER,
];

/** Makes the file a store of this version, or says why it cannot be one. */
export function prepareSchema(database: DatabaseSync): void {
  const version = pragma(database, "user_version");
  const isOurs = pragma(database, "application_id") === APPLICATION_ID;
  if (!isOurs && countTables(database) > 0) {
    throw new StoreFault("incompatible", "it is another program's database");
  }
  if (version > MIGRATIONS.length) {
    const mine = MIGRATIONS.length;
    const rule = `its schema has version ${version}, this hookgram knows versions up to ${mine}`;
    throw new StoreFault("incompatible", `${rule}; run the newer one`);
  }
  for (let next = version; next < MIGRATIONS.length; next += 1) {
    database.exec(`BEGIN IMMEDIATE; ${MIGRATIONS[next]!}`);
    failpoint("schema.migrated");
    database.exec(
      `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${next + 1}; COMMIT`,
    );
  }
}

/** The value of a pragma that answers with one number. */
export function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

function countTables(database: DatabaseSync): number {
  const row = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get();
  return Number(row?.["tables"]);
}
