import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { ordinaryTelegram, setUp } from "../../test/entry-ground.ts";
import { deliver, messageUpdate } from "../../test/webhook-client.ts";
import { setWebhookAndListen } from "./set-webhook-and-listen.ts";

test("setWebhookAndListen: it listens before it sets, verifies, and leaves the webhook on stop", async (context) => {
  const ordinary = ordinaryTelegram();
  const statuses: number[] = [];
  let port = 0;
  const { bot, common, telegram, methods } = await setUp(context, async (call) => {
    if (call.method === "setWebhook") {
      const secret = String(call.params["secret_token"]);
      const { status } = await deliver({ port, path: "/hook", secret }, messageUpdate(7));
      statuses.push(status);
    }
    return ordinary(call);
  });
  const free = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => free.once("listening", resolve));
  port = (free.address() as AddressInfo).port;
  await new Promise((resolve) => free.close(resolve));
  const handle = setWebhookAndListen({ ...common, port, url: "https://bot.example.com/hook" });
  await handle.ready;
  assert.deepEqual(statuses, [200]);
  const set = telegram.calls.find(({ method }) => method === "setWebhook")!.params;
  assert.equal(set["url"], "https://bot.example.com/hook");
  assert.equal(Buffer.from(String(set["secret_token"]), "base64url").length, 32);
  assert.deepEqual(set["allowed_updates"], ["message", "callback_query"]);
  assert.equal("drop_pending_updates" in set, false);
  await bot.until(() => bot.handledIds.length === 1);
  await handle.stop();
  assert.deepEqual(methods(), ["getMe", "setWebhook", "getWebhookInfo"]);
});

test("setWebhookAndListen: the next start has the same secret and the same opaque path", async (context) => {
  const { common, telegram, folder } = await setUp(context);
  const run = async (): Promise<string> => {
    const handle = setWebhookAndListen({ ...common, url: "https://bot.example.com" });
    await handle.ready;
    await handle.stop();
    assert.equal(handle.url, `https://bot.example.com${handle.path}`);
    return handle.url;
  };
  assert.equal(await run(), await run());
  const secrets = telegram.calls
    .filter(({ method }) => method === "setWebhook")
    .map(({ params }) => params["secret_token"]);
  assert.equal(secrets[0], secrets[1]);
  assert.equal(readFileSync(join(folder, "webhook-secret-42"), "utf8").trim(), secrets[0]);
});

test("setWebhookAndListen: an own certificate is uploaded when that is asked for", async (context) => {
  const { common, telegram } = await setUp(context);
  const file = (name: string): string =>
    fileURLToPath(new URL(`../../test/tls/${name}`, import.meta.url));
  const tls = {
    certificatePath: file("certificate.pem"),
    keyPath: file("key.pem"),
    uploadCertificate: true,
  };
  const handle = setWebhookAndListen({ ...common, url: "https://127.0.0.1/hook", tls });
  context.after(() => handle.stop());
  // This Telegram does not read multipart, so it has no webhook afterwards.
  await assert.rejects(handle.ready, { code: "webhook-replaced" });
  const sent = telegram.calls.find(({ method }) => method === "setWebhook")!;
  const pem = readFileSync(tls.certificatePath, "utf8").trim();
  assert.ok(String(sent.params["multipart"]).includes(pem));
});
