import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";

import { describeOnStores } from "../../test/describe-on-stores.ts";
import { chatOf, EngineGround } from "../../test/engine-ground.ts";

const BACKLOG = 60;
/** Much less than the backlog, and room for one more. */
const LIMITS = { loadedMax: 16, concurrencyMax: 1 };
/** More than all of them need. */
const STEPS_MAX = 10 * BACKLOG;
/** Half and half, and a little more for what memory holds at the beginning. */
const FAIR_MAX = 3 * BACKLOG;
/** One that runs, one that takes its turn, and one that came before the other. */
const FIRST = 3;

describeOnStores("what comes after an outage", (makeGround) => {
  let ground: EngineGround;
  /** Chats with the numbers of their messages, as they are begun. */
  let begun: string[];
  let go: (() => void)[];
  let isBroken: boolean;

  beforeEach(() => {
    isBroken = false;
    ground = new EngineGround(makeGround());
    begun = [];
    go = [];
  });
  afterEach(() => {
    for (const end of go.splice(0)) end();
    return ground.close();
  });

  const start = (): Promise<unknown> =>
    ground.start((invocation) => {
      if (isBroken) throw new Error("it is broken");
      begun.push(`${chatOf(invocation)}: ${invocation.update.message!.text}`);
      return new Promise<void>((resolve) => go.push(resolve));
    }, LIMITS);

  const say = (chatId: number, text: string): Promise<unknown> =>
    ground.engine.accept(ground.message(chatId, text));

  /** Lets what runs end, until so many have begun. */
  async function goOn(count: number): Promise<void> {
    for (let steps = 0; begun.length < count; steps += 1) {
      assert.ok(steps < STEPS_MAX, `${begun.length} of ${count} have begun`);
      go.shift()?.();
      await ground.quiet();
    }
  }

  it("passes what has waited since, and nothing of its own chat", async () => {
    await start();
    for (let chatId = 1; chatId <= BACKLOG; chatId += 1) await say(chatId, "old");
    await ground.crash();
    begun = [];
    await start();
    await ground.until(() => begun.length === 1);

    await say(BACKLOG, "new");
    await say(1_001, "new");
    await goOn(FIRST);
    assert.ok(begun.includes("1001: new"), begun.join());
    await say(1_002, "one");
    await say(1_002, "two");
    await goOn(2 * FIRST + 2);
    assert.deepEqual(ofChat(1_002), ["1002: one", "1002: two"]);

    await goOn(BACKLOG + 4);
    assert.deepEqual(ofChat(BACKLOG), [`${BACKLOG}: old`, `${BACKLOG}: new`]);
    assert.equal(new Set(begun).size, BACKLOG + 4);
  });

  it("passes it also when a dead letter comes back, and that keeps its place", async () => {
    await start();
    isBroken = true;
    await say(1_000, "given up");
    await ground.settleAll();
    isBroken = false;
    for (let chatId = 1; chatId <= BACKLOG; chatId += 1) await say(chatId, "old");
    await ground.crash();
    begun = [];
    await start();
    await ground.until(() => begun.length === 1);

    const { operator } = ground.engine;
    const [letter] = await operator.parked();
    await operator.replay(letter!.seq);
    await say(1_000, "after it");
    await say(1_001, "new");
    await goOn(FIRST);
    assert.ok(begun.includes("1001: new"), begun.join());
    await goOn(BACKLOG + 3);
    assert.deepEqual(ofChat(1_000), ["1000: given up", "1000: after it"]);
  });

  it("leaves what has waited its part, however much more comes than can be handled", async () => {
    await start();
    for (let chatId = 1; chatId <= BACKLOG; chatId += 1) await say(chatId, "old");
    await ground.crash();
    begun = [];
    await start();
    await ground.until(() => begun.length === 1);

    const oldChats = (): number => begun.filter((line) => line.endsWith(": old")).length;
    let newChats = 0;
    while (oldChats() < BACKLOG) {
      assert.ok(begun.length < FAIR_MAX, `${oldChats()} of ${begun.length} had waited`);
      for (let count = 0; count < 2; count += 1) await say(10_000 + (newChats += 1), "new");
      go.shift()?.();
      await ground.quiet();
    }
  });

  function ofChat(chatId: number): readonly string[] {
    return begun.filter((line) => line.startsWith(`${chatId}: `));
  }
});
