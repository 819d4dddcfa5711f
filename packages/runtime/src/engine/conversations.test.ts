import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { type BotApi, createBotApi, wrapBotApi } from "@hookgram/bot-api";
import { Bot, command, conversation, text } from "hookgram";

import { describeOnStores } from "../../test/describe-on-stores.ts";
import { EngineGround } from "../../test/engine-ground.ts";

describeOnStores("conversations in the engine", (makeGround) => {
  let ground: EngineGround;
  /** What the outside world has seen, in all lives. */
  let sent: unknown[];
  let steps: string[];
  /** Set to hold a step up until the process is gone. */
  let hangsAt: string | undefined;
  let failures: number;

  /** Each life has a bot of its own, as each process does. */
  function makeBot(): Bot {
    const order = conversation(
      "order",
      async ({ ask, step, reply }) => {
        const goods: string[] = [];
        for (const question of ["First?", "Second?", "Third?"]) {
          const { message } = await ask(question, text());
          goods.push(message.text);
          const number = await step(`reserve ${message.text}`, () => reserve(message.text));
          await step(`bill ${message.text}`, () => reserve(`bill ${number}`));
        }
        await reply(goods.join(" "));
      },
      { timeoutMs: 60_000, onEnd: ({ status }, { reply }) => reply(status) },
    );
    const bot = new Bot({ routers: [order] });
    bot.message(command("order"), (context) => order.enter(context));
    return bot;
  }

  function reserve(what: string): number | Promise<number> {
    if (failures > 0) {
      failures -= 1;
      throw new Error("the shop is closed");
    }
    const number = steps.push(what);
    return what === hangsAt ? new Promise(() => {}) : number;
  }

  const api: BotApi = wrapBotApi(
    createBotApi({ token: `7:${"x".repeat(35)}` }),
    async (_, params) => {
      sent.push(params["text"]);
      return { message_id: sent.length };
    },
  );

  async function start(): Promise<void> {
    const bot = makeBot();
    await ground.start((invocation) => bot.handle(invocation), { api });
  }

  async function accept(words: string): Promise<void> {
    const from = { id: 5, is_bot: false, first_name: "P" };
    const message = { message_id: 1, date: 1, chat: { id: 5, type: "private" }, from, text: words };
    await ground.engine.accept(ground.update({ message }));
  }

  beforeEach(() => {
    ground = new EngineGround(makeGround());
    [sent, steps, hangsAt, failures] = [[], [], undefined, 0];
  });
  afterEach(() => ground.close());

  const ALL_STEPS = ["tea", "bill 1", "milk", "bill 3", "cups", "bill 5"];
  const ALL_SENT = ["First?", "Second?", "Third?", "tea milk cups", "finished"];

  it("go on in a process that has not seen their beginning", async () => {
    for (const words of ["/order", "tea", "milk", "cups"]) {
      await start();
      await accept(words);
      await ground.settleAll();
      await ground.engine.stop();
      await ground.crash();
    }
    await start();

    assert.deepEqual(sent, ALL_SENT);
    assert.deepEqual(steps, ALL_STEPS);
  });

  it("take answers that wait already in their order", async () => {
    await start();
    for (const words of ["/order", "tea", "milk", "cups"]) await accept(words);
    await ground.settleAll();

    assert.deepEqual(sent, ALL_SENT);
    assert.deepEqual(steps, ALL_STEPS);
  });

  it("repeat only what was under way when their process died", async () => {
    await start();
    await accept("/order");
    await accept("tea");
    await ground.settleAll();
    hangsAt = "bill 3";
    await accept("milk");
    await ground.until(() => steps.includes("bill 3"));
    await ground.crash();
    hangsAt = undefined;
    await start();
    await ground.settleAll();
    await accept("cups");
    await ground.settleAll();

    assert.deepEqual(sent, ALL_SENT);
    assert.deepEqual(steps, ["tea", "bill 1", "milk", "bill 3", "bill 3", "cups", "bill 6"]);
  });

  it("stay at their question while an answer fails, and apply it once", async () => {
    await start();
    await accept("/order");
    await ground.settleAll();
    failures = 2;
    await accept("tea");
    await ground.settleAll();

    assert.deepEqual(sent, ["First?", "Second?"]);
    assert.deepEqual(steps, ["tea", "bill 1"]);
  });

  it("time out although the process that asked is gone", async () => {
    await start();
    await accept("/order");
    await ground.settleAll();
    await ground.engine.stop();
    await ground.crash();
    ground.clock.advance(60_000);
    await start();
    await ground.until(() => {
      ground.clock.advance(0);
      return ground.engine.stats().timersFired === 1;
    });
    await ground.settleAll();

    assert.deepEqual(sent, ["First?", "timed-out"]);
  });
});
