import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { startTelegram } from "@hookgram/emulator";
import { mount } from "@hookgram/runtime";
import { Bot } from "hookgram";
import { sampleUpdate } from "hookgram/testing";
import { PATIENT } from "../telegram-user.ts";

const SECRET = "s".repeat(32);

async function setUp(context: TestContext, bot: Bot) {
  const telegram = await startTelegram({ port: 0 });
  const folder = mkdtempSync(join(tmpdir(), "hookgram-reply-"));
  const handle = mount({
    bot,
    token: `42:${"A".repeat(35)}`,
    apiRoot: telegram.url,
    store: join(folder, "bot.sqlite"),
    secret: SECRET,
    // Longer than a loaded machine takes.
    webhookReply: { budgetMs: 20_000 },
  });
  const server = createServer(handle.listener).listen(0, "127.0.0.1");
  context.after(async () => {
    await handle.stop({ drainMs: 0 });
    server.close();
    server.closeAllConnections();
    await telegram.close();
    rmSync(folder, { recursive: true });
  });
  await handle.ready;
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}${handle.path}`;
  return { handle, server, url, anna: await telegram.users.add("Anna") };
}

it("Telegram carries a webhook reply out", async (context) => {
  const bot = new Bot();
  bot.message(async ({ message, webhookReply }) => {
    await webhookReply("sendMessage", { chat_id: message.chat.id, text: `So: ${message.text}` });
  });
  const { handle, url, anna } = await setUp(context, bot);
  await handle.setWebhook({ url });
  for (const text of ["one", "two"]) {
    await anna.say(text);
    assert.equal((await anna.answer(PATIENT)).text, `So: ${text}`);
  }
  assert.deepEqual(handle.stats().receiver?.replies, { written: 2, cut: 0, lost: 0 });
});

it("the call is made by the API when the connection for the reply is gone", async (context) => {
  const { promise: gate, resolve: goOn } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const bot = new Bot();
  bot.message(async ({ chat, webhookReply }) => {
    begin();
    await gate;
    await webhookReply("sendMessage", { chat_id: chat.id, text: "By the API" });
  });
  const { handle, server, url, anna } = await setUp(context, bot);
  // No webhook takes it; but now she has begun a chat, so that the bot may write to her.
  await anna.say("/start");
  const headers = { "x-telegram-bot-api-secret-token": SECRET };
  const sent = request(url, { method: "POST", headers, agent: false }).on("error", () => {});
  const chat = { id: anna.id, type: "private", first_name: "Anna" } as const;
  sent.end(JSON.stringify(sampleUpdate("message", { chat })));
  await begun;
  await new Promise((closed) => sent.once("close", closed).destroy());
  const count = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_error, number) => resolve(number)));
  while ((await count()) > 0) await nextTurn();
  goOn();
  assert.equal((await anna.answer(PATIENT)).text, "By the API");
  assert.deepEqual(handle.stats().receiver?.replies, { written: 0, cut: 0, lost: 0 });
});
