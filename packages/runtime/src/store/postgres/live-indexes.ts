import { sleep, systemClock } from "@hookgram/bot-api";

import type { Connection } from "./connection.ts";

/** An index on a table of an older version: nodes of that version write to it while it is built. */
export interface LiveIndex {
  readonly name: string;
  readonly table: string;
  /** The part of `CREATE INDEX` that follows the table's name. */
  readonly on: string;
}

/** Longest time for one index, and for the transactions that it has to wait for. */
const BUILD_MAX_MS = 3_600_000;

/** Between two looks whether another node has built them. */
const LOOK_MS = 200;

/**
 * Held while indexes are built. Waiting for it must hold no snapshot: the builder waits for those.
 */
const BUILD_LOCK = "hashtextextended('hookgram indexes', 0)";

/**
 * Builds in a transaction of the caller what is not there yet, so only where the table is empty.
 */
export function toStatement({ name, table, on }: LiveIndex): string {
  return `CREATE INDEX IF NOT EXISTS ${name} ON ${table} ${on};`;
}

/**
 * Builds indexes that are missing, without holding up who writes to their tables. What a build left
 * behind that was cut off is built again. Nodes that start at the same time do it one after the
 * other.
 * @see https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
 */
export async function buildLiveIndexes(
  connection: Connection,
  schema: string,
  indexes: readonly LiveIndex[],
): Promise<void> {
  const limits = await connection.text(
    "SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock",
  );
  await lockBuilding(connection);
  await connection.text("SET statement_timeout = 0; SET lock_timeout = 0");
  try {
    for (const index of indexes) await build(connection, schema, index);
  } finally {
    if (connection.isUsable) {
      const { statement, lock } = limits[0]!;
      await connection.text(`SET statement_timeout = '${String(statement)}';
        SET lock_timeout = '${String(lock)}'; SELECT pg_advisory_unlock(${BUILD_LOCK})`);
    }
  }
}

async function lockBuilding(connection: Connection): Promise<void> {
  for (;;) {
    const [row] = await connection.text(`SELECT pg_try_advisory_lock(${BUILD_LOCK}) AS locked`);
    if (row?.["locked"] === true) return;
    await sleep(systemClock, LOOK_MS);
  }
}

async function build(
  connection: Connection,
  schema: string,
  { name, table, on }: LiveIndex,
): Promise<void> {
  const [row] = await connection.text(`SELECT indisvalid AS valid FROM pg_index
    WHERE indexrelid = to_regclass('${schema}.${name}')`);
  if (row?.["valid"] === true) return;
  if (row !== undefined) {
    await connection.text(`DROP INDEX CONCURRENTLY ${schema}.${name}`, BUILD_MAX_MS);
  }
  const statement = `CREATE INDEX CONCURRENTLY ${name} ON ${schema}.${table} ${on}`;
  await connection.text(statement, BUILD_MAX_MS);
}
