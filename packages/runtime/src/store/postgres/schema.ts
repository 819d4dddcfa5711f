import { failpoint } from "../../failpoint.ts";
import { StoreFault } from "../store-fault.ts";
import { type Connection, LOCK_TIMEOUT_MS } from "./connection.ts";
import { buildLiveIndexes, type LiveIndex, toStatement } from "./live-indexes.ts";
import { ADD_PAUSES } from "./sql-pauses.ts";
import { ADD_REPAIRS, DOUBTS_INDEX } from "./schema-repairs.ts";
import { EVENT_LOG_SCHEMA } from "./schema-event-log.ts";
import { EVENT_KEYS_SCHEMA } from "./schema-events.ts";
import { OUTBOX_SCHEMA } from "./outbox/schema-outbox.ts";
import { TIMERS_SCHEMA } from "./schema-timers.ts";
import { LIVE, PARKED } from "./status.ts";

/** One step of the schema. A released one never changes. */
export interface Migration {
  /** Runs in one transaction with the other steps; so it may change no large table. */
  readonly sql?: string;
  /** Indexes on tables of older steps. They are built before that, beside nodes that run. */
  readonly indexes?: readonly LiveIndex[];
  /**
   * The oldest schema version whose code still works once this step is done: while a new version
   * is rolled out, nodes of both run on one database.
   */
  readonly worksWith: number;
}

/**
 * - `nodes.id` is the fencing token: each opening of a store is a new node, and a node that was
 *   declared dead is removed and never comes back. Every transaction of a node locks its row.
 * - `lanes` has a row for each lane with live updates, and for those that were idle a moment ago.
 *   `node` has the lane (0: nobody). Live updates after the number `waiting_after` are not handed
 *   out yet (NULL: all are).
 * - `updates` is narrow: settled rows are kept for a week as the memory of their ids, and each
 *   change copies the row. The bytes are apart. Its pages have room for these copies (`fillfactor`):
 *   an attempt that is counted then touches no index, and a lane in full use is twice as fast.
 * - `updates_live` and `updates_parked` hold only what is live or parked, whatever the history.
 * - `failures` of `attempts` ended with an error; the difference ended with their process.
 * - `states.version` is the `seq` of the update that wrote the record: never used twice, so a
 *   record that was removed and made again is not taken for the old one.
 * - State and results are `json` and not `jsonb`: what was written is read back as it was, also
 *   text that holds the character U+0000, which `jsonb` refuses.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    worksWith: 1,
    sql: `
  CREATE TABLE nodes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    heartbeat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    pid integer NOT NULL,
    host text NOT NULL
  );

  CREATE TABLE lanes (
    lane text COLLATE "C" PRIMARY KEY,
    node bigint NOT NULL,
    waiting_after bigint
  ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
  CREATE INDEX lanes_waiting ON lanes (node, waiting_after) WHERE waiting_after IS NOT NULL;

  CREATE SEQUENCE updates_seq MINVALUE 0 START 0;
  SELECT nextval('updates_seq');
  CREATE TABLE updates (
    seq bigint PRIMARY KEY DEFAULT nextval('updates_seq'),
    bot_id bigint NOT NULL,
    update_id bigint,
    lane text COLLATE "C" NOT NULL,
    status smallint NOT NULL,
    aside boolean NOT NULL DEFAULT false,
    attempts integer NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    received_at_ms bigint NOT NULL,
    expires_at_ms bigint,
    retry_at_ms bigint,
    settled_at_ms bigint,
    settled_by bigint,
    outcome text,
    error text
  ) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
  ALTER SEQUENCE updates_seq OWNED BY updates.seq;
  CREATE UNIQUE INDEX updates_identity ON updates (bot_id, update_id);
  CREATE INDEX updates_live ON updates (lane, seq) WHERE status = ${LIVE};
  CREATE INDEX updates_parked ON updates (seq) WHERE status = ${PARKED};

  CREATE TABLE payloads (seq bigint PRIMARY KEY, raw bytea NOT NULL);

  CREATE TABLE states (
    key text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    state text NOT NULL,
    data json NOT NULL,
    schema_version integer NOT NULL,
    expires_at_ms bigint
  );
  CREATE INDEX states_expiry ON states (expires_at_ms) WHERE expires_at_ms IS NOT NULL;

  CREATE TABLE journal (
    seq bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    entry bigint GENERATED ALWAYS AS IDENTITY,
    attempt integer NOT NULL,
    kind text NOT NULL,
    value json,
    at_ms bigint NOT NULL,
    PRIMARY KEY (seq, key)
  );
  `,
  },
  { worksWith: 1, indexes: [DOUBTS_INDEX] },
  { worksWith: 1, sql: EVENT_KEYS_SCHEMA },
  { worksWith: 1, sql: ADD_REPAIRS },
  { worksWith: 1, sql: OUTBOX_SCHEMA },
  { worksWith: 1, sql: ADD_PAUSES },
  { worksWith: 1, sql: TIMERS_SCHEMA },
  { worksWith: 1, sql: EVENT_LOG_SCHEMA },
];

/** What is done in the transaction does not have to wait for large tables. */
const MIGRATION_TIMEOUT_MS = 600_000;

/**
 * Makes the schema one of this version, or says why it cannot be one. Nodes that start at the same
 * time do this one after the other; nodes of the version before go on meanwhile.
 */
export async function prepareSchema(
  connection: Connection,
  schema: string,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await buildIndexes(connection, schema, migrations);
  // Another node may be in the middle of a long step. The server's limits would end the wait for
  // it.
  const wait = `BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;
    SELECT pg_advisory_xact_lock(hashtextextended('hookgram', 0));
    SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`;
  await connection.text(wait, MIGRATION_TIMEOUT_MS);
  try {
    const isThere = await connection.text(`SELECT to_regnamespace('${schema}') IS NOT NULL AS is`);
    if (isThere[0]?.["is"] !== true) await connection.text(`CREATE SCHEMA ${schema}`);
    await migrate(connection, schema, migrations);
    await connection.text("COMMIT");
  } catch (error) {
    if (connection.isUsable) await connection.text("ROLLBACK");
    throw error;
  }
}

/** Refuses a database in which no store has been opened yet. */
export async function assertStore(connection: Connection, schema: string): Promise<void> {
  if (await hasStore(connection, schema)) return;
  const repair = "the first bot that starts with this database makes it";
  throw new StoreFault("incompatible", `there is no store here; ${repair}`);
}

async function hasStore(connection: Connection, schema: string): Promise<boolean> {
  const table = `to_regclass('${schema}.schema_version')`;
  const [there] = await connection.text(`SELECT ${table} IS NOT NULL AS is`);
  return there?.["is"] === true;
}

/** Those that a schema of an older version is going to need, on tables that it has. */
async function buildIndexes(
  connection: Connection,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  if (!(await hasStore(connection, schema))) return;
  const { version } = await readVersion(connection, schema);
  const missing = migrations.slice(version).flatMap(({ indexes = [] }) => indexes);
  const tables = missing.map(({ table }) => `to_regclass('${schema}.${table}') IS NOT NULL`);
  if (missing.length === 0) return;
  const [has = {}] = await connection.text(
    `SELECT ${tables.map((is, at) => `${is} AS t${at}`).join()}`,
  );
  const live = missing.filter((_index, at) => has[`t${at}`] === true);
  if (live.length > 0) await buildLiveIndexes(connection, schema, live);
}

async function migrate(
  connection: Connection,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  const { version, worksWith } = await readVersion(connection, schema);
  const mine = migrations.length;
  if (version > mine && worksWith > mine) {
    const rule = `schema ${schema} has version ${version}, this hookgram knows up to ${mine}`;
    throw new StoreFault("incompatible", `${rule}; run the newer one`);
  }
  for (const { sql = "", indexes = [] } of migrations.slice(version)) {
    const statements = [sql, ...indexes.map(toStatement)].join("");
    await connection.text(statements, MIGRATION_TIMEOUT_MS);
    failpoint("schema.migrated");
  }
  if (version >= mine) return;
  const { worksWith: oldest } = migrations.at(-1)!;
  await connection.text(`UPDATE schema_version SET version = ${mine}, works_with = ${oldest}`);
}

async function readVersion(
  connection: Connection,
  schema: string,
): Promise<{ version: number; worksWith: number }> {
  const found = await connection.text(`SELECT count(*) AS tables,
    count(*) FILTER (WHERE relname = 'schema_version') AS ours
    FROM pg_class WHERE relkind = 'r' AND relnamespace = to_regnamespace('${schema}')`);
  if (found[0]?.["tables"] === 0) {
    await connection.text(`CREATE TABLE schema_version (version integer, works_with integer);
      INSERT INTO schema_version VALUES (0, 0)`);
    return { version: 0, worksWith: 0 };
  }
  if (found[0]?.["ours"] !== 1) {
    const repair = "name one of its own in the option schema";
    throw new StoreFault("incompatible", `schema ${schema} holds other tables; ${repair}`);
  }
  const [row] = await connection.text("SELECT version, works_with FROM schema_version");
  return { version: Number(row?.["version"]), worksWith: Number(row?.["works_with"]) };
}
