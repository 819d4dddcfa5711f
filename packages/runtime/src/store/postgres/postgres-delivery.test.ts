import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";

import { waitUntil } from "../../../test/fair-watch.ts";
import { PostgresProxy } from "../../../test/postgres-proxy.ts";
import { PostgresServer } from "../../../test/postgres-server.ts";
import { recordingLogger } from "../../../test/recording-logger.ts";
import { ME } from "../../../test/scripted-telegram.ts";
import { TestBot } from "../../../test/test-bot.ts";
import { deliver, messageUpdate, type WebhookAnswer } from "../../../test/webhook-client.ts";
import { listen, type ListenHandle } from "../../entry/listen.ts";
import type { Store } from "../store.ts";
import { createPostgresStore } from "./postgres-store.ts";

const PATH = "/hook";
const SECRET = "the-secret";
const TOKEN = `42:CANARY_TOKEN_${"x".repeat(22)}`;

/** More than one commit can take, and more than may wait. */
const BURST = 60;
const QUEUED_MAX = 20;

describe("webhook deliveries to nodes on one PostgreSQL", () => {
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
  let bot: TestBot;
  const handles: ListenHandle[] = [];
  beforeEach(() => {
    schema = server.newSchema();
    bot = new TestBot();
  });
  afterEach(async () => {
    proxy.goOn();
    await Promise.all(handles.splice(0).map((handle) => handle.stop({ drainMs: 0 })));
  });

  /** A node that runs the bot; gives how an update is delivered to it. */
  async function node(
    store: Store = createPostgresStore({ url: server.url, schema }),
  ): Promise<(update: unknown) => Promise<WebhookAnswer>> {
    const handle = listen({
      bot,
      token: TOKEN,
      me: ME as never,
      store,
      secret: SECRET,
      path: PATH,
      host: "127.0.0.1",
      port: 0,
      logger: recordingLogger(),
    });
    handles.push(handle);
    await handle.ready;
    const target = { port: handle.port()!, path: PATH, secret: SECRET };
    return (update) => deliver(target, update);
  }

  async function count(table: string, where = "true"): Promise<unknown> {
    const sql = `SELECT count(*)::int AS count FROM ${schema}.${table} WHERE ${where}`;
    return (await server.query(sql))[0]?.["count"];
  }

  it("of one update fifty times at once are all acknowledged, stored once, handled once", async () => {
    const nodes = [await node(), await node()];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => nodes[at % 2]!(messageUpdate(1))),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      answers.map(() => 200),
    );
    // Whatever is handled for the next update of the chat was handled for this one before.
    await nodes[0]!(messageUpdate(2));
    await bot.until(() => bot.handledIds.includes(2));
    assert.deepEqual(bot.handledIds, [1, 2]);
    assert.equal(await count("updates", "update_id = 1"), 1);
  });

  it("are not acknowledged while the first of them is in its commit", async () => {
    const [one, other] = [await node(), await node()];
    const lock = new pg.Client({ connectionString: server.url });
    await lock.connect();
    const answered: number[] = [];
    try {
      await lock.query(`BEGIN; LOCK TABLE ${schema}.payloads IN EXCLUSIVE MODE`);
      const answers = [one, other].map(async (send) => {
        const { status } = await send(messageUpdate(1));
        answered.push(status);
      });
      const waiting = `SELECT FROM pg_stat_activity
        WHERE application_name = 'hookgram' AND wait_event_type = 'Lock'`;
      while ((await server.query(waiting)).length < 2) await delay(10);
      assert.deepEqual(answered, []);
      await lock.query("COMMIT");
      await Promise.all(answers);
    } finally {
      await lock.end();
    }
    assert.deepEqual(answered, [200, 200]);
    await bot.until(() => bot.handledIds.length > 0);
    assert.deepEqual(bot.handledIds, [1]);
    assert.equal(await count("updates"), 1);
  });

  it("are refused in time while the database is slow, and taken again when it is not", async () => {
    const url = proxy.through(server.url);
    // What comes later than this is late for Telegram.
    const statementTimeoutMs = 600_000;
    const store = createPostgresStore({ url, schema, queuedMax: QUEUED_MAX, statementTimeoutMs });
    const send = await node(store);
    const updates = Array.from({ length: BURST }, (_, at) => messageUpdate(at + 1, "hi", at + 1));
    await send(messageUpdate(1_000));
    proxy.stall();
    const answers: WebhookAnswer[] = [];
    for (const update of updates) void send(update).then((answer) => answers.push(answer));
    // What is one too many is refused at once, and nobody waits until the database does something.
    await waitUntil(() => answers.length >= BURST - QUEUED_MAX);
    // And the endings of what was accepted before.
    const { queued } = store.stats();
    assert.ok(queued >= QUEUED_MAX && queued <= 2 * QUEUED_MAX, `${queued} wait`);
    await waitUntil(() => answers.length === BURST);
    proxy.goOn();
    for (const { status, headers } of answers) {
      assert.equal(status, 503);
      assert.ok(Number(headers["retry-after"]) <= 5);
    }
    const isTaken = async (update: unknown): Promise<boolean> =>
      (await send(update)).status === 200;
    await Promise.all(updates.map((update) => waitUntil(() => isTaken(update))));
    await waitUntil(() => bot.handledIds.length === BURST + 1);
    assert.equal(new Set(bot.handledIds).size, BURST + 1);
    assert.equal(await count("updates"), BURST + 1);
  });
});
