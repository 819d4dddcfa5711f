import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { ME, ok } from "../../../test/scripted-telegram.ts";
import { deliver as deliverRequest, messageUpdate } from "../../../test/webhook-client.ts";
import { setUp, started } from "../../../test/entry-ground.ts";
import { countingNode, numbered, stateKey } from "../../../test/counting-node.ts";
import { FairWatch, waitUntil } from "../../../test/fair-watch.ts";
import { PostgresServer } from "../../../test/postgres-server.ts";
import { poll } from "../../entry/poll.ts";
import type { Engine } from "../../engine/engine.ts";
import { createPostgresStore } from "./postgres-store.ts";

const CHATS = [1, 2, 3, 4, 5, 6];
const DRAIN_MS = 500;

/** What `StopOptions.drainMs` promises. */
const BEYOND_DRAIN_MS = 2_000;

describe("a node that is stopped while its PostgreSQL server does not answer", () => {
  let server: PostgresServer;
  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server.remove());

  const engines: Engine[] = [];
  let thaw: () => void = () => {};
  afterEach(async () => {
    thaw();
    await Promise.all(engines.splice(0).map((engine) => engine.stop({ drainMs: 0 })));
  });

  async function startNode(schema: string): Promise<Engine> {
    const engine = countingNode(createPostgresStore({ url: server.url, schema }));
    engines.push(engine);
    await engine.start();
    return engine;
  }

  /** How long it takes on a machine that keeps up. */
  async function stop(engine: Pick<Engine, "stop">, drainMs: number): Promise<number> {
    const watch = new FairWatch();
    let isOver = false;
    const stopping = engine.stop({ drainMs }).finally(() => (isOver = true));
    while (!isOver) {
      await delay(20);
      watch.lap();
    }
    await stopping;
    return watch.lap();
  }

  /** Message after message, each again until it is taken; gives the first that was not. */
  async function deliver(engine: Engine, chatId: number, from: number, to: number) {
    for (let number = from; number <= to; number += 1) {
      const answer = await engine.accept(numbered(chatId, number)).catch(() => undefined);
      if (answer === undefined) return number;
    }
    return to + 1;
  }

  async function applied(schema: string, chatId: number): Promise<readonly number[]> {
    const sql = `SELECT data FROM ${schema}.states WHERE key = '${stateKey(chatId)}'`;
    return ((await server.query(sql))[0]?.["data"] ?? []) as readonly number[];
  }

  it("ends in time, and nothing is lost, applied twice or out of order", async (t) => {
    const schema = server.newSchema();
    const first = await startNode(schema);
    const delivering = CHATS.map((chatId) => deliver(first, chatId, 1, Infinity));
    await waitUntil(async () => (await applied(schema, CHATS[0]!)).length > 20);
    thaw = server.freeze();
    // As soon as nothing comes back, all chats have a message under way.
    await delay(100);
    const tookMs = await stop(first, DRAIN_MS);
    t.diagnostic(`stopped in ${Math.round(tookMs)} ms, ${DRAIN_MS} of them for the drain`);
    assert.ok(tookMs < DRAIN_MS + BEYOND_DRAIN_MS, `${tookMs} ms`);
    const refused = await Promise.all(delivering);
    thaw();
    const second = await startNode(schema);
    for (const [at, chatId] of CHATS.entries()) {
      const last = refused[at]! + 5;
      const expected = Array.from({ length: last }, (_, before) => before + 1);
      assert.equal(await deliver(second, chatId, refused[at]!, last), last + 1);
      await waitUntil(async () => (await applied(schema, chatId)).length >= last);
      assert.deepEqual(await applied(schema, chatId), expected, `chat ${chatId}`);
    }
  });

  it("ends in time while it listens and a request waits for its commit", async (t) => {
    const { common } = await setUp(t);
    const store = createPostgresStore({ url: server.url, schema: server.newSchema() });
    const { handle, target } = await started(t, { ...common, store });
    thaw = server.freeze();
    const answered = deliverRequest(target, messageUpdate(1)).catch(() => {});
    await waitUntil(() => store.stats().queued > 0);
    const tookMs = await stop(handle, DRAIN_MS);
    assert.ok(tookMs < DRAIN_MS + BEYOND_DRAIN_MS, `${tookMs} ms`);
    await answered;
  });

  it("ends in time while it polls and an update waits for its commit", async (t) => {
    const frozen = Promise.withResolvers<void>();
    const { common } = await setUp(t, async (call, count) => {
      if (call.method === "getMe") return ok(ME);
      if (call.method === "getWebhookInfo") return ok({ url: "" });
      await frozen.promise;
      return ok(count === 1 ? [messageUpdate(1)] : []);
    });
    const store = createPostgresStore({ url: server.url, schema: server.newSchema() });
    const handle = poll({ ...common, store });
    await handle.ready;
    thaw = server.freeze();
    frozen.resolve();
    await waitUntil(() => store.stats().queued > 0);
    const tookMs = await stop(handle, DRAIN_MS);
    assert.ok(tookMs < DRAIN_MS + BEYOND_DRAIN_MS, `${tookMs} ms`);
  });

  it("ends in time with nothing to do, too", async () => {
    const engine = await startNode(server.newSchema());
    thaw = server.freeze();
    const tookMs = await stop(engine, DRAIN_MS);
    assert.ok(tookMs < DRAIN_MS + BEYOND_DRAIN_MS, `${tookMs} ms`);
  });
});
