import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { answerJson, startRecordingServer } from "../test/recording-server.ts";
import { BotApiError, createBotApi, METHOD_NAMES } from "./index.ts";

const SECRET = "AAH9k_x-3Zq7Lw0VbN5mT8cRyU2pEoGdJfs";
const TOKEN = `4242:${SECRET}`;

test("a call is a POST of JSON to /bot<token>/<method> and resolves with the result", async () => {
  const message = { message_id: 7, date: 1_700_000_000, chat: { id: 1, type: "private" } };
  await using server = await startRecordingServer(answerJson({ ok: true, result: message }));
  const api = createBotApi({ token: TOKEN, apiRoot: server.root });

  const result = await api.sendMessage({
    chat_id: 1,
    text: "Grüße 👋",
    reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "y" }]] },
  });

  assert.deepEqual(result, message);
  const [request] = server.requests;
  assert.equal(request?.method, "POST");
  assert.equal(request?.url, `/bot${TOKEN}/sendMessage`);
  assert.equal(request?.contentType, "application/json");
  assert.deepEqual(JSON.parse(request.body.toString()), {
    chat_id: 1,
    text: "Grüße 👋",
    reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "y" }]] },
  });
});

test("a path prefix, the test environment and methods without parameters are supported", async () => {
  await using server = await startRecordingServer(answerJson({ ok: true, result: { id: 4242 } }));
  const apiRoot = `${server.root}/telegram/`;
  const api = createBotApi({ token: TOKEN, apiRoot, testEnvironment: true });

  await api.getMe();
  await api.call("getMe", {});
  await api.call("sendMessage", { chat_id: 1, text: "by name" });

  assert.deepEqual(
    server.requests.map(({ url, body }) => [url, body.toString()]),
    [
      [`/telegram/bot${TOKEN}/test/getMe`, "{}"],
      [`/telegram/bot${TOKEN}/test/getMe`, "{}"],
      [`/telegram/bot${TOKEN}/test/sendMessage`, '{"chat_id":1,"text":"by name"}'],
    ],
  );
});

test("the client can be awaited, spread and listed like any plain object", async () => {
  const api = createBotApi({ token: TOKEN });
  assert.equal(await Promise.resolve(api), api);
  assert.deepEqual(new Set(Object.keys(api)), new Set([...METHOD_NAMES, "call", "download"]));
  const { getMe } = { ...api };
  assert.equal(typeof getMe, "function");
  assert.ok(!inspect(api, { depth: 10, showHidden: true }).includes(SECRET));
});

test("options that cannot work are refused in one line that does not repeat the token", () => {
  const refused: readonly [Parameters<typeof createBotApi>[0], RegExp][] = [
    [{ token: "hello" }, /no colon/],
    [{ token: `${TOKEN}!` }, /after the colon/],
    [{ token: TOKEN, apiRoot: "api.telegram.org" }, /apiRoot must be an http or https URL/],
    [{ token: TOKEN, apiRoot: "ftp://127.0.0.1" }, /apiRoot/],
    [{ token: TOKEN, apiRoot: "http://user:word@127.0.0.1" }, /without user/],
    [{ token: TOKEN, timeoutMs: 0 }, /timeoutMs must be above 0, got 0/],
    [{ token: TOKEN, timeoutMs: Number.NaN }, /timeoutMs/],
  ];
  for (const [options, reason] of refused) {
    assert.throws(
      () => createBotApi(options),
      (error: unknown) => {
        assert.ok(error instanceof BotApiError);
        assert.equal(error.code, "bad-request");
        assert.match(error.message, reason);
        assert.ok(!error.message.includes("\n") && !error.message.includes(SECRET));
        return true;
      },
    );
  }
});

test("calls of one client share kept-alive connections", async () => {
  const ports = new Set<number | undefined>();
  await using server = await startRecordingServer((request, response) => {
    ports.add(request.socket.remotePort);
    answerJson({ ok: true, result: true })(request, response);
  });
  const api = createBotApi({ token: TOKEN, apiRoot: server.root });
  for (let count = 0; count < 5; count += 1) await api.deleteWebhook();
  // Node's fetch opens a second one when the first is still on its way back into the pool.
  assert.ok(ports.size <= 2, `${ports.size} connections for 5 calls`);
});
