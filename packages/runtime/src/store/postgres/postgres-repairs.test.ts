import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { after, afterEach, before, describe, it } from "node:test";

import { countingNode, numbered, stateKey } from "../../../test/counting-node.ts";
import { waitUntil } from "../../../test/fair-watch.ts";
import { PostgresServer } from "../../../test/postgres-server.ts";
import { createEngine } from "../../engine/create-engine.ts";
import type { Engine } from "../../engine/engine.ts";
import { createPostgresStore } from "./postgres-store.ts";

const PROGRAM = new URL("../../../test/repairing-node.ts", import.meta.url);
const CHATS = [1, 2, 3, 4];
const NUMBERS = Array.from({ length: 8 }, (_, at) => at + 1);

describe("a repair on several nodes", () => {
  let server: PostgresServer;
  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server.remove());

  let child: ChildProcess | undefined;
  const engines: Engine[] = [];
  afterEach(async () => {
    child?.kill("SIGKILL");
    await Promise.all(engines.splice(0).map((engine) => engine.stop({ drainMs: 0 })));
  });

  /** Leaves a dead letter of each number of each chat behind. */
  async function park(schema: string): Promise<void> {
    const handle = (): Promise<never> => Promise.reject(new Error("broken"));
    const bots = [
      { id: 7, me: {} as never, api: {} as never, handler: { allowedUpdates: [], handle } },
    ];
    const store = createPostgresStore({ url: server.url, schema });
    const engine = createEngine({ store, bots, attemptsMax: 1 });
    await engine.start();
    for (const number of NUMBERS) {
      await Promise.all(CHATS.map((chatId) => engine.accept(numbered(chatId, number))));
    }
    await waitUntil(() => engine.stats().parked === CHATS.length * NUMBERS.length);
    await engine.stop();
  }

  it("is taken over from one that was killed, and replays each dead letter once, in order", async () => {
    const schema = server.newSchema();
    await park(schema);
    const store = createPostgresStore({ url: server.url, schema });
    const survivor = countingNode(store);
    engines.push(survivor);
    await survivor.start();
    child = fork(PROGRAM, [server.url, schema]);
    const exit = once(child, "exit");
    const [{ id }] = (await once(child, "message")) as [{ id: number }];
    await exit;

    const left = (await survivor.operator.repair(id))!;
    assert.equal(left.status, "running");
    assert.ok(left.pending > 0);
    await waitUntil(async () => (await survivor.operator.repair(id))!.status === "done");
    const inChat = async (chatId: number): Promise<readonly number[]> =>
      ((await store.readState(stateKey(chatId))).record?.data ?? []) as number[];
    for (const chatId of CHATS) {
      await waitUntil(async () => (await inChat(chatId)).length >= NUMBERS.length);
    }

    const { total, applied, pending } = (await survivor.operator.repair(id))!;
    const all = CHATS.length * NUMBERS.length;
    assert.deepEqual({ total, applied, pending }, { total: all, applied: all, pending: 0 });
    for (const chatId of CHATS) assert.deepEqual(await inChat(chatId), NUMBERS);
    assert.deepEqual(await survivor.operator.parked(), []);
  });
});
