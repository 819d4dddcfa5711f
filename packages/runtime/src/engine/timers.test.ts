import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { Bot, eventKind, states, stateTimeout } from "hookgram";

import type { IncomingUpdate } from "../inbox.ts";
import { describeOnStores } from "../../test/describe-on-stores.ts";
import { EngineGround } from "../../test/engine-ground.ts";

const reminder = eventKind("reminder");
const { waiting } = states("form", { waiting: null }, { timeoutMs: 5_000 });

describeOnStores("timers in the engine", (makeGround) => {
  let ground: EngineGround;
  let handled: unknown[];
  let bot: Bot;

  /** `set`, `cancel`, `wait` and `leave` do what they say; everything else is written down. */
  function makeBot(): Bot {
    const made = new Bot();
    made.message(async ({ message, timers, state }) => {
      const [word, ms] = (message.text ?? "").split(" ");
      if (word === "set") await timers.set(reminder, { afterMs: Number(ms), data: message.text! });
      else if (word === "cancel") timers.cancel(reminder);
      else if (word === "wait") await state.enter(waiting);
      else if (word === "leave") await state.leave();
      else handled.push(message.text);
    });
    made.on(reminder, ({ event }) => {
      handled.push([event.data, event.timer?.lateMs]);
    });
    made.on(stateTimeout, waiting, async ({ state }) => {
      handled.push("timed out");
      await state.leave();
    });
    return made;
  }

  async function start(): Promise<void> {
    bot = makeBot();
    await ground.start((invocation) => bot.handle(invocation));
  }

  function message(text: string, chatId = 5): IncomingUpdate {
    const from = { id: chatId, is_bot: false, first_name: "P" };
    const chat = { id: chatId, type: "private" };
    return ground.update({ message: { message_id: 1, date: 1, chat, from, text } });
  }

  async function say(text: string, chatId = 5): Promise<void> {
    await ground.engine.accept(message(text, chatId));
    await ground.settleAll(0);
  }

  async function pass(ms: number): Promise<void> {
    ground.clock.advance(ms);
    await ground.quiet();
    await ground.settleAll(0);
  }

  beforeEach(() => {
    ground = new EngineGround(makeGround());
    handled = [];
  });
  afterEach(() => ground.close());

  it("fire once, on time", async () => {
    await start();
    await say("set 1500");
    await pass(1_499);
    assert.deepEqual(handled, []);
    await pass(1);
    await pass(60_000);

    assert.deepEqual(handled, [["set 1500", 0]]);
    assert.equal(ground.engine.stats().timersFired, 1);
  });

  it("fire after a restart that they slept through, and say how late they are", async () => {
    await start();
    await say("set 1500");
    await ground.engine.stop();
    ground.clock.advance(10_000);
    await start();
    // A node learns of the timers of others by its heartbeat, which goes by real time.
    await ground.until(() => {
      ground.clock.advance(0);
      return ground.engine.stats().timersFired === 1;
    });
    await ground.settleAll(0);

    assert.deepEqual(handled, [["set 1500", 8_500]]);
  });

  for (const [change, expected] of [
    ["cancel", []],
    ["set 9000", [["set 9000", 0]]],
  ] as const)
    it(`do not come when the message before them in the lane says "${change}"`, async () => {
      const gate = Promise.withResolvers<void>();
      bot = makeBot();
      await ground.start(async (invocation) => {
        if (invocation.update.message?.text === change) await gate.promise;
        return bot.handle(invocation);
      });
      await say("set 1000");
      await ground.engine.accept(message(change));
      ground.clock.advance(1_000);
      await ground.until(() => ground.engine.stats().timersFired === 1);
      gate.resolve();
      await ground.settleAll(0);
      await pass(9_000);

      assert.deepEqual(handled, expected);
    });

  it("let a state time out, but not one that was left", async () => {
    await start();
    await say("wait", 5);
    await say("wait", 6);
    await say("leave", 6);
    await pass(5_000);
    await pass(5_000);

    assert.deepEqual(handled, ["timed out"]);
  });

  it("are tried again like any update, and once done are done", async () => {
    let tries = 0;
    await ground.start(async (invocation) => {
      bot = makeBot();
      if (invocation.update.message === undefined && (tries += 1) < 3) throw new Error("boom");
      return bot.handle(invocation);
    });
    await say("set 1000");
    ground.clock.advance(1_000);
    await ground.until(() => ground.engine.stats().timersFired === 1);
    await ground.settleAll();

    assert.equal(tries, 3);
    assert.equal(handled.length, 1);
  });

  it("are neither lost nor doubled by a clock that is set back and forth", async () => {
    await start();
    await say("set 10000");
    ground.clock.jump(-3_600_000);
    await pass(60_000);
    assert.deepEqual(handled, []);
    ground.clock.jump(3_600_000);
    await pass(1_000);
    assert.equal(handled.length, 1);
    ground.clock.jump(-3_600_000);
    await pass(7_200_000);

    assert.equal(handled.length, 1);
  });

  it("fire many at once without crowding out what people write", async () => {
    await start();
    for (let chat = 1; chat <= 40; chat += 1) await say("set 1000", chat);
    ground.clock.advance(1_000);
    await say("hello", 999);
    await ground.until(() => ground.engine.stats().timersFired === 40);
    await ground.settleAll(0);

    assert.equal(handled.length, 41);
  });
});
