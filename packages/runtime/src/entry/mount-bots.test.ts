import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Bot, Router } from "hookgram";

import { recordingLogger } from "../../test/recording-logger.ts";
import { TestBot } from "../../test/test-bot.ts";
import { deliver, messageUpdate } from "../../test/webhook-client.ts";
import { createFetchHandler } from "../hosts/fetch-handler.ts";
import { mountBots } from "./mount-bots.ts";
import type { WebhookOptions } from "./webhook-host.ts";

const tokenOf = (id: number): string => `${id}:${"x".repeat(35)}`;

async function setUp(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "hookgram-bots-"));
  const bots = mountBots();
  const server = createServer((request, response) =>
    bots.listener(request, response, () => response.writeHead(404).end("shop")),
  );
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  context.after(async () => {
    await bots.stop({ drainMs: 0 });
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });
  const { port } = server.address() as AddressInfo;
  const optionsOf = (id: number, bot: WebhookOptions["bot"]): WebhookOptions => ({
    bot,
    token: tokenOf(id),
    me: { id, is_bot: true, first_name: "Bot", username: `bot_${id}` },
    secret: `secret-${id}`,
    store: join(folder, `${id}.sqlite`),
    logger: recordingLogger(),
  });
  return { folder, bots, port, optionsOf };
}

test("bots have paths, secrets and updates of their own", async (context) => {
  const { bots, port, optionsOf } = await setUp(context);
  const one = new TestBot();
  const two = new TestBot();
  const first = bots.add(optionsOf(1, one));
  const second = bots.add(optionsOf(2, two));
  await Promise.all([first.ready, second.ready]);
  const { path } = first;
  assert.notEqual(path, second.path);
  assert.equal((await deliver({ port, path, secret: "secret-2" }, messageUpdate(7))).status, 401);
  assert.equal((await deliver({ port, path, secret: "secret-1" }, messageUpdate(7))).status, 200);
  // The same update id is another update at another bot.
  const other = { port, path: `${second.path}?by=proxy`, secret: "secret-2" };
  assert.equal((await deliver(other, messageUpdate(7))).status, 200);
  await one.until(() => one.handledIds.length === 1);
  await two.until(() => two.handledIds.length === 1);
  assert.equal(one.begun[0]?.me.id, 1);
  assert.equal(two.begun[0]?.me.id, 2);
  assert.equal((await deliver({ port, path: "/", secret: "" }, {})).body, "shop");
});

test("bots share a router tree, and its handlers know whose update it is", async (context) => {
  const { bots, port, optionsOf } = await setUp(context);
  const { promise, resolve } = Promise.withResolvers<void>();
  const seen: string[] = [];
  const router = new Router("shared");
  router.onStart(({ me }) => void seen.push(`start ${me.username}`));
  router.message(({ me, message }) => {
    seen.push(`${me.username} ${message.text}`);
    if (seen.length === 4) resolve();
  });
  const bot = new Bot({ routers: [router] });
  for (const id of [1, 2]) {
    const { ready, path } = bots.add(optionsOf(id, bot));
    await ready;
    await deliver({ port, path, secret: `secret-${id}` }, messageUpdate(7, `to ${id}`));
  }
  await promise;
  assert.deepEqual(seen.sort(), ["bot_1 to 1", "bot_2 to 2", "start bot_1", "start bot_2"]);
});

test("a bot is taken out and comes back while another one runs; nothing is lost", async (context) => {
  const { bots, port, optionsOf } = await setUp(context);
  const stays = bots.add(optionsOf(1, new TestBot()));
  const held = new TestBot();
  held.gate = new Promise(() => {});
  const leaves = bots.add(optionsOf(2, held));
  await Promise.all([stays.ready, leaves.ready]);
  const target = { port, path: leaves.path, secret: "secret-2" };
  assert.equal((await deliver(target, messageUpdate(7))).status, 200);
  await held.until(() => held.begun.length === 1);
  assert.equal((await leaves.stop({ drainMs: 0 })).left, 1);
  assert.deepEqual([...bots.list().keys()], [1]);
  assert.equal((await deliver(target, messageUpdate(8))).status, 404);
  const other = { port, path: stays.path, secret: "secret-1" };
  assert.equal((await deliver(other, messageUpdate(7))).status, 200);

  const back = new TestBot();
  await bots.add(optionsOf(2, back)).ready;
  assert.equal((await deliver(target, messageUpdate(8))).status, 200);
  await back.until(() => back.handledIds.length === 2);
  assert.deepEqual(back.handledIds, [7, 8]);
});

test("while a bot stops it answers 503 and cannot be added again", async (context) => {
  const { bots, port, optionsOf } = await setUp(context);
  const bot = new TestBot();
  const { promise, resolve } = Promise.withResolvers<void>();
  bot.gate = promise;
  const handle = bots.add(optionsOf(1, bot));
  await handle.ready;
  const target = { port, path: handle.path, secret: "secret-1" };
  await deliver(target, messageUpdate(7));
  await bot.until(() => bot.begun.length === 1);
  const stopped = handle.stop();
  assert.equal((await deliver(target, messageUpdate(8))).status, 503);
  assert.throws(() => bots.add(optionsOf(1, bot)), { message: /^bot 1 is in use already/ });
  resolve();
  assert.equal((await stopped).finished, 1);
});

test("a bot that cannot start takes itself out and leaves the others alone", async (context) => {
  const { bots, optionsOf } = await setUp(context);
  const stays = bots.add(optionsOf(1, new TestBot()));
  const refuses = Object.assign(new TestBot(), { start: () => Promise.reject(new Error("no")) });
  const failing = bots.add(optionsOf(2, refuses));
  await assert.rejects(failing.ready, { code: "start-hook-failed" });
  await failing.stop();
  await stays.ready;
  assert.deepEqual([...bots.list().keys()], [1]);
  assert.equal(bots.stats().get(1)?.receiver?.state, "open");
});

test("a path is one bot's, and after the stop no bot is taken", async (context) => {
  const { bots, folder, optionsOf } = await setUp(context);
  const first = bots.add({ ...optionsOf(1, new TestBot()), path: "/bots/one" });
  const second = { ...optionsOf(2, new TestBot()), path: "/bots/one" };
  assert.throws(() => bots.add(second), { message: /^\/bots\/one is in use already/ });
  assert.throws(() => bots.add({ bot: new TestBot() }), { message: /^give the bot's token/ });
  await first.ready;
  assert.deepEqual([...(await bots.stop()).keys()], [1]);
  assert.throws(() => bots.add(second), { code: "stopping" });
  assert.equal(existsSync(join(folder, "2.sqlite")), false);
});

test("the bridges to frameworks take all bots as one mount", async (context) => {
  const { bots, optionsOf } = await setUp(context);
  const handler = createFetchHandler(bots);
  const { ready, path } = bots.add(optionsOf(1, new TestBot()));
  await ready;
  const answer = await handler(
    new Request(`http://127.0.0.1${path}`, {
      method: "POST",
      headers: { "x-telegram-bot-api-secret-token": "secret-1" },
      body: JSON.stringify(messageUpdate(7)),
    }),
  );
  assert.equal(answer.status, 200);
  assert.equal((await handler(new Request("http://127.0.0.1/shop"))).status, 404);
});
