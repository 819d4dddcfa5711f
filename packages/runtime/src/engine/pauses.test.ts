import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { describeOnStores } from "../../test/describe-on-stores.ts";
import { BOT_ID, chatOf, EngineGround } from "../../test/engine-ground.ts";
import type { Store } from "../store/store.ts";

const BOT = { botId: BOT_ID };
const laneOf = (chatId: number): { lane: string } => ({ lane: `${BOT_ID}:${chatId}` });

describeOnStores("a pause", (makeGround) => {
  let makeStore: (() => Store) | undefined;
  let ground: EngineGround;
  let handled: string[];

  beforeEach(async () => {
    makeStore = makeGround();
    ground = new EngineGround(makeStore);
    handled = [];
    await start();
  });
  afterEach(() => ground.close());

  async function start(): Promise<void> {
    await ground.start(({ update }) => void handled.push(update.message!.text!));
  }

  async function accept(...messages: [chatId: number, text: string][]): Promise<void> {
    for (const [chatId, text] of messages) {
      assert.equal(await ground.engine.accept(ground.message(chatId, text)), "stored");
    }
  }

  it("of a bot holds everything and loses nothing, also over a restart", async () => {
    const { operator } = ground.engine;
    assert.equal(await operator.pause(BOT, "deploy"), true);
    assert.equal(await operator.pause(BOT), false);
    await accept([1, "a"], [2, "b"], [1, "c"]);
    await ground.until(() => ground.engine.stats().held === 2);
    const { pending, paused, running } = ground.engine.stats();
    assert.deepEqual([pending, running, handled], [3, 0, []]);
    assert.deepEqual(
      paused.map(({ note }) => note),
      ["deploy"],
    );
    await ground.engine.stop();
    await start();
    await accept([1, "d"]);
    await ground.until(() => ground.engine.stats().held === 2);
    ground.clock.advance(3_600_000);
    await ground.quiet();
    assert.deepEqual(handled, []);
    assert.equal(await ground.engine.operator.resume(BOT), true);
    assert.equal(await ground.engine.operator.resume(BOT), false);
    await ground.settleAll();
    assert.equal(handled.length, 4);
    assert.deepEqual(
      handled.filter((text) => text !== "b"),
      ["a", "c", "d"],
    );
    assert.equal(ground.engine.stats().held, 0);
    // What was never begun has no attempts in doubt.
    assert.equal(ground.engine.stats().repeatedEffects, 0);
  });

  it("of a lane lets the others go on", async () => {
    const { operator } = ground.engine;
    await operator.pause(laneOf(1));
    await accept([1, "a"], [2, "b"], [1, "c"]);
    await ground.until(() => handled.length === 1 && ground.engine.stats().held === 1);
    assert.deepEqual(handled, ["b"]);
    await operator.pause(BOT);
    await operator.resume(laneOf(1));
    await ground.quiet();
    assert.deepEqual(handled, ["b"]);
    await operator.resume(BOT);
    await ground.settleAll();
    assert.deepEqual(handled, ["b", "a", "c"]);
  });

  it("lets an attempt end that runs already, and no other begin", async () => {
    await ground.engine.stop();
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    await ground.start(async ({ update }) => {
      handled.push(update.message!.text!);
      await opened;
    });
    await accept([1, "a"], [1, "b"]);
    await ground.until(() => handled.length === 1);
    await ground.engine.operator.pause(BOT);
    open();
    await ground.until(() => ground.engine.stats().handled === 1);
    await ground.until(() => ground.engine.stats().held === 1);
    assert.deepEqual(handled, ["a"]);
    await ground.engine.operator.resume(BOT);
    await ground.settleAll();
    assert.deepEqual(handled, ["a", "b"]);
  });

  it("keeps thousands that wait out of memory", async () => {
    await ground.engine.stop();
    const chats: number[] = [];
    await ground.start((invocation) => void chats.push(chatOf(invocation)), { loadedMax: 20 });
    await ground.engine.operator.pause(BOT);
    const updates = Array.from({ length: 600 }, (_, at) => ground.message(at % 200));
    await Promise.all(updates.map((update) => ground.engine.accept(update)));
    await ground.until(() => ground.engine.stats().held === 200);
    assert.equal(ground.engine.stats().pending, 600);
    await ground.engine.operator.resume(BOT);
    await ground.settleAll();
    assert.equal(chats.length, 600);
  });

  describe("and another node", () => {
    it("is heard of there as well, where the store is shared", async (test) => {
      if (makeStore === undefined) return test.skip("a SQLite file has one process");
      const other = new EngineGround(makeStore);
      test.after(() => other.close());
      await other.start(({ update }) => void handled.push(update.message!.text!));
      await ground.engine.operator.pause(laneOf(5));
      await other.until(() => other.engine.stats().paused.length === 1);
      await other.engine.accept({ ...other.message(5, "held"), updateId: 1_000 });
      await other.until(() => ground.engine.stats().held + other.engine.stats().held === 1);
      assert.deepEqual(handled, []);
      await other.engine.operator.resume(laneOf(5));
      await ground.until(() => handled.length === 1);
      await ground.until(() => ground.engine.stats().paused.length === 0);
    });
  });
});
