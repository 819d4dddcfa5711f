import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";

import { waitUntil } from "../../../test/fair-watch.ts";
import { ManualClock } from "../../../test/manual-clock.ts";
import { PostgresProxy } from "../../../test/postgres-proxy.ts";
import { PostgresServer } from "../../../test/postgres-server.ts";
import { newUpdate, openStore, type OpenStore } from "../../../test/store-ground.ts";
import { RuntimeError } from "../../error.ts";
import { createPostgresStore } from "./postgres-store.ts";
import type { PostgresStoreOptions } from "./store-options.ts";

/** More than a claim reads in one transaction. */
const MANY = 300;

const DONE = { to: "done", handler: undefined, writes: [] } as const;

/** Somewhat more than the time after which an idle lane is given back. */
const IDLE_MS = 200;

/** The time between two signs of life. */
const HEARTBEAT_MS = 1_000;

function updateIds({ found }: OpenStore): (number | undefined)[] {
  return found.map(({ updateId }) => updateId);
}

function done({ store }: OpenStore, seq: number): Promise<unknown> {
  return store.settle({ seq, attempt: 1, ending: DONE, atMs: 1, next: undefined });
}

function isUnavailable(error: unknown): boolean {
  return error instanceof RuntimeError && error.code === "store-unavailable";
}

describe("the lanes of a PostgreSQL store", () => {
  let server: PostgresServer;
  let proxy: PostgresProxy;
  before(async () => {
    server = await PostgresServer.start();
    proxy = await PostgresProxy.start(server.port);
  });
  after(async () => {
    await proxy.close();
    await server.remove();
  });

  let schema: string;
  const opened: OpenStore[] = [];
  beforeEach(() => {
    schema = server.newSchema();
  });
  afterEach(() => Promise.all(opened.splice(0).map(({ store }) => store.close())));

  async function node(more: Partial<PostgresStoreOptions> = {}): Promise<OpenStore> {
    const options = { url: server.url, schema, leaseMs: 5_000, ...more };
    const open = await openStore(createPostgresStore(options));
    opened.push(open);
    return open;
  }

  function claimUntil(open: OpenStore, isEnough: () => boolean): Promise<void> {
    return waitUntil(async () => {
      await open.store.claim(MANY).catch((error: unknown) => assert.ok(isUnavailable(error)));
      return isEnough();
    });
  }

  async function lanes(): Promise<readonly unknown[]> {
    return (await server.query(`SELECT lane FROM ${schema}.lanes ORDER BY lane`)).map(
      (row) => row["lane"],
    );
  }

  async function hasNoLanes(): Promise<boolean> {
    return (await lanes()).length === 0;
  }

  /** The `at`-th change of a row of the table fails, once, with this error. */
  async function failOnce(table: string, at: number, sqlState: string): Promise<void> {
    await server.query(`SET search_path TO ${schema}; CREATE SEQUENCE changes;
      CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('${schema}.changes') = ${at} THEN
          RAISE EXCEPTION 'once' USING ERRCODE = '${sqlState}';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER fail_once BEFORE INSERT OR UPDATE ON ${table}
        FOR EACH ROW EXECUTE FUNCTION fail_once()`);
  }

  it("give out what was claimed before a claim failed", async () => {
    const a = await node();
    const accepting = Array.from({ length: MANY }, (_, at) =>
      a.store.accept(newUpdate(at + 1, { lane: `lane${at + 1}`, place: "later" })),
    );
    await Promise.all(accepting);
    // 55P03: lock not available. The first page of 256 is committed by then.
    await failOnce("lanes", 257, "55P03");
    assert.equal(await a.store.claim(MANY), true);
    assert.equal(a.found.length, 256);
    assert.equal(await a.store.claim(MANY), false);
    assert.equal(new Set(updateIds(a)).size, MANY);
  });

  it("give out again what was claimed beside something that the server failed at", async () => {
    const [a, b] = [await node(), await node()];
    await a.store.accept(newUpdate(1, { place: "later" }));
    // XX000: internal error. The claim is committed by then; nobody knows what else is.
    await failOnce("updates", 1, "XX000");
    const answers = await Promise.allSettled([a.store.claim(10), a.store.accept(newUpdate(2))]);
    for (const answer of answers) {
      assert.ok(answer.status === "rejected" && isUnavailable(answer.reason));
    }
    assert.equal((await b.store.accept(newUpdate(3))).status, "stored");
    await claimUntil(a, () => a.found.length === 2);
    assert.deepEqual(updateIds(a), [1, 3]);
  });

  it("are not given out under a token that was lost meanwhile", async () => {
    // In manual time no heartbeat is under way while the token is taken away.
    const clock = new ManualClock();
    const [a, b] = [await node({ url: proxy.through(server.url), clock }), await node()];
    await a.store.accept(newUpdate(1, { place: "later" }));
    const held = proxy.holdAnswer("COMMIT");
    const claiming = a.store.claim(1);
    const letGo = await held;
    const waited = a.waits();
    // What another node does that finds this one dead.
    await server.query(`SET search_path TO ${schema}; BEGIN;
      DELETE FROM nodes WHERE id = (SELECT min(id) FROM nodes);
      UPDATE lanes SET node = 0, waiting_after = 0; COMMIT`);
    await claimUntil(b, () => b.found.length === 1);
    // It finds out with its next heartbeat.
    await waitUntil(() => {
      clock.advance(HEARTBEAT_MS);
      return a.waits() > waited;
    });
    letGo();
    assert.equal(await claiming, false);
    assert.deepEqual(updateIds(a), []);
    const [{ seq } = assert.fail()] = b.found;
    assert.equal(await a.store.begin({ seq, attempt: 1 }), "fenced");
    assert.equal(await b.store.begin({ seq, attempt: 1 }), "applied");
  });

  it("are announced to a node again that lost its connections and its token", async () => {
    // In manual time that nobody moves there is no look around: only a notification can wake it.
    const clock = new ManualClock();
    const a = await openStore(createPostgresStore({ url: server.url, schema, clock }));
    opened.push(a);
    await server.query(`SET search_path TO ${schema}; BEGIN;
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hookgram';
      DELETE FROM nodes; COMMIT`);
    await waitUntil(async () => {
      clock.advance(1);
      return a.store.accept(newUpdate(1)).then(
        () => true,
        () => false,
      );
    });
    const b = await node();
    const waits = a.waits();
    const accepted = await b.store.accept(newUpdate(2));
    assert.ok(accepted.status === "stored" && accepted.place === "later");
    await waitUntil(() => a.waits() > waits);
    await a.store.claim(10);
    assert.equal(updateIds(a).at(-1), 2);
  });

  it("are left to others with what nobody of a node wants", async () => {
    const a = await node();
    const [first, second] = [
      await a.store.accept(newUpdate(1)),
      await a.store.accept(newUpdate(2)),
    ];
    assert.ok(first.status === "stored" && second.status === "stored");
    const b = await node();
    a.store.release("a");
    await claimUntil(b, () => b.found.length === 2);
    assert.deepEqual(updateIds(b), [1, 2]);
    assert.equal(await a.store.begin({ seq: first.seq, attempt: 1 }), "fenced");
    for (const { seq } of [first, second]) {
      assert.equal(await b.store.begin({ seq, attempt: 1 }), "applied");
      await b.store.settle({ seq, attempt: 1, ending: DONE, atMs: 1, next: undefined });
    }
    b.store.release("a");
    await waitUntil(hasNoLanes);
  });

  it("are given back with the next transaction once nothing is live in them", async () => {
    // In manual time that nobody moves, nothing else gives them back.
    const clock = new ManualClock();
    const a = await openStore(createPostgresStore({ url: server.url, schema, clock }));
    opened.push(a);
    const { store } = a;
    const accepted = await store.accept(newUpdate(1, { lane: "a", begin: true }));
    assert.ok(accepted.status === "stored");
    store.release("a");
    await store.accept(newUpdate(2, { lane: "b" }));
    assert.deepEqual(await lanes(), ["a", "b"]);
    const { seq } = accepted;
    await store.settle({ seq, attempt: 1, ending: DONE, atMs: 1, next: undefined });
    await store.accept(newUpdate(3, { lane: "c" }));
    assert.deepEqual(await lanes(), ["b", "c"]);
  });

  it("need no second look while they wait for a claim, and are given back after it", async () => {
    const clock = new ManualClock();
    const a = await openStore(createPostgresStore({ url: server.url, schema, clock }));
    opened.push(a);
    const b = await node();
    await a.store.accept(newUpdate(1, { begin: true }));
    await b.store.accept(newUpdate(2));
    const quiet = clock.waiting;
    await done(a, 1);
    a.store.release("a");
    assert.equal(clock.waiting, quiet + 1);
    // The first look finds that the lane waits. A second one would be due later.
    clock.advance(IDLE_MS);
    // One of these may share the transaction of the look, the other one comes after it.
    for (const key of ["one", "another"]) await a.store.readState(key);
    assert.equal(clock.waiting, quiet);
    assert.deepEqual(await lanes(), ["a"]);
    await a.store.claim(10);
    await a.store.begin({ seq: 2, attempt: 1 });
    await done(a, 2);
    a.store.release("a");
    clock.advance(IDLE_MS);
    await waitUntil(hasNoLanes);
  });

  it("are given back when what was stored for later was claimed and is done", async () => {
    const a = await node();
    await a.store.accept(newUpdate(1, { begin: true }));
    await a.store.accept(newUpdate(2, { place: "later" }));
    await a.store.claim(10);
    await a.store.begin({ seq: 2, attempt: 1 });
    for (const seq of [1, 2]) await done(a, seq);
    a.store.release("a");
    await waitUntil(hasNoLanes);
  });

  it("are forgotten when what was announced for them is a duplicate", async () => {
    const [a, b] = [await node(), await node()];
    const accepted = await a.store.accept(newUpdate(1, { begin: true }));
    assert.ok(accepted.status === "stored");
    assert.equal((await b.store.accept(newUpdate(1))).status, "duplicate");
    const { seq } = accepted;
    await a.store.settle({ seq, attempt: 1, ending: DONE, atMs: 1, next: undefined });
    a.store.release("a");
    await claimUntil(a, () => true);
    await waitUntil(async () => {
      await a.store.claim(10);
      return hasNoLanes();
    });
    assert.deepEqual([updateIds(a), updateIds(b)], [[], []]);
  });
});
