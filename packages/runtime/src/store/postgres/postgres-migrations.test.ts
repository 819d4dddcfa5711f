import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import pg from "pg";

import { waitUntil } from "../../../test/fair-watch.ts";
import { PostgresServer } from "../../../test/postgres-server.ts";
import { newUpdate, openStore } from "../../../test/store-ground.ts";
import { Connector } from "./connector.ts";
import { createPostgresStore } from "./postgres-store.ts";
import { type Migration, MIGRATIONS, prepareSchema } from "./schema.ts";
import { readTarget } from "./target.ts";

/** What a next version may need: an index on the table that is written to most. */
const INDEX = { name: "updates_received", table: "updates", on: "(received_at_ms)" };
const NEXT: readonly Migration[] = [...MIGRATIONS, { worksWith: 1, indexes: [INDEX] }];

describe("an index that a newer version needs", () => {
  let server: PostgresServer;
  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server.remove());

  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  /** A node of today's version, and a schema with something in it. */
  async function makeNode() {
    const schema = server.newSchema();
    const { store } = await openStore(createPostgresStore({ url: server.url, schema }));
    closing.push(() => store.close());
    await store.accept(newUpdate(1));
    return { schema, store };
  }

  /** As a node of the next version does it when it starts. */
  async function upgrade(schema: string, migrations = NEXT): Promise<void> {
    const connection = await new Connector(readTarget({ url: server.url, schema })).open();
    closing.push(() => connection.close());
    await prepareSchema(connection, schema, migrations);
  }

  /** Undefined: there is none. */
  async function isValid(schema: string): Promise<unknown> {
    const [row] = await server.query(`SELECT indisvalid AS valid FROM pg_index
      WHERE indexrelid = to_regclass('${schema}.${INDEX.name}')`);
    return row?.["valid"];
  }

  /** A transaction that has written to the table; gives what ends it. */
  async function beginWriting(schema: string): Promise<() => Promise<unknown>> {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    closing.push(() => client.end());
    await client.query(`BEGIN; UPDATE ${schema}.updates SET received_at_ms = 1`);
    return () => client.query("COMMIT");
  }

  async function isBuilding(): Promise<boolean> {
    const rows = await server.query(`SELECT 1 AS one FROM pg_stat_activity
      WHERE query LIKE 'CREATE INDEX %' AND wait_event_type = 'Lock'`);
    return rows.length > 0;
  }

  it("is built while nodes of the version before write to its table", async () => {
    const { schema, store } = await makeNode();
    const end = await beginWriting(schema);
    const upgraded = upgrade(schema);
    await waitUntil(isBuilding);
    const accepted = await store.accept(newUpdate(2, { lane: "b" }));
    assert.equal(accepted.status, "stored");
    assert.notEqual(await isValid(schema), true, "the build waits for the first transaction still");
    await end();
    await upgraded;
    assert.equal(await isValid(schema), true);
    const [row] = await server.query(`SELECT version FROM ${schema}.schema_version`);
    assert.equal(row?.["version"], NEXT.length);
  });

  it("is built once by several nodes that start at the same moment", async () => {
    const { schema } = await makeNode();
    await Promise.all([1, 2, 3].map(() => upgrade(schema)));
    assert.equal(await isValid(schema), true);
  });

  it("is built again when a build was cut off", async () => {
    const { schema } = await makeNode();
    await server.query(`CREATE INDEX ${INDEX.name} ON ${schema}.updates ${INDEX.on};
      UPDATE pg_index SET indisvalid = false
      WHERE indexrelid = '${schema}.${INDEX.name}'::regclass`);
    assert.equal(await isValid(schema), false);
    await upgrade(schema);
    assert.equal(await isValid(schema), true);
  });

  it("is there from the beginning in a schema of its own", async () => {
    const schema = server.newSchema();
    await upgrade(schema);
    assert.equal(await isValid(schema), true);
  });
});
