import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { countingNode, numbered, stateKey } from "../../../test/counting-node.ts";
import { fairTimeOf, waitUntil } from "../../../test/fair-watch.ts";
import { type CutMoment, PostgresProxy } from "../../../test/postgres-proxy.ts";
import { PostgresServer } from "../../../test/postgres-server.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Store } from "../store.ts";
import { createPostgresStore } from "./postgres-store.ts";
import type { PostgresStoreOptions } from "./store-options.ts";

/** Messages of one chat that two nodes take in turn, while one statement of them is cut. */
const MESSAGES = 2;

const NOTICED_MAX_MS = 10_000;
const TAKEN_OVER_MAX_MS = 15_000;

function isTaken(accepting: Promise<unknown>): Promise<boolean> {
  return accepting.then(
    () => true,
    () => false,
  );
}

describe("a PostgreSQL store and what is lost between it and its server", () => {
  let server: PostgresServer;
  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server.remove());

  const proxies: PostgresProxy[] = [];
  const stores: Store[] = [];
  const engines: Engine[] = [];
  afterEach(async () => {
    for (const proxy of proxies) proxy.disarm();
    await Promise.all(engines.splice(0).map((engine) => engine.stop({ drainMs: 0 })));
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  });

  async function newProxy(): Promise<PostgresProxy> {
    const proxy = await PostgresProxy.start(server.port);
    proxies.push(proxy);
    return proxy;
  }

  function make(schema: string, more: Partial<PostgresStoreOptions> = {}): Store {
    const store = createPostgresStore({ url: server.url, schema, ...more });
    stores.push(store);
    return store;
  }

  async function applied(schema: string, chatId: number): Promise<unknown> {
    const sql = `SELECT data FROM ${schema}.states WHERE key = '${stateKey(chatId)}'`;
    return (await server.query(sql))[0]?.["data"] ?? [];
  }

  function untilApplied(schema: string, chatId: number, count: number): Promise<void> {
    return waitUntil(async () => ((await applied(schema, chatId)) as number[]).length >= count);
  }

  async function startNodes(links: readonly PostgresProxy[], schema: string) {
    const leaseMs = 5_000;
    const urls = links.map((link) => link.through(server.url));
    const nodes = urls.map((url) => countingNode(make(schema, { url, leaseMs })));
    engines.push(...nodes);
    for (const node of nodes) await node.start();
    return nodes;
  }

  /** As Telegram does: again until it is taken, now at this node, now at that one. */
  async function deliverAll(nodes: readonly Engine[], chatId: number): Promise<void> {
    for (let number = 1; number <= MESSAGES; number += 1) {
      for (let times = number; ; times += 1) {
        const node = nodes[times % nodes.length]!;
        if (await isTaken(node.accept(numbered(chatId, number)))) break;
        await delay(20);
      }
    }
  }

  async function cutEveryStatement(moment: CutMoment): Promise<number> {
    const schema = server.newSchema();
    const proxy = await newProxy();
    const nodes = await startNodes([proxy, proxy], schema);
    const expected = Array.from({ length: MESSAGES }, (_, at) => at + 1);
    for (let statement = 1; ; statement += 1) {
      proxy.cutAt(statement, moment);
      await deliverAll(nodes, statement);
      await untilApplied(schema, statement, MESSAGES);
      assert.deepEqual(await applied(schema, statement), expected, `cut at ${statement}`);
      if (proxy.isArmed) return statement - 1;
    }
  }

  it("notices within ten seconds that nothing arrives, and loses its lanes to others", async (t) => {
    const schema = server.newSchema();
    const proxy = await newProxy();
    const [there, here] = await startNodes([proxy, await newProxy()], schema);
    assert.ok(there !== undefined && here !== undefined);
    await there.accept(numbered(1, 1));
    proxy.silence();
    const refused = { code: "store-unavailable" };
    const noticedMs = await fairTimeOf(assert.rejects(there.accept(numbered(1, 2)), refused));
    const takingOver = async (): Promise<void> => {
      assert.equal(await here.accept(numbered(1, 2)), "stored");
      await untilApplied(schema, 1, 2);
    };
    const takenOverMs = noticedMs + (await fairTimeOf(takingOver()));
    t.diagnostic(`noticed in ${Math.round(noticedMs)} ms, over in ${Math.round(takenOverMs)} ms`);
    assert.ok(noticedMs < NOTICED_MAX_MS, `${noticedMs} ms`);
    assert.ok(takenOverMs < TAKEN_OVER_MAX_MS, `${takenOverMs} ms`);
    proxy.heal();
    await waitUntil(() => isTaken(there.accept(numbered(1, 3))));
    await here.accept(numbered(1, 4));
    await untilApplied(schema, 1, 4);
    assert.deepEqual(await applied(schema, 1), [1, 2, 3, 4]);
  });

  it("applies everything once and in order, whichever statement is cut at either end", async (t) => {
    const moments: readonly CutMoment[] = ["asked", "answered"];
    for (const cuts of await Promise.all(moments.map(cutEveryStatement))) {
      t.diagnostic(`${cuts} cuts`);
      assert.ok(cuts > 15, `${cuts} cuts`);
    }
  });
});
