import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";

import { eventKind } from "../event/event-kind.ts";
import { Bot } from "../router/bot.ts";
import { states } from "../state/states.ts";
import { createTestHost } from "../testing/test-host.ts";
import { sampleUpdate } from "../testing/sample-update.ts";
import { stateTimeout } from "./state-timeout.ts";
import type { TimerControl } from "./timer-control.ts";

const START_MS = 1_800_000_000_000;
const reminder = eventKind("reminder", z.object({ text: z.string() }));

/** A bot that runs `act` for each message, and writes down the timers that it handles. */
function botWith(act: (timers: TimerControl) => Promise<void>) {
  const bot = new Bot();
  const fired: unknown[] = [];
  bot.message(({ timers }) => act(timers));
  bot.on(reminder, async ({ event, reply }) => {
    fired.push([event.data.text, event.timer]);
    await reply(event.data.text);
  });
  const host = createTestHost(bot, { nowMs: START_MS });
  return { bot, host, fired };
}

describe("timers", () => {
  it("are handled once when they are due, in their conversation", async () => {
    const { host, fired } = botWith(async (timers) => {
      await timers.set(reminder, { afterMs: 60_000, data: { text: "Tea!" } });
    });
    await host.feed(sampleUpdate("message"));
    host.advance(59_999);
    assert.deepEqual(await host.deliver(), []);
    host.advance(501);
    await host.deliver();
    host.advance(999_999);
    await host.deliver();

    const dueAtMs = START_MS + 60_000;
    const timer = { name: "reminder", dueAtMs, setAtMs: START_MS, lateMs: 500 };
    assert.deepEqual(fired, [["Tea!", timer]]);
    assert.deepEqual(host.calls[0]?.params, { chat_id: 7, text: "Tea!" });
  });

  it("are replaced by name, and cancelled", async () => {
    let turn = 0;
    const { host, fired } = botWith(async (timers) => {
      turn += 1;
      const data = { text: String(turn) };
      if (turn < 3) await timers.set(reminder, { at: new Date(START_MS + 1_000), data });
      await timers.set(reminder, { afterMs: 1_000, data, name: `own ${turn}` });
      if (turn === 3) timers.cancel(reminder, { name: "own 1" });
    });
    for (let at = 0; at < 3; at += 1) await host.feed(sampleUpdate("message"));
    host.advance(1_000);
    await host.deliver();

    const texts = fired.map((one) => (one as [string])[0]);
    assert.deepEqual(texts, ["2", "2", "3"]);
  });

  it("of a failed attempt are not set", async () => {
    const { host } = botWith(async (timers) => {
      await timers.set(reminder, { afterMs: 1, data: { text: "x" } });
      throw new Error("boom");
    });
    await assert.rejects(host.feed(sampleUpdate("message")));

    assert.equal(host.timers.size, 0);
  });

  it("belong to a user in a chat, or to what their scope says", async () => {
    const { host } = botWith(async (timers) => {
      const time = { afterMs: 1, data: { text: "x" } };
      await timers.set(reminder, time);
      await timers.set(reminder, { ...time, scope: "chat" });
    });
    const chat = { id: -5, type: "group", title: "G" } as const;
    for (const id of [1, 2]) {
      const from = { id, is_bot: false, first_name: "P" };
      await host.feed(sampleUpdate("message", { chat, from }));
    }

    assert.deepEqual(
      [...host.timers.keys()],
      [
        "bot=4242/user-in-chat/chat=-5/user=1|reminder",
        "bot=4242/chat/chat=-5|reminder",
        "bot=4242/user-in-chat/chat=-5/user=2|reminder",
      ],
    );
  });

  it("refuse times, names and data that make no sense", async () => {
    const errors: string[] = [];
    const { host } = botWith(async (timers) => {
      const data = { text: "x" };
      for (const wrong of [
        { afterMs: -1, data },
        { afterMs: NaN, data },
        { at: Number.MAX_SAFE_INTEGER, data },
        { afterMs: 1, data, name: "" },
        { afterMs: 1, data: { text: 5 } as never },
      ])
        await timers.set(reminder, wrong).catch((error: { code: string }) => {
          errors.push(error.code);
        });
    });
    await host.feed(sampleUpdate("message"));

    assert.deepEqual(errors, [...Array<string>(4).fill("bad-argument"), "bad-event-data"]);
  });
});

describe("the time-out of a state", () => {
  const Form = states(
    "form",
    { name: null, done: null, idle: z.object({ n: z.number() }) },
    { timeoutMs: { name: 10_000, idle: 20_000 } },
  );

  /** A bot that enters the state which a message names, and writes down what times out. */
  function formBot() {
    const bot = new Bot();
    const timedOut: string[] = [];
    bot.message(Form.idle, ({ message, state }) =>
      message.text === "update" ? void state.update({ n: 2 }) : state.leave(),
    );
    bot.message(async ({ message, state }) => {
      if (message.text === "leave") return state.leave();
      if (message.text === "idle") return state.enter(Form.idle, { n: 1 });
      return state.enter(message.text === "done" ? Form.done : Form.name);
    });
    bot.on(stateTimeout, Form.name, async ({ event, state }) => {
      timedOut.push((event.data as { state: string }).state);
      await state.leave();
    });
    bot.on(stateTimeout, Form.idle, ({ data }) => {
      timedOut.push(`idle ${data.n}`);
    });
    const host = createTestHost(bot, { nowMs: START_MS });
    const say = (text: string) => host.feed(sampleUpdate("message", { text }));
    return { host, say, timedOut };
  }

  it("comes once, while the conversation is in the state", async () => {
    const { host, say, timedOut } = formBot();
    await say("name");
    host.advance(10_000);
    await host.deliver();

    assert.deepEqual(timedOut, ["form:name"]);
    assert.equal(host.states.size, 0);
    assert.equal(host.timers.size, 0);
  });

  for (const way of ["leave", "done"])
    it(`does not come after "${way}"`, async () => {
      const { host, say, timedOut } = formBot();
      await say("name");
      await say(way);
      assert.equal(host.timers.size, 0);
      host.advance(99_999);
      await host.deliver();

      assert.deepEqual(timedOut, []);
    });

  it("begins anew with an update of the state's data", async () => {
    const { host, say, timedOut } = formBot();
    await say("idle");
    host.advance(15_000);
    await say("update");
    host.advance(15_000);
    await host.deliver();
    assert.deepEqual(timedOut, []);
    host.advance(5_000);
    await host.deliver();

    assert.deepEqual(timedOut, ["idle 2"]);
  });

  it("is refused for a state that there is not, and for no time at all", () => {
    assert.throws(() => states("x", { a: null }, { timeoutMs: { b: 1 } }), {
      code: "bad-argument",
    });
    assert.throws(() => states("x", { a: null }, { timeoutMs: 0 }), { code: "bad-argument" });
  });
});
