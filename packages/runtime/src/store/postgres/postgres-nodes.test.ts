import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { after, afterEach, before, describe, it } from "node:test";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";

import { newUpdate, openStore, type OpenStore } from "../../../test/store-ground.ts";
import { FairWatch } from "../../../test/fair-watch.ts";
import { ManualClock } from "../../../test/manual-clock.ts";
import { patientStore } from "../../../test/patient-store.ts";
import { PostgresServer } from "../../../test/postgres-server.ts";
import type { Accepted, Store, StoredUpdate } from "../store.ts";
import { createPostgresStore } from "./postgres-store.ts";
import type { PostgresStoreOptions } from "./store-options.ts";

const TAKE_OVER_MAX_MS = 15_000;

/** Where nobody fails, nobody is to be taken for dead because the machine stood still. */
const LONG_LEASE_MS = 600_000;
const SHORT_LEASE_MS = 5_000;

/** Between two signals to a process that is to stand still. */
const STOP_EVERY_MS = 10;

describe("several nodes on one PostgreSQL", () => {
  let server: PostgresServer;
  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server.remove());

  const stores: Store[] = [];
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });

  /** A store that is closed after the test. */
  function make(schema: string, more: Partial<PostgresStoreOptions> = {}): Store {
    const options = { url: server.url, schema, leaseMs: LONG_LEASE_MS, ...more };
    const store = patientStore(createPostgresStore(options));
    stores.push(store);
    return store;
  }

  const node = (schema: string, leaseMs = LONG_LEASE_MS): Promise<OpenStore> =>
    openStore(make(schema, { leaseMs }));

  /** Claims whenever something may wait, until so many updates were found; gives the time it took. */
  async function findAll(open: OpenStore, count: number): Promise<number> {
    const watch = new FairWatch();
    while (open.found.length < count) {
      const isLate = watch.lap() > 2 * TAKE_OVER_MAX_MS;
      assert.ok(!isLate, `only ${open.found.length} of ${count} were found`);
      await open.store.claim(100);
      await delay(20);
    }
    return watch.lap();
  }

  it("make the schema once when they start at the same moment", async () => {
    const schema = server.newSchema();
    const nodes = await Promise.all([1, 2, 3, 4].map(() => node(schema)));
    const accepted = await Promise.all(nodes.map(({ store }) => store.accept(newUpdate(1))));
    assert.equal(accepted.filter(({ status }) => status === "stored").length, 1);
  });

  it("store one of a hundred duplicates that come to both at the same moment", async () => {
    const schema = server.newSchema();
    const [a, b] = [await node(schema), await node(schema)];
    for (let updateId = 1; updateId <= 5; updateId += 1) {
      const answers: Promise<Accepted>[] = [];
      for (let times = 0; times < 50; times += 1) {
        answers.push(a.store.accept(newUpdate(updateId, { lane: `lane${updateId}` })));
        answers.push(b.store.accept(newUpdate(updateId, { lane: `lane${updateId}` })));
      }
      const stored = (await Promise.all(answers)).filter(({ status }) => status === "stored");
      assert.equal(stored.length, 1);
    }
    const [row] = await server.query(`SELECT count(*)::int AS rows FROM ${schema}.updates`);
    assert.equal(row?.["rows"], 5);
  });

  it("turn each timer into one update, whoever does it", async () => {
    const schema = server.newSchema();
    const [a, b] = [await node(schema), await node(schema)];
    const accepted = await a.store.accept(newUpdate(1, { begin: true, lane: "setter" }));
    assert.equal(accepted.status, "stored");
    const timers = Array.from({ length: 200 }, (_, at) => ({
      key: `timer ${at}`,
      timer: { botId: 7, lane: `lane ${at % 20}`, raw: Buffer.from("{}"), dueAtMs: at },
    }));
    const ending = { to: "done", handler: "h", writes: [], timers } as const;
    const seq = accepted.status === "stored" ? accepted.seq : NaN;
    await a.store.settle({ seq, attempt: 1, ending, atMs: 1, next: undefined });

    const fire = async ({ store }: OpenStore): Promise<number> => {
      let all = 0;
      for (let none = 0; none < 3;) {
        const count = await store.timers.fire(1_000, 7);
        none = count === 0 ? none + 1 : 0;
        all += count;
      }
      return all;
    };
    const counts = await Promise.all([fire(a), fire(b), fire(a), fire(b)]);

    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      200,
    );
    const [row] = await server.query(
      `SELECT count(*)::int AS rows FROM ${schema}.updates WHERE status = 0`,
    );
    assert.equal(row?.["rows"], 200);
  });

  it("wake the one that has the lane, without its looking around", async () => {
    const schema = server.newSchema();
    // In manual time that nobody moves there is no heartbeat, and so no look around.
    const clock = new ManualClock();
    const found: StoredUpdate[] = [];
    const store = make(schema, { clock });
    const woken = Promise.withResolvers<void>();
    await store.open({
      found: (update) => found.push(update),
      foundAside() {},
      waiting: () => woken.resolve(),
      timerDue() {},
    });
    await store.accept(newUpdate(1));
    const other = await node(schema);
    const accepted = await other.store.accept(newUpdate(2, { begin: true }));
    assert.equal(accepted.status === "stored" && accepted.place, "later");
    assert.equal(accepted.status === "stored" && accepted.begun, false);
    assert.equal(await other.store.claim(10), false);
    assert.deepEqual(other.found, []);
    await woken.promise;
    await store.claim(10);
    assert.deepEqual(
      found.map(({ updateId }) => updateId),
      [2],
    );
  });

  it("load nothing that another one has set aside before it is claimed", async () => {
    const schema = server.newSchema();
    const [a, b] = [await node(schema), await node(schema)];
    await a.store.accept(newUpdate(1));
    const accepted = await b.store.accept(newUpdate(2, { place: "aside" }));
    assert.ok(accepted.status === "stored" && accepted.place === "later");
    assert.deepEqual(await a.store.load("a", 0, 10), []);
    await a.store.claim(10);
    assert.deepEqual(a.foundAside, [{ lane: "a", seq: accepted.seq }]);
    assert.equal((await a.store.load("a", 0, 10)).length, 1);
    assert.deepEqual(await b.store.load("a", 0, 10), []);
  });

  it("begin anew when they were declared dead, and void what they had in hand", async () => {
    const schema = server.newSchema();
    const { store, found } = await openStore(make(schema, { clock: new ManualClock() }));
    const accepted = await store.accept(newUpdate(1, { begin: true }));
    assert.ok(accepted.status === "stored");
    // What another node does that finds this one dead.
    await server.query(`BEGIN; DELETE FROM ${schema}.nodes;
      UPDATE ${schema}.lanes SET node = 0, waiting_after = 0; COMMIT`);
    const fresh = await store.accept(newUpdate(2, { lane: "fresh", begin: true }));
    assert.ok(fresh.status === "stored" && fresh.place === "hand" && fresh.begun);
    const [row] = await server.query(`SELECT count(*)::int AS nodes FROM ${schema}.nodes n
      JOIN ${schema}.lanes l ON l.node = n.id WHERE l.lane = 'fresh'`);
    assert.equal(row?.["nodes"], 1, "the fresh lane belongs to a node that lives");

    const ending = { to: "done", handler: undefined, writes: [] } as const;
    const end = { seq: accepted.seq, attempt: 1, ending, atMs: 1, next: undefined };
    const behind = await store.accept(newUpdate(3));
    assert.equal(behind.status === "stored" && behind.place, "later");
    await store.claim(10);
    assert.deepEqual(found, [], "what is in hand is not found before the caller has let go of it");
    assert.equal(await store.settle(end), "fenced");
    assert.equal(await store.begin({ seq: accepted.seq, attempt: 2 }), "fenced");
    store.release("a");
    await store.claim(10);
    assert.deepEqual(
      found.map(({ updateId, attempts }) => [updateId, attempts]),
      [
        [1, 1],
        [3, 0],
      ],
    );
  });

  it("give an idle lane to whoever needs it next", async () => {
    const schema = server.newSchema();
    const [a, b] = [await node(schema), await node(schema)];
    const accepted = await a.store.accept(newUpdate(1, { begin: true }));
    assert.ok(accepted.status === "stored");
    const ending = { to: "done", handler: undefined, writes: [] } as const;
    const end = { seq: accepted.seq, attempt: 1, ending, atMs: 1, next: undefined };
    assert.equal(await b.store.settle(end), "fenced");
    assert.equal(await a.store.settle(end), "applied");
    a.store.release("a");
    const lanes = async (): Promise<unknown> =>
      (await server.query(`SELECT count(*)::int AS lanes FROM ${schema}.lanes`))[0]?.["lanes"];
    while ((await lanes()) !== 0) await delay(50);
    const next = await b.store.accept(newUpdate(2));
    assert.equal(next.status === "stored" && next.place, "hand");
  });

  it("keep a lane that was about to be released when something of it is claimed", async () => {
    const schema = server.newSchema();
    const clock = new ManualClock();
    const { store, found } = await openStore(make(schema, { clock }));
    const other = await node(schema);
    await store.accept(newUpdate(1, { begin: true }));
    store.release("a");
    await other.store.accept(newUpdate(2));
    const claiming = store.claim(10);
    await nextTurn();
    // The claim is on its way; now the lane has been idle for long enough.
    clock.advance(60_000);
    await claiming;
    const [{ seq } = assert.fail()] = found;
    assert.equal(await store.begin({ seq, attempt: 1 }), "applied");
    await store.readState("nothing");
    assert.equal(await store.begin({ seq, attempt: 2 }), "applied");
  });

  it("change nothing of an update that is settled", async () => {
    const schema = server.newSchema();
    const { store, found } = await node(schema);
    const accepted = await store.accept(newUpdate(1, { begin: true }));
    assert.ok(accepted.status === "stored");
    const end = { seq: accepted.seq, attempt: 1, atMs: 1, next: undefined };
    const done = { to: "done", handler: "start", writes: [] } as const;
    assert.equal(await store.settle({ ...end, ending: done }), "applied");
    await store.settle({ ...end, ending: { to: "retry", error: "late", retryAtMs: 1 } });
    assert.equal(await store.settle({ ...end, ending: { to: "taken-back" } }), "fenced");
    await store.close();
    const next = await node(schema);
    assert.equal(next.store.stats().live, 0);
    assert.equal(await next.store.claim(10), false);
    assert.deepEqual([...found, ...next.found], []);
  });

  it("hand over at once what one of them leaves behind when it closes", async () => {
    const schema = server.newSchema();
    const a = await node(schema);
    const b = await node(schema);
    for (const updateId of [1, 2, 3]) await a.store.accept(newUpdate(updateId));
    await a.store.close();
    await findAll(b, 3);
    assert.deepEqual(
      b.found.map(({ updateId }) => updateId),
      [1, 2, 3],
    );
  });

  describe("of which one fails", () => {
    const program = new URL("../../../test/postgres-node.ts", import.meta.url);

    async function start(schema: string): Promise<{ child: ChildProcess; seqs: number[] }> {
      const child = fork(program, [server.url, schema]);
      children.push(child);
      const [{ seqs }] = (await once(child, "message")) as [{ seqs: number[] }];
      return { child, seqs };
    }

    it("take over from one that was killed, within seconds", async () => {
      const schema = server.newSchema();
      const { child } = await start(schema);
      // Its connection is gone, and that is enough.
      const survivor = await node(schema, LONG_LEASE_MS);
      await survivor.store.claim(100);
      assert.deepEqual(survivor.found, [], "what a living node has in hand is not found");
      child.kill("SIGKILL");
      await once(child, "exit");
      const tookMs = await findAll(survivor, 10);
      assert.ok(tookMs < TAKE_OVER_MAX_MS, `${tookMs} ms`);
      assert.deepEqual(
        survivor.found.map(({ updateId, attempts, interrupted }) => [
          updateId,
          attempts,
          interrupted,
        ]),
        Array.from({ length: 10 }, (_, at) => [at + 1, 1, 1]),
      );
    });

    it("fence off one that stood still and comes back", async () => {
      const schema = server.newSchema();
      const { child, seqs } = await start(schema);
      const survivor = await node(schema, SHORT_LEASE_MS);
      child.kill("SIGSTOP");
      // Whoever lets everything on the machine go on, does not mean this one.
      const stopping = setInterval(() => child.kill("SIGSTOP"), STOP_EVERY_MS);
      const tookMs = await findAll(survivor, 10).finally(() => clearInterval(stopping));
      assert.ok(tookMs < TAKE_OVER_MAX_MS, `${tookMs} ms`);
      // The survivor has begun nothing yet: only the lane tells the zombie's attempt from its own.
      child.kill("SIGCONT");
      child.send("settle");
      const [answer] = (await once(child, "message")) as [unknown];
      assert.deepEqual(answer, { settled: "fenced", place: "later" });
      assert.equal((await survivor.store.readState("key")).version, 0);
      const [seq] = seqs as [number];
      assert.equal(await survivor.store.begin({ seq, attempt: 2 }), "applied");
      const ending = { to: "done", handler: undefined, writes: [] } as const;
      const end = { seq, attempt: 2, ending, atMs: 1, next: undefined };
      assert.equal(await survivor.store.settle(end), "applied");
      await findAll(survivor, 11);
      assert.equal(survivor.found.at(-1)?.updateId, 100);
      child.send("close");
      await once(child, "exit");
    });
  });
});
