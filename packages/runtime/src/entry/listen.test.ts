import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { test } from "node:test";
import { Bot } from "hookgram";

import { SECRET, setUp, started } from "../../test/entry-ground.ts";
import { ME, ok, refusal } from "../../test/scripted-telegram.ts";
import { TestBot } from "../../test/test-bot.ts";
import { deliver, messageUpdate } from "../../test/webhook-client.ts";
import { listen } from "./listen.ts";

test("listen: an update that was answered 200 is handled", async (context) => {
  const { bot, common, methods } = await setUp(context);
  const { handle, target } = await started(context, common);
  const answer = await deliver(target, messageUpdate(7));
  assert.deepEqual([answer.status, answer.body], [200, ""]);
  await bot.until(() => bot.handledIds.length === 1);
  assert.equal(bot.begun[0]?.me.username, "a_bot");
  assert.equal(handle.stats().receiver?.stored, 1);
  assert.deepEqual(methods(), ["getMe"]);
});

test("listen: with `me` given Telegram is not asked for anything", async (context) => {
  const { common, methods } = await setUp(context);
  await started(context, { ...common, me: ME as never });
  assert.deepEqual(methods(), []);
});

test("while it drains, running handlers finish and new updates are told to come again", async (context) => {
  const { bot, common } = await setUp(context);
  const { handle, target } = await started(context, common);
  const { promise, resolve } = Promise.withResolvers<void>();
  bot.gate = promise;
  await deliver(target, messageUpdate(7));
  await bot.until(() => bot.begun.length === 1);
  const stopped = handle.stop({ drainMs: 10_000 });
  const answer = await deliver(target, messageUpdate(8));
  assert.equal(answer.status, 503);
  assert.equal(answer.headers["retry-after"], "1");
  assert.equal(answer.headers["connection"], "close");
  resolve();
  assert.deepEqual(await stopped, { finished: 1, aborted: 0, left: 0 });
  assert.deepEqual(bot.handledIds, [7]);
  await assert.rejects(deliver(target, messageUpdate(9)), { code: "ECONNREFUSED" });
});

test("what the drain cut off is handled after the next start", async (context) => {
  const { bot, common } = await setUp(context);
  const { handle, target } = await started(context, common);
  bot.gate = new Promise(() => {});
  await deliver(target, messageUpdate(7));
  await bot.until(() => bot.begun.length === 1);
  const report = await handle.stop({ drainMs: 0 });
  assert.equal(report.aborted, 1);
  assert.equal(report.left, 1);
  const next = new TestBot();
  await started(context, { ...common, bot: next });
  await next.until(() => next.handledIds.length === 1);
  assert.deepEqual(next.handledIds, [7]);
});

test("stopping twice is stopping once, also before it was ready", async (context) => {
  const { common } = await setUp(context, () => "hang");
  const handle = listen({ ...common, secret: SECRET });
  const stopped = handle.stop();
  assert.equal(handle.stop(), stopped);
  assert.deepEqual(await stopped, { finished: 0, aborted: 0, left: 0 });
  await assert.rejects(handle.ready, { code: "stopping" });
});

test("a refused token is one clear line, and the port is free again", async (context) => {
  const { common } = await setUp(context, () => refusal(401, "Unauthorized"));
  const handle = listen({ ...common, secret: SECRET });
  await assert.rejects(handle.ready, {
    code: "token-refused",
    message: "Telegram refused the bot's token; check it, or get a new one from @BotFather",
  });
  await assert.rejects(
    new Promise((resolve, reject) => {
      connect(handle.port()!, "127.0.0.1", () => resolve(undefined)).on("error", reject);
    }),
    { code: "ECONNREFUSED" },
  );
});

test("a start hook that fails is one clear line, and the port is free again", async (context) => {
  const { common, telegram } = await setUp(context, ({ method }) =>
    method === "getMe" ? ok(ME) : refusal(400, "Bad Request: BOT_COMMAND_INVALID"),
  );
  const bot = new Bot({ name: "shop" }).onStart(async function publishCommands({ api }) {
    await api.setMyCommands({ commands: [{ command: "a b", description: "No command" }] });
  });
  const failing = listen({ ...common, bot, secret: SECRET });
  await assert.rejects(failing.ready, {
    code: "start-hook-failed",
    message:
      "the bot could not start: Start hook shop/publishCommands failed: " +
      "setMyCommands: Bad Request: BOT_COMMAND_INVALID",
  });
  const again = listen({ ...common, me: ME, secret: SECRET, port: failing.port()! });
  context.after(() => again.stop({ drainMs: 0 }));
  await again.ready;
  assert.deepEqual(
    telegram.calls.map(({ method }) => method),
    ["getMe", "setMyCommands"],
  );
});

test("a start hook that hangs does not hold a stop up", async (context) => {
  const { common } = await setUp(context);
  let begun: () => void = () => {};
  const hanging = new Promise<void>((resolve) => (begun = resolve));
  const bot = new Bot().onStart(() => {
    begun();
    return new Promise(() => {});
  });
  const handle = listen({ ...common, bot, secret: SECRET });
  const refused = assert.rejects(handle.ready, { code: "stopping" });
  await hanging;
  await handle.stop();
  await refused;
});

test("a busy port is found before Telegram is asked or the store is touched", async (context) => {
  const { common, methods } = await setUp(context);
  const { handle } = await started(context, common);
  const before = methods().length;
  const store = `${common.store}-second`;
  const second = listen({ ...common, secret: SECRET, store, port: handle.port()! });
  await assert.rejects(second.ready, { code: "port-in-use" });
  assert.equal(methods().length, before);
  assert.equal(existsSync(store), false);
});
