import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { ManualClock } from "../../../test/manual-clock.ts";
import { PostgresServer } from "../../../test/postgres-server.ts";
import { newUpdate, openStore } from "../../../test/store-ground.ts";
import type { StoreStats } from "../store.ts";
import { createPostgresStore } from "./postgres-store.ts";
import { LIVE, PARKED } from "./status.ts";

/** As the documentation of `StoreStats` says it. */
const COUNTED_MAX = 100_000;
const MANY = 130_000;
const HEARTBEAT_MS = 1_000;
/** Of an estimate that the server makes of a sample of its pages. */
const ERROR_MAX = MANY / 20;

type Counts = Pick<StoreStats, "live" | "parked">;

describe("how many updates there are in PostgreSQL", () => {
  let server: PostgresServer;
  let schema: string;
  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server.remove());
  beforeEach(async () => {
    schema = server.newSchema();
    await counts();
    // The server's own would come at some moment of the test.
    await server.query(`ALTER TABLE ${schema}.updates SET (autovacuum_enabled = false)`);
  });

  /** What a store says that is opened now. */
  async function counts(): Promise<Counts> {
    const { store } = await openStore(createPostgresStore({ url: server.url, schema }));
    const { live, parked } = store.stats();
    await store.close();
    return { live, parked };
  }

  async function fill(status: number, count: number): Promise<void> {
    await server.query(`SET search_path TO ${schema};
      INSERT INTO updates (bot_id, lane, status, attempts, received_at_ms)
        SELECT 7, '', ${status}, 0, 1 FROM generate_series(1, ${count});
      INSERT INTO lanes VALUES ('', 0, 0) ON CONFLICT DO NOTHING`);
  }

  it("is counted up to a limit", async () => {
    await fill(LIVE, COUNTED_MAX - 1);
    await fill(PARKED, 3);
    assert.deepEqual(await counts(), { live: COUNTED_MAX - 1, parked: 3 });
  });

  for (const [name, status] of [
    ["live", LIVE],
    ["parked", PARKED],
  ] as const) {
    it(`is the limit at least of more that are ${name}, and about right once they are analysed`, async () => {
      await fill(status, MANY);
      assert.equal((await counts())[name], COUNTED_MAX);
      await server.query(`ANALYZE ${schema}.updates`);
      const estimate = (await counts())[name];
      assert.ok(Math.abs(estimate - MANY) < ERROR_MAX, `${estimate} of ${MANY}`);
      // Most of them are gone, and the statistics do not know it.
      await server.query(`DELETE FROM ${schema}.updates WHERE seq % 10 <> 0`);
      assert.equal((await counts())[name], MANY / 10);
    });
  }

  it("goes on from an estimate with what the store does, and is counted when that can be", async () => {
    await fill(LIVE, MANY);
    const clock = new ManualClock();
    const { store } = await openStore(createPostgresStore({ url: server.url, schema, clock }));
    const { live } = store.stats();
    await store.accept(newUpdate(1, { lane: "new" }));
    assert.equal(store.stats().live, live + 1);
    await server.query(`DELETE FROM ${schema}.updates WHERE lane = ''`);
    while (store.stats().live !== 1) {
      clock.advance(HEARTBEAT_MS);
      await delay(10);
    }
    await store.close();
  });

  it("is estimated at most once a minute", async (t) => {
    await fill(LIVE, MANY);
    const clock = new ManualClock();
    const { store } = await openStore(createPostgresStore({ url: server.url, schema, clock }));
    t.after(() => store.close());
    const openedMs = clock.monotonic();
    await fill(PARKED, 3);
    while (store.stats().parked !== 3) {
      clock.advance(HEARTBEAT_MS);
      await delay(10);
    }
    assert.ok(clock.monotonic() - openedMs >= 60_000);
  });
});
