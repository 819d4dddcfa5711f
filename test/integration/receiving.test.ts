/** The entry points against the local Telegram: the same bot by webhook, with TLS, mounted, polled. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startTelegram } from "@hookgram/emulator";
import { mount, mountWithFlows, poll, setWebhookAndListen } from "@hookgram/runtime";
import { Bot, Router, text } from "hookgram";

import { freePort } from "../../packages/runtime/test/free-port.ts";
import { controlOf } from "../telegram-user.ts";

const TOKEN = "4242:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const PERSON = 77;
const tlsFile = (name: string): string =>
  fileURLToPath(new URL(`../../packages/runtime/test/tls/${name}`, import.meta.url));

async function setUp(context: TestContext) {
  const telegram = await startTelegram({ port: 0 });
  const folder = mkdtempSync(join(tmpdir(), "hookgram-receiving-"));
  context.after(async () => {
    await telegram.close();
    rmSync(folder, { recursive: true });
  });
  const control = controlOf(telegram.url);
  await control.post("bots", { token: TOKEN, username: "echo_bot" });
  await control.post("people", { id: PERSON, first_name: "Ada" });
  const echo = new Router("echo");
  echo.message(text(), async ({ message, reply }) => {
    await reply(`echo ${message.text}`);
  });
  const bot = new Bot({ routers: [echo] });
  const store = join(folder, "bot.sqlite");
  return { control, options: { bot, store, token: TOKEN, apiRoot: telegram.url } };
}

test("by webhook: what was said while the bot was away is answered after its next start", async (context) => {
  const { control, options } = await setUp(context);
  const port = await freePort();
  const address = { url: `http://127.0.0.1:${port}`, host: "127.0.0.1", port };
  const first = setWebhookAndListen({ ...options, ...address });
  await first.ready;
  assert.equal((await control.ask(PERSON, "one")).text, "echo one");
  await first.stop();
  await control.post("say", { person: PERSON, text: "two" });
  const second = setWebhookAndListen({ ...options, ...address });
  context.after(() => second.stop());
  await second.ready;
  assert.equal((await control.next(PERSON)).text, "echo two");
  assert.equal(second.url, first.url);
});

test("by webhook with TLS of its own: Telegram trusts the certificate that was uploaded", async (context) => {
  const { control, options } = await setUp(context);
  const port = await freePort();
  const tls = {
    certificatePath: tlsFile("certificate.pem"),
    keyPath: tlsFile("key.pem"),
    uploadCertificate: true,
  };
  const address = { url: `https://localhost:${port}`, host: "127.0.0.1", port };
  const handle = setWebhookAndListen({ ...options, ...address, tls });
  context.after(() => handle.stop());
  await handle.ready;
  assert.equal((await control.ask(PERSON, "secure")).text, "echo secure");
});

test("mounted in a server that has other things too", async (context) => {
  const { control, options } = await setUp(context);
  const handle = mount(options);
  const server = createServer((request, response) =>
    handle.listener(request, response, () => response.end("shop")),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(async () => {
    await handle.stop();
    server.closeAllConnections();
    server.close();
  });
  await handle.ready;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await handle.setWebhook({ url: url + handle.path });
  assert.equal((await control.ask(PERSON, "mounted")).text, "echo mounted");
  assert.equal(await (await fetch(url)).text(), "shop");
});

test("mounted with flows", async (context) => {
  const { control, options } = await setUp(context);
  const { bot: _none, ...rest } = options;
  const handle = mountWithFlows({ ...rest, kinds: ["message"] });
  const server = createServer(handle.listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await handle.ready;
  const { port } = server.address() as AddressInfo;
  await handle.setWebhook({ url: `http://127.0.0.1:${port}${handle.path}` });
  const consumed = (async () => {
    for await (const { update, api } of handle.flow("message")) {
      const { chat, text: said } = update.message;
      await api.sendMessage({ chat_id: chat.id, text: `flow ${said}` });
    }
  })();
  assert.equal((await control.ask(PERSON, "one")).text, "flow one");
  assert.equal((await control.ask(PERSON, "two")).text, "flow two");
  await handle.stop();
  await consumed;
});

test("by long polling, after the webhook was given up for it", async (context) => {
  const { control, options } = await setUp(context);
  const port = await freePort();
  const address = { url: `http://127.0.0.1:${port}`, host: "127.0.0.1", port };
  const webhook = setWebhookAndListen({ ...options, ...address });
  await webhook.ready;
  assert.equal((await control.ask(PERSON, "one")).text, "echo one");
  await webhook.stop();
  const refused = poll(options);
  await assert.rejects(refused.ready, { code: "webhook-active" });
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const handle = poll({ ...options, deleteWebhook: true, logger: silent });
  context.after(() => handle.stop());
  await handle.ready;
  assert.equal((await control.ask(PERSON, "two")).text, "echo two");
});
