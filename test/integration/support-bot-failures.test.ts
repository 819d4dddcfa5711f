/** What the support bot does when calls fail, time passes or nobody is at the desk. */
import assert from "node:assert/strict";
import path from "node:path";
import { after, afterEach, before, suite, test } from "node:test";

import {
  BotApiError,
  type Clock,
  createBotApi,
  type MethodName,
  systemClock,
  wrapBotApi,
} from "@hookgram/bot-api";
import { listen, type ListenHandle } from "@hookgram/runtime";

import { GROUP, labels, OLGA, Stage } from "./support-bot-stage.ts";

/** A call that is to fail before it reaches Telegram, and how often. */
interface Fault {
  readonly method: MethodName;
  readonly times: number;
  /** Only calls whose parameters contain this text. */
  readonly about?: string;
}

let stage: Stage;
let handle: ListenHandle;
let fault: Fault | undefined;
let failed = 0;
/** Stands around the sending of the bot's next message. */
let around: ((send: () => Promise<unknown>) => Promise<unknown>) | undefined;
let shiftMs = 0;

const clock: Clock = { ...systemClock, now: () => systemClock.now() + shiftMs };

before(async () => {
  stage = await Stage.open();
  process.env.SUPPORT_BOT_DATA = path.join(stage.folder, "shop.sqlite");
  process.env.OPERATORS_CHAT_ID = String(GROUP);
  const { default: bot } = await import("../../examples/support-bot/bot.ts");
  const real = createBotApi({ token: stage.token, apiRoot: stage.telegram.url });
  const api = wrapBotApi(real, async (method, params, next) => {
    if (method === "sendMessage" && around !== undefined) {
      const send = around;
      around = undefined;
      return send(() => next(params));
    }
    const { method: broken, times, about = "" } = fault ?? { times: 0 };
    const isHit = method === broken && failed < times && JSON.stringify(params).includes(about);
    if (!isHit) return next(params);
    failed++;
    throw new BotApiError({ code: "network", method, description: "cut off", ambiguous: false });
  });
  const store = path.join(stage.folder, "bot.sqlite");
  const botId = Number(stage.token.split(":")[0]);
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  handle = listen({
    bot,
    api,
    botId,
    store,
    clock,
    logger: silent,
    retryDelayMs: 20,
    host: "127.0.0.1",
    port: 0,
  });
  await handle.ready;
  await handle.setWebhook({ url: `http://127.0.0.1:${handle.port()}${handle.path}` });
});
after(async () => {
  await handle.stop({ drainMs: 1000 });
  await stage.close();
});
afterEach(() => {
  fault = undefined;
  failed = 0;
});

suite("a ticket is opened once, although", () => {
  for (const [what, broken] of [
    ["the copy of the problem does not arrive", { method: "copyMessage" }],
    ["the ticket's head does not arrive", { method: "sendMessage" }],
    ["the customer's answer does not arrive", { method: "sendMessage", about: "Your ticket" }],
  ] as const) {
    test(`${what}, three times`, async () => {
      const ada = await stage.newPerson();
      const olga = await stage.person(OLGA, GROUP);
      const before = (await olga.messages()).length;
      await ada.ask("/person");
      fault = { ...broken, times: 3 };
      const opened = await ada.ask("My lamp hums");
      assert.equal(failed, 3);
      const id = /Your ticket (\d+) /.exec(opened.text!)![1]!;
      const inGroup = (await olga.messages()).slice(before);
      assert.deepEqual(
        inGroup.map(({ text }) => text!.split("\n")[0]),
        [`🎫 Ticket ${id} of Ada`, "My lamp hums"],
      );
    });
  }
});

test("an operator's answer arrives once, although its copy fails at first", async () => {
  const ada = await stage.newPerson();
  const olga = await stage.person(OLGA, GROUP);
  await ada.ask("/person");
  await ada.ask("My lamp hums");
  await olga.next();
  const before = (await ada.messages()).length;
  fault = { method: "copyMessage", times: 3 };
  await olga.say("Which lamp?", await olga.next());
  assert.equal((await ada.next()).text, "Which lamp?");
  assert.equal(failed, 3);
  assert.equal((await ada.messages()).length, before + 1);
});

suite("a half-done address", () => {
  test("is remembered for an hour after the last answer", async () => {
    const ada = await stage.newPerson();
    await ada.ask("/address");
    await ada.choose("Enter it");
    shiftMs += 59 * 60_000;
    assert.match((await ada.ask("Am See 1")).text!, /postal code/);
    shiftMs += 59 * 60_000;
    assert.match((await ada.ask("1010 Wien")).text!, /country/);
  });

  test("is forgotten after more than an hour", async () => {
    const ada = await stage.newPerson();
    await ada.ask("/address");
    await ada.choose("Enter it");
    shiftMs += 61 * 60_000;
    assert.match((await ada.ask("Am See 1")).text!, /not understand/);
  });
});

suite("a handler that fails", () => {
  test("is tried again, and the person does not notice", async () => {
    const ada = await stage.newPerson();
    fault = { method: "sendMessage", times: 4 };
    assert.match((await ada.ask("/start")).text!, /^Hello/);
    assert.equal(failed, 4);
    assert.equal((await ada.messages()).length, 2);
  });

  test("for the last time tells the person so, and the next message is served", async () => {
    const ada = await stage.newPerson();
    fault = { method: "sendMessage", times: 5, about: "Hello" };
    assert.match((await ada.ask("/start")).text!, /^Sorry, something went wrong/);
    assert.equal(failed, 5);
    fault = undefined;
    assert.match((await ada.ask("/start")).text!, /^Hello/);
    assert.equal((await ada.messages()).length, 4);
  });
});

test("somebody who blocks the bot while it answers is no failure", async () => {
  const ada = await stage.newPerson();
  const { failedAttempts } = handle.stats().engine!;
  const refused = new Promise<void>((resolve) => {
    around = async (send) => {
      await stage.control.post("block", { person: ada.id });
      // Unblocking her has to wait until Telegram has refused the message.
      return send().finally(resolve);
    };
  });
  await ada.say("/start");
  await refused;
  await stage.control.post("unblock", { person: ada.id });
  // Her updates are handled in order, so that the answer to this one comes after the first's end.
  assert.match((await ada.ask("/start")).text!, /^Hello/);
  assert.equal((await ada.messages()).length, 3);
  assert.equal(handle.stats().engine!.failedAttempts, failedAttempts);
});

test("a group that cannot be reached is said to be empty, and no ticket stays open", async () => {
  const ada = await stage.newPerson();
  const bot = Number(stage.token.split(":")[0]);
  await stage.control.post("members", { chat: GROUP, bot, status: "left" });
  await ada.ask("/person");
  const sorry = await ada.ask("My lamp hums");
  assert.match(sorry.text!, /nobody is at the desk/);
  assert.deepEqual(labels(sorry), ["Menu"]);
  await stage.control.post("members", { chat: GROUP, bot, status: "administrator" });
  assert.match((await ada.ask("/person")).text!, /What is it about/);
  assert.match((await ada.ask("My lamp hums")).text!, /Your ticket/);
});
