import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { test } from "node:test";

import { SECRET, setUp } from "../../test/entry-ground.ts";
import { ME, ok } from "../../test/scripted-telegram.ts";
import { deliver, messageUpdate } from "../../test/webhook-client.ts";
import { mount } from "./mount.ts";

test("mount: before it is ready Telegram is asked to come again, then updates are handled", async (context) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { bot, common } = await setUp(context, async () => {
    await promise;
    return ok(ME);
  });
  const handle = mount({ ...common, secret: SECRET });
  const server = createServer((request, response) =>
    handle.listener(request, response, () => response.end("shop")),
  );
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  context.after(async () => {
    await handle.stop({ drainMs: 0 });
    server.close();
    server.closeAllConnections();
  });
  const target = {
    port: (server.address() as AddressInfo).port,
    path: handle.path,
    secret: SECRET,
  };
  assert.equal((await deliver(target, messageUpdate(7))).status, 503);
  assert.equal((await deliver({ ...target, path: "/" }, {})).body, "shop");
  resolve();
  await handle.ready;
  assert.equal((await deliver(target, messageUpdate(7))).status, 200);
  await bot.until(() => bot.handledIds.length === 1);
});

test("mount: after a rotation the webhook is set anew and the old secret still works", async (context) => {
  const { common, telegram } = await setUp(context);
  const handle = mount({ ...common, secret: SECRET });
  const server = createServer(handle.listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  context.after(async () => {
    await handle.stop({ drainMs: 0 });
    server.close();
    server.closeAllConnections();
  });
  await handle.ready;
  handle.secrets.rotate("next-secret");
  await handle.setWebhook({ url: `https://bot.example.com${handle.path}` });
  const set = telegram.calls.find(({ method }) => method === "setWebhook");
  assert.equal(set?.params["secret_token"], "next-secret");
  const { port } = server.address() as AddressInfo;
  for (const [index, secret] of [SECRET, "next-secret"].entries()) {
    const answer = await deliver({ port, path: handle.path, secret }, messageUpdate(index));
    assert.equal(answer.status, 200);
  }
});
