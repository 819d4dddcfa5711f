import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { chatOf, EngineGround } from "../../test/engine-ground.ts";

describe("the lanes of an engine", () => {
  let ground: EngineGround;
  beforeEach(() => {
    ground = new EngineGround();
  });
  afterEach(() => ground.close());

  it("handles a chat's updates one at a time, in the order in which they were accepted", async () => {
    const handled: number[] = [];
    let running = 0;
    const engine = await ground.start(async ({ update }) => {
      running += 1;
      assert.equal(running, 1);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      handled.push(update.update_id);
    });
    const updates = Array.from({ length: 100 }, () => ground.message(1));
    await Promise.all(updates.map((update) => engine.accept(update)));
    await ground.settleAll();
    assert.deepEqual(
      handled,
      updates.map(({ updateId }) => updateId),
    );
  });

  it("does not let a chat that hangs hold up another one", async () => {
    const handled: number[] = [];
    const hanging = Promise.withResolvers<void>();
    const engine = await ground.start(async (invocation) => {
      if (chatOf(invocation) === 1) await hanging.promise;
      handled.push(chatOf(invocation));
    });
    await engine.accept(ground.message(1));
    await Promise.all([2, 3, 4].map((chatId) => engine.accept(ground.message(chatId))));
    await ground.until(() => handled.length === 3);
    assert.deepEqual(
      handled.toSorted((a, b) => a - b),
      [2, 3, 4],
    );
    hanging.resolve();
    await ground.settleAll();
    assert.equal(handled.at(-1), 1);
  });

  it("puts a button press in the lane of its message's chat", async () => {
    const handled: string[] = [];
    const hanging = Promise.withResolvers<void>();
    const engine = await ground.start(async ({ update }) => {
      if (update.message !== undefined) await hanging.promise;
      handled.push(update.message === undefined ? "press" : "message");
    });
    await engine.accept(ground.message(1));
    await engine.accept(ground.press(1));
    await ground.quiet();
    assert.deepEqual(handled, []);
    hanging.resolve();
    await ground.settleAll();
    assert.deepEqual(handled, ["message", "press"]);
  });

  it("handles updates without order side by side", async () => {
    const hanging = Promise.withResolvers<void>();
    let running = 0;
    const engine = await ground.start(
      async () => {
        running += 1;
        await hanging.promise;
      },
      { laneKey: () => null },
    );
    await Promise.all([1, 1, 1].map((chatId) => engine.accept(ground.message(chatId))));
    await ground.until(() => running === 3);
    hanging.resolve();
    await ground.settleAll();
  });

  it("runs no more attempts at the same moment than it may", async () => {
    let running = 0;
    let most = 0;
    const engine = await ground.start(
      async () => {
        most = Math.max(most, (running += 1));
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      },
      { concurrencyMax: 3 },
    );
    await Promise.all(
      Array.from({ length: 40 }, (_, chatId) => engine.accept(ground.message(chatId))),
    );
    await ground.settleAll();
    assert.equal(most, 3);
  });

  it("keeps only so much in memory and loses no order over it", async () => {
    const handled = new Map<number, number[]>();
    const engine = await ground.start(
      (invocation) => {
        const list = handled.get(chatOf(invocation)) ?? [];
        handled.set(chatOf(invocation), [...list, invocation.update.update_id]);
      },
      { loadedMax: 20, concurrencyMax: 2 },
    );
    const accepting: Promise<unknown>[] = [];
    let lanesMost = 0;
    for (let turn = 0; turn < 20; turn += 1) {
      for (let count = 0; count < 100; count += 1) {
        accepting.push(engine.accept(ground.message(count % 7 === 0 ? 1 : count)));
      }
      await new Promise((resolve) => setImmediate(resolve));
      lanesMost = Math.max(lanesMost, engine.stats().lanes);
    }
    await Promise.all(accepting);
    await ground.settleAll();
    const all = [...handled.values()];
    assert.equal(all.flat().length, 2_000);
    for (const ids of all)
      assert.deepEqual(
        ids,
        ids.toSorted((a, b) => a - b),
      );
    assert.ok(lanesMost <= 40, `${lanesMost} lanes were in memory`);
    assert.equal(engine.stats().lanes, 0);
  });
});
