import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Invocation } from "hookgram";

import { chatOf, EngineGround } from "../../test/engine-ground.ts";

describe("the conversation state of an attempt", () => {
  let ground: EngineGround;
  beforeEach(() => {
    ground = new EngineGround();
  });
  afterEach(() => ground.close());

  const count = async ({ states }: Invocation, key: string): Promise<number> => {
    const known = await states.read(key);
    const next = ((known?.data as number | undefined) ?? 0) + 1;
    states.write(key, { state: "count:er", data: next, schemaVersion: 1 });
    return next;
  };

  it("shows an attempt what it wrote, and everybody else only what was committed", async () => {
    const seen: number[] = [];
    const engine = await ground.start(
      async (invocation) => {
        const key = `chat${chatOf(invocation)}`;
        await count(invocation, key);
        seen.push(await count(invocation, key));
        if (invocation.attempt === 1) throw new Error("nothing of this remains");
      },
      { retryDelayMs: 10 },
    );
    for (let times = 0; times < 3; times += 1) await engine.accept(ground.message(1));
    await ground.settleAll();
    assert.deepEqual(seen, [2, 2, 4, 4, 6, 6]);
    assert.equal((await ground.store.readState("chat1")).record?.data, 6);
  });

  it("keeps state over a restart", async () => {
    const seen: number[] = [];
    const handle = async (invocation: Invocation): Promise<unknown> =>
      seen.push(await count(invocation, "key"));
    await ground.start(handle);
    await ground.engine.accept(ground.message(1));
    await ground.settleAll();
    await ground.engine.stop();
    await ground.start(handle);
    await ground.engine.accept(ground.message(1));
    await ground.settleAll();
    assert.deepEqual(seen, [1, 2]);
  });

  it("applies each update once when many lanes change one record", async () => {
    const engine = await ground.start(async (invocation) => {
      await count(invocation, "everybody");
      await new Promise((resolve) => setImmediate(resolve));
    });
    await Promise.all(
      Array.from({ length: 40 }, (_, chatId) => engine.accept(ground.message(chatId))),
    );
    await ground.settleAll(5);
    assert.equal((await ground.store.readState("everybody")).record?.data, 40);
    assert.equal(engine.stats().handled, 40);
    assert.ok(engine.stats().stateConflicts > 0);
  });

  it("does not let a handler change what others read", async () => {
    const seen: unknown[] = [];
    const engine = await ground.start(async ({ states }) => {
      const record = await states.read("key");
      seen.push(structuredClone(record?.data));
      if (record === undefined) {
        const data = { list: [1] };
        states.write("key", { state: "a:b", data, schemaVersion: 1 });
        data.list.push(2);
      } else (record.data as { list: number[] }).list.push(3);
    });
    for (let times = 0; times < 3; times += 1) await engine.accept(ground.message(1));
    await ground.settleAll();
    assert.deepEqual(seen, [undefined, { list: [1] }, { list: [1] }]);
  });

  it("parks an update that writes what the store cannot keep", async () => {
    const engine = await ground.start(
      ({ states, update }) => {
        const schemaVersion = update.message!.text === "odd" ? 0.5 : 1;
        states.write("key", { state: "a:b", data: 1, schemaVersion });
      },
      { attemptsMax: 2, retryDelayMs: 10 },
    );
    await engine.accept(ground.message(1, "odd"));
    await engine.accept(ground.message(1));
    await ground.settleAll();
    assert.equal((await engine.operator.parked()).length, 1);
    assert.equal(engine.stats().handled, 1);
  });
});
