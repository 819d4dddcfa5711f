import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "@hookgram/bot-api";

import { FairWatch } from "../../../test/fair-watch.ts";
import { patientStore } from "../../../test/patient-store.ts";
import { PostgresServer } from "../../../test/postgres-server.ts";
import { newUpdate, openStore, type OpenStore } from "../../../test/store-ground.ts";
import { insist } from "../../lanes/insist.ts";
import { createPostgresStore } from "./postgres-store.ts";

const LANES = 10_000;
/** One row of so many waits for {@link SLOW_S} when it is changed: all of them take two seconds. */
const SLOW_EVERY = 5;
const SLOW_S = 0.001;
/** To change them all in one statement takes longer; done in steps it is a fifth of them in each. */
const STATEMENT_TIMEOUT_MS = 1_500;
const PATIENCE_MS = 60_000;
const OF_NOBODY = 1_000_000;

describe("a PostgreSQL store with very many lanes", () => {
  let server: PostgresServer;
  let schema: string;
  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server.remove());

  const opened: OpenStore[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(({ store }) => store.close()));
  });

  async function open(): Promise<OpenStore> {
    const options = { url: server.url, schema, statementTimeoutMs: STATEMENT_TIMEOUT_MS };
    const make = (): Promise<OpenStore> => openStore(patientStore(createPostgresStore(options)));
    // A machine that stands still for a moment runs into this limit, too.
    const store = await insist(systemClock, make);
    opened.push(store);
    return store;
  }

  /** A schema on slow disks, in which this node has lanes, each with one live update. */
  async function fill(node: (newest: number) => number): Promise<void> {
    const [row] = await server.query(`SELECT max(id)::int AS newest FROM ${schema}.nodes`);
    const owner = node(Number(row?.["newest"]));
    await server.query(`SET search_path TO ${schema};
      INSERT INTO lanes SELECT 'lane' || i, ${owner}, NULL FROM generate_series(1, ${LANES}) i;
      INSERT INTO updates (seq, bot_id, update_id, lane, status, attempts, received_at_ms)
        SELECT i, 7, i, 'lane' || i, 0, 0, 1 FROM generate_series(1, ${LANES}) i;
      INSERT INTO payloads SELECT i, '{}' FROM generate_series(1, ${LANES}) i;
      SELECT setval('updates_seq', ${LANES});
      CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_sleep(${SLOW_S}); RETURN NEW; END $$;
      CREATE TRIGGER slow BEFORE UPDATE ON lanes FOR EACH ROW
        WHEN (hashtext(NEW.lane) % ${SLOW_EVERY} = 0) EXECUTE FUNCTION dawdle();`);
  }

  async function until(condition: string): Promise<void> {
    const watch = new FairWatch();
    const count = async (): Promise<unknown> => {
      const [row] = await server.query(
        `SELECT count(*)::int AS count FROM ${schema}.lanes WHERE ${condition}`,
      );
      return row?.["count"];
    };
    while ((await count()) !== LANES) {
      assert.ok(watch.lap() < PATIENCE_MS, `${String(await count())} of ${LANES}: ${condition}`);
      await delay(50);
    }
  }

  async function makeSchema(): Promise<void> {
    schema = server.newSchema();
    await (await open()).store.close();
  }

  const BEFORE_ITS_UPDATE = "waiting_after = substr(lane, 5)::bigint - 1";

  it("frees all that a dead node had, and what that one had begun to free of another", async () => {
    await makeSchema();
    await server.query(`INSERT INTO ${schema}.nodes (pid, host, heartbeat_at)
      VALUES (1, 'dead', now() - interval '1 hour')`);
    await fill((newest) => newest);
    await server.query(`UPDATE ${schema}.lanes SET node = ${OF_NOBODY} WHERE lane LIKE '%1'`);
    await open();
    await until(`node = 0 AND ${BEFORE_ITS_UPDATE}`);
  });

  it("finds everything anew when its connections were cut", async () => {
    await makeSchema();
    const { store } = await open();
    await fill((newest) => newest);
    await server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`);
    const watch = new FairWatch();
    const isBack = (): Promise<boolean> =>
      store.readState("any").then(
        () => true,
        () => false,
      );
    while (!(await isBack())) assert.ok(watch.lap() < PATIENCE_MS);
    await until("node > 0 AND waiting_after = 0");
  });

  it("leaves to others at its end what it has no time to free", async () => {
    await makeSchema();
    const { store } = await open();
    await fill((newest) => newest);
    await store.close();
    const next = await open();
    await until(`node = 0 AND ${BEFORE_ITS_UPDATE}`);
    const accepted = await next.store.accept(newUpdate(LANES + 1, { lane: "lane1" }));
    assert.equal(accepted.status === "stored" && accepted.place, "later");
  });
});
