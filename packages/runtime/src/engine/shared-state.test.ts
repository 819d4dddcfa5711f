import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { BotApi, User } from "@hookgram/bot-api";
import type { Invocation } from "hookgram";

import { describeOnStores } from "../../test/describe-on-stores.ts";
import { EngineGround } from "../../test/engine-ground.ts";
import { PostgresServer } from "../../test/postgres-server.ts";
import type { IncomingUpdate } from "../inbox.ts";
import { createPostgresStore } from "../store/postgres/postgres-store.ts";
import { createEngine } from "./create-engine.ts";
import type { Engine } from "./engine.ts";

const KEY = "bot=7/everybody";
const UPDATES = 40;

/** So many have read the state before the first of them changes it: all but one come too late. */
const READERS = 5;

/** A handler that adds one to the state of all conversations, after a step that must not be repeated. */
class Counter {
  readonly steps: number[] = [];
  readonly #all = Promise.withResolvers<void>();
  #readers = 0;

  async count({ states, step, update }: Invocation): Promise<void> {
    const before = ((await states.read(KEY))?.data as number | undefined) ?? 0;
    await step("note", () => void this.steps.push(update.update_id));
    this.#readers += 1;
    if (this.#readers === READERS) this.#all.resolve();
    await this.#all.promise;
    states.write(KEY, { state: "s:all", data: before + 1, schemaVersion: 1 });
  }
}

describeOnStores("state that lanes share", (makeGround) => {
  it("loses no change, and repeats no effect of an attempt that has to run again", async () => {
    const ground = new EngineGround(makeGround());
    const counter = new Counter();
    // Waits between runs of one attempt pass in manual time.
    const pump = setInterval(() => ground.clock.advance(100), 5);
    try {
      const engine = await ground.start((invocation) => counter.count(invocation));
      for (let chat = 1; chat <= UPDATES; chat += 1) await engine.accept(ground.message(chat));
      await ground.until(() => engine.stats().handled === UPDATES);

      assert.equal((await ground.store.readState(KEY)).record?.data, UPDATES);
      assert.equal(new Set(counter.steps).size, UPDATES);
      assert.equal(counter.steps.length, UPDATES);
      assert.ok(engine.stats().stateConflicts >= READERS - 1);
    } finally {
      clearInterval(pump);
      await ground.close();
    }
  });
});

describe("state on two nodes of PostgreSQL", () => {
  let server: PostgresServer;
  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server.remove());

  const engines: Engine[] = [];
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.stop({ drainMs: 0 })));
  });

  async function node(schema: string, handle: (it: Invocation) => Promise<void>): Promise<Engine> {
    const me = { id: 7, is_bot: true, first_name: "Test" } as User;
    const engine = createEngine({
      store: createPostgresStore({ url: server.url, schema }),
      bots: [
        {
          id: 7,
          me,
          api: {} as BotApi,
          handler: {
            allowedUpdates: [],
            async handle(invocation) {
              await handle(invocation);
              return { status: "handled", handler: "test" };
            },
          },
        },
      ],
    });
    engines.push(engine);
    await engine.start();
    return engine;
  }

  function message(updateId: number, chatId: number): IncomingUpdate {
    const chat = { id: chatId, type: "private" };
    const body = { update_id: updateId, message: { message_id: 1, date: 1, chat, text: "hi" } };
    const raw = Buffer.from(JSON.stringify(body));
    return { botId: 7, updateId, raw, receivedAtMs: Date.now() };
  }

  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await condition())) await delay(5);
  }

  it("is counted exactly, and effects are not repeated, when both change it", async () => {
    const schema = server.newSchema();
    const counter = new Counter();
    const handle = (invocation: Invocation): Promise<void> => counter.count(invocation);
    const [a, b] = [await node(schema, handle), await node(schema, handle)];
    for (let id = 1; id <= UPDATES; id += 1) await (id % 2 === 0 ? a : b).accept(message(id, id));
    await until(() => a.stats().handled + b.stats().handled === UPDATES);

    const [row] = await server.query(`SELECT data::text AS data FROM ${schema}.states`);
    assert.equal(Number(row?.["data"]), UPDATES);
    assert.equal(counter.steps.length, UPDATES);
    assert.equal(new Set(counter.steps).size, UPDATES);
    assert.ok(a.stats().stateConflicts + b.stats().stateConflicts >= READERS - 1);
  });

  it("is read as the other node left it, when a conversation comes back", async () => {
    const schema = server.newSchema();
    const seen: unknown[] = [];
    const handle =
      (name: string) =>
      async ({ states, update }: Invocation): Promise<void> => {
        seen.push((await states.read(KEY))?.data);
        // The last one only looks, so that no commit would find out that it was wrong.
        if (update.update_id < 3) states.write(KEY, { state: "s:x", data: name, schemaVersion: 1 });
      };
    const [a, b] = [await node(schema, handle("a")), await node(schema, handle("b"))];
    const turns = [a, b, a];
    for (const [at, engine] of turns.entries()) {
      await engine.accept(message(at + 1, 5));
      await until(() => seen.length === at + 1);
      // An idle lane is given back after a while; only then the other node can have it.
      const lanes = `SELECT FROM ${schema}.lanes`;
      await until(async () => (await server.query(lanes)).length === 0);
    }

    assert.deepEqual(seen, [undefined, "a", "b"]);
  });
});
