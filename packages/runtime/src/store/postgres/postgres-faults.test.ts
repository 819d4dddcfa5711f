import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { countingNode, numbered, stateKey } from "../../../test/counting-node.ts";
import { type CutMoment, PostgresProxy } from "../../../test/postgres-proxy.ts";
import { PostgresServer } from "../../../test/postgres-server.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Store } from "../store.ts";
import { createPostgresStore, type PostgresStoreOptions } from "./postgres-store.ts";

/** Messages of one chat that two nodes take in turn, while one statement of them is cut. */
const MESSAGES = 3;

describe("a PostgreSQL store and what is lost between it and its server", () => {
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

  const stores: Store[] = [];
  const engines: Engine[] = [];
  afterEach(async () => {
    proxy.disarm();
    await Promise.all(engines.splice(0).map((engine) => engine.stop({ drainMs: 0 })));
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });

  function make(schema: string, more: Partial<PostgresStoreOptions> = {}): Store {
    const store = createPostgresStore({ url: server.url, schema, ...more });
    stores.push(store);
    return store;
  }

  async function applied(schema: string, chatId: number): Promise<unknown> {
    const sql = `SELECT data FROM ${schema}.states WHERE key = '${stateKey(chatId)}'`;
    return (await server.query(sql))[0]?.["data"] ?? [];
  }

  async function nodesOn(schema: string): Promise<readonly Engine[]> {
    const nodes = [1, 2].map(() => countingNode(make(schema, { url: proxy.through(server.url) })));
    engines.push(...nodes);
    for (const node of nodes) await node.start();
    return nodes;
  }

  /** As Telegram does: again until it is taken, now at this node, now at that one. */
  async function deliverAll(nodes: readonly Engine[], chatId: number): Promise<void> {
    for (let number = 1; number <= MESSAGES; number += 1) {
      for (let times = number; ; times += 1) {
        const node = nodes[times % nodes.length]!;
        if (await node.accept(numbered(chatId, number)).catch(() => undefined)) break;
        await delay(20);
      }
    }
  }

  async function cutEveryStatement(moment: CutMoment): Promise<number> {
    const schema = server.newSchema();
    const nodes = await nodesOn(schema);
    const expected = Array.from({ length: MESSAGES }, (_, at) => at + 1);
    for (let statement = 1; ; statement += 1) {
      proxy.cutAt(statement, moment);
      await deliverAll(nodes, statement);
      while (((await applied(schema, statement)) as number[]).length < MESSAGES) await delay(10);
      assert.deepEqual(await applied(schema, statement), expected, `cut at ${statement}`);
      if (proxy.isArmed) return statement - 1;
    }
  }

  for (const moment of ["asked", "answered"] as const) {
    it(`applies everything once and in order, whichever statement is cut when ${moment}`, async (t) => {
      const cuts = await cutEveryStatement(moment);
      t.diagnostic(`${cuts} cuts`);
      assert.ok(cuts > 20, `${cuts} cuts`);
    });
  }
});
