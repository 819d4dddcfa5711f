import assert from "node:assert/strict";
import { inspect } from "node:util";
import { after, afterEach, before, describe, it, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";

import { countingNode, numbered, stateKey } from "../../../test/counting-node.ts";
import { newUpdate, openStore } from "../../../test/store-ground.ts";
import { FairWatch, waitUntil } from "../../../test/fair-watch.ts";
import { PASSWORD, PostgresServer } from "../../../test/postgres-server.ts";
import type { Engine } from "../../engine/engine.ts";
import { RuntimeError } from "../../error.ts";
import type { Settled, Store } from "../store.ts";
import { createPostgresStore } from "./postgres-store.ts";
import type { PostgresStoreOptions } from "./store-options.ts";

const CHATS = 12;
const MESSAGES_MIN = 50;
const CAUGHT_UP_MAX_MS = 10_000;
/** Longest wait for sessions to end. */
const PATIENCE_MS = 10_000;

/** Checks the code, and that the message is one line with this in it and without the password. */
function isRefusal(code: string, ...parts: string[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof RuntimeError, String(error));
    assert.equal(error.code, code, error.message);
    assert.doesNotMatch(error.message, /\n/);
    for (const part of parts) assert.ok(error.message.includes(part), error.message);
    const everything = inspect(error, { depth: 10, showHidden: true });
    assert.ok(!everything.includes(PASSWORD) && !everything.includes(encodeURIComponent(PASSWORD)));
    return true;
  };
}

describe("a PostgreSQL store in trouble", () => {
  let server: PostgresServer;
  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server.remove());

  const stores: Store[] = [];
  const engines: Engine[] = [];
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.stop({ drainMs: 0 })));
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });

  /** A store that is closed after the test. */
  function make(more: Partial<PostgresStoreOptions> = {}): Store {
    const store = createPostgresStore({ url: server.url, schema: server.newSchema(), ...more });
    stores.push(store);
    return store;
  }
  const refused = (more: Partial<PostgresStoreOptions>, code: string, ...parts: string[]) =>
    assert.rejects(openStore(make(more)), isRefusal(code, ...parts));

  describe("at its opening", () => {
    it("refuses options that cannot be, without repeating a URL", () => {
      const bad = (more: PostgresStoreOptions, ...parts: string[]): void =>
        assert.throws(() => createPostgresStore(more), isRefusal("bad-options", ...parts));
      bad({ url: `postgres//hookgram:${PASSWORD}@db` }, "postgres://user:password@host");
      bad({ url: `mysql://hookgram:${PASSWORD}@db/bots` }, "postgres://user:password@host");
      bad({}, "url or connection");
      bad({ url: server.url, schema: 'x"; DROP' }, "small letters", "DROP");
      bad({ url: server.url, leaseMs: 10 }, "leaseMs", "10");
      bad({ url: server.url, statementTimeoutMs: 0 }, "statementTimeoutMs", "0");
    });

    it("says what it cannot reach, and keeps the password to itself", async () => {
      const away = server.url.replace(`:${server.port}/`, ":1/");
      await refused({ url: away }, "store-unavailable", "127.0.0.1:1/postgres", "ECONNREFUSED");
      const wrong = server.url.replace("hookgram:", "hookgram:x");
      await refused({ url: wrong }, "store-unavailable", "password authentication failed");
      const missing = server.url.replace("/postgres", "/nowhere");
      await refused({ url: missing }, "store-unavailable", '"nowhere" does not exist');
    });

    it("leaves another program's schema alone", async () => {
      const schema = server.newSchema();
      await server.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.orders (id int)`);
      await refused({ schema }, "store-incompatible", schema, "other tables");
    });

    it("runs beside a newer version that allows it, and refuses one that does not", async () => {
      const schema = server.newSchema();
      await openStore(make({ schema }));
      await server.query(`UPDATE ${schema}.schema_version SET version = 4711, works_with = 1`);
      const beside = await openStore(make({ schema }));
      assert.equal((await beside.store.accept(newUpdate(1))).status, "stored");
      await server.query(`UPDATE ${schema}.schema_version SET works_with = 4711`);
      await refused({ schema }, "store-incompatible", "4711");
    });

    it("goes on beside a newer version that adds to the schema while it runs", async () => {
      const schema = server.newSchema();
      const { store, found } = await openStore(make({ schema }));
      const use = async (updateId: number): Promise<void> => {
        const accepted = await store.accept(newUpdate(updateId, { begin: true }));
        assert.ok(accepted.status === "stored" && accepted.begun);
        const { seq } = accepted;
        const record = { state: "s:one", data: updateId, schemaVersion: 1 };
        const writes = [{ key: "key", record, expectedVersion: undefined }];
        const ending = { to: "done", handler: "start", writes } as const;
        const end = { seq, attempt: 1, ending, atMs: 1, next: undefined };
        assert.equal(await store.settle(end), "applied");
      };
      // Statements that the server has planned before.
      for (let updateId = 1; updateId <= 10; updateId += 1) await use(updateId);
      const [before] = await server.query(`SELECT version FROM ${schema}.schema_version`);
      const version = Number(before?.["version"]);
      await server.query(`SET search_path TO ${schema}; BEGIN;
        ALTER TABLE updates ADD COLUMN newer text NOT NULL DEFAULT 'x';
        ALTER TABLE lanes ADD COLUMN newer bigint; ALTER TABLE states ADD COLUMN newer json;
        ALTER TABLE nodes ADD COLUMN newer int NOT NULL DEFAULT 1;
        CREATE TABLE newer (id bigint); CREATE INDEX ON updates (newer) WHERE newer <> 'x';
        UPDATE schema_version SET version = version + 1; COMMIT`);
      for (let updateId = 11; updateId <= 20; updateId += 1) await use(updateId);
      await store.accept(newUpdate(21, { place: "later", lane: "b" }));
      await store.claim(10);
      assert.equal(found.at(-1)?.updateId, 21);
      await server.query(`UPDATE ${schema}.schema_version SET works_with = version`);
      await refused({ schema }, "store-incompatible", `${version}`, `${version + 1}`, "newer one");
    });

    it("makes no schema for who only looks, and opens one that is there", async () => {
      const schema = "looked_at";
      await refused({ schema, mayCreate: false }, "store-incompatible", "no store here");
      const [none] = await server.query(`SELECT to_regnamespace('${schema}') IS NULL AS is`);
      assert.equal(none?.["is"], true);
      await openStore(make({ schema }));
      await openStore(make({ schema, mayCreate: false }));
    });

    it("refuses a server that forgets commits, unless that is allowed by name", async () => {
      await server.query("ALTER ROLE hookgram SET synchronous_commit = off");
      await refused({}, "not-durable", "synchronous_commit = off", "allowNotDurable");
      await openStore(make({ allowNotDurable: true }));
      await server.query("ALTER ROLE hookgram RESET synchronous_commit");
      await server.halt();
      await server.run("fsync=off");
      await refused({}, "not-durable", "fsync = off");
      await server.halt();
      await server.run();
    });
  });

  describe("while it runs", () => {
    it("lets only the operation fail that can never work", async () => {
      const { store } = await openStore(make());
      const accepted = await store.accept(newUpdate(1, { begin: true }));
      assert.ok(accepted.status === "stored");
      const settle = (key: string): Promise<Settled> => {
        const record = { state: "s:one", data: 1, schemaVersion: 1 };
        const writes = [{ key, record, expectedVersion: 0 }];
        const ending = { to: "done", handler: "start", writes } as const;
        return store.settle({ seq: accepted.seq, attempt: 1, ending, atMs: 1, next: undefined });
      };
      const settling = settle("a\0b");
      const accepting = store.accept(newUpdate(2));
      await assert.rejects(settling, isRefusal("store-refused"));
      assert.equal((await accepting).status, "stored");
      await assert.rejects(
        store.accept(newUpdate(3, { lane: "a\0b" })),
        isRefusal("store-refused", "U+0000"),
      );
      assert.equal(await settle("ab"), "applied");
      assert.equal(store.stats().live, 1);
    });

    it("promises nothing when its connections are cut, and finds everything anew", async () => {
      const schema = server.newSchema();
      const { store, found, waits } = await openStore(make({ schema }));
      await store.accept(newUpdate(1));
      const waitsBefore = waits();
      const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'hookgram'`;
      await server.query(cut);
      const answers: string[] = [];
      while (!answers.includes("stored")) {
        const answer = await store.accept(newUpdate(2)).then(
          ({ status }) => status,
          (error: unknown) => String(isRefusal("store-unavailable", schema)(error)),
        );
        answers.push(answer);
        await delay(10);
      }
      assert.ok(waits() > waitsBefore);
      await store.claim(10);
      assert.deepEqual(
        found.map(({ updateId }) => updateId),
        [1, 2],
      );
      assert.equal(store.stats().live, 2);
    });

    it("rejects while the server has no session left for it, and goes on by itself", async () => {
      const { store } = await openStore(make());
      await store.accept(newUpdate(1));
      const others: pg.Client[] = [];
      try {
        await takeAllSessions(others);
        for (let times = 0; times < 3; times += 1) {
          await assert.rejects(store.accept(newUpdate(2)), isRefusal("store-unavailable"));
          await delay(100);
        }
      } finally {
        await Promise.all(others.map((client) => client.end()));
      }
      await expectBack(store);
    });

    it("rejects while the server is away, and goes on by itself within ten seconds", async () => {
      const { store } = await openStore(make());
      await store.accept(newUpdate(1));
      await server.halt("SIGQUIT");
      for (let times = 0; times < 3; times += 1) {
        await assert.rejects(store.accept(newUpdate(2)), isRefusal("store-unavailable"));
      }
      await server.run();
      await expectBack(store);
    });

    /** Update 2 is taken within ten seconds. */
    async function expectBack(store: Store): Promise<void> {
      const watch = new FairWatch();
      while ((await store.accept(newUpdate(2)).catch(() => undefined)) === undefined) {
        assert.ok(watch.lap() < CAUGHT_UP_MAX_MS);
        await delay(50);
      }
      assert.equal(store.stats().live, 2);
    }

    /** All sessions that the server has, also those that the store has, or has again meanwhile. */
    async function takeAllSessions(into: pg.Client[]): Promise<void> {
      const [row] = await server.query("SHOW max_connections");
      const most = Number(row?.["max_connections"]);
      const watch = new FairWatch();
      for (await takeSessions(into); into.length < most; await takeSessions(into)) {
        assert.ok(watch.lap() < PATIENCE_MS, `${into.length} of ${most} sessions`);
        await into[0]!.query(`SELECT pg_terminate_backend(pid, ${PATIENCE_MS})
          FROM pg_stat_activity WHERE application_name = 'hookgram'`);
      }
    }

    /** All sessions that the server has left. */
    async function takeSessions(into: pg.Client[]): Promise<void> {
      for (;;) {
        const client = new pg.Client({ connectionString: server.url });
        client.on("error", () => {});
        try {
          await client.connect();
        } catch (error) {
          assert.match(String(error), /too many clients/);
          return;
        }
        into.push(client);
      }
    }
  });

  describe("under load on two nodes", () => {
    /**
     * As Telegram does: one message of a chat at a time, again until it is taken, to any node. Gives
     * how many it were when `isOver`.
     */
    async function deliver(
      nodes: readonly Engine[],
      chatId: number,
      isOver: () => boolean,
    ): Promise<number> {
      let number = 0;
      while (!isOver() || number < MESSAGES_MIN) {
        number += 1;
        for (let times = chatId + number; ; times += 1) {
          const accept = nodes[times % nodes.length]!.accept(numbered(chatId, number));
          if (await accept.catch(() => undefined)) break;
          await delay(20);
        }
        // Some answers are lost on their way, so that the message comes again, to the other one.
        const again = nodes[(chatId + number + 1) % nodes.length]!;
        if (number % 5 === 0) await again.accept(numbered(chatId, number)).catch(() => {});
        await delay(5);
      }
      return number;
    }

    /** Delivers while trouble comes so many times, and checks what every chat has become. */
    async function survive(
      t: TestContext,
      times: number,
      trouble: (at: number) => Promise<void>,
    ): Promise<void> {
      const schema = server.newSchema();
      const nodes = [1, 2].map(() => countingNode(make({ schema })));
      engines.push(...nodes);
      for (const engine of nodes) await engine.start();
      let isOver = false;
      const chats = Array.from({ length: CHATS }, (_, at) => at + 1);
      const delivering = Promise.all(chats.map((chatId) => deliver(nodes, chatId, () => isOver)));
      for (let at = 0; at < times; at += 1) await trouble(at);
      isOver = true;
      const delivered = await delivering;
      const watch = new FairWatch();
      const live = `SELECT count(*)::int AS live FROM ${schema}.updates WHERE status = 0`;
      while ((await server.query(live))[0]?.["live"] !== 0) {
        assert.ok(watch.lap() < CAUGHT_UP_MAX_MS, "not caught up in time");
        await delay(50);
      }
      t.diagnostic(`caught up ${Math.round(watch.lap())} ms after the last delivery`);
      for (const engine of nodes) await engine.stop();
      const { store } = await openStore(make({ schema }));
      for (const [at, chatId] of chats.entries()) {
        const expected = Array.from({ length: delivered[at]! }, (_, before) => before + 1);
        const { record } = await store.readState(stateKey(chatId));
        assert.deepEqual(record?.data, expected, `chat ${chatId}`);
      }
      assert.equal(store.stats().parked, 0);
    }

    it("applies everything once and in order", (t) => survive(t, 0, () => Promise.resolve()));

    it("also when connections are cut between statements", async (t) => {
      await survive(t, 20, async (at) => {
        await delay(100 + 10 * (at % 7));
        await waitUntil(async () => {
          const cut = await server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'hookgram' ORDER BY pid OFFSET ${at % 4} LIMIT 2`);
          return cut.length > 0;
        });
      });
    });

    it("also when the server crashes again and again", (t) =>
      survive(t, 4, async () => {
        await delay(700);
        await server.halt("SIGQUIT");
        await delay(200);
        await server.run();
      }));
  });
});
