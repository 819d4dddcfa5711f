import assert from "node:assert/strict";
import { test } from "node:test";
import { answerJson, startRecordingServer } from "../test/recording-server.ts";
import { type AroundCall, createBotApi, METHOD_NAMES, wrapBotApi } from "./index.ts";

const TOKEN = `4242:AAH9k_x-3Zq7Lw0VbN5mT8cRyU2pEoGdJfs`;

/** A client of a server that answers every call with its own method and body. */
async function startEcho() {
  const server = await startRecordingServer((request, response) => {
    const result = { file_path: "a/b", asked: request.url?.split("/").at(-1) };
    answerJson({ ok: true, result })(request, response);
  });
  return { server, api: createBotApi({ token: TOKEN, apiRoot: server.root }) };
}

test("every call of a wrapped client goes through the wrapper, in order of nesting", async () => {
  const { api, server } = await startEcho();
  await using _ = server;
  const log: string[] = [];
  const logged =
    (name: string): AroundCall =>
    async (method, params, next) => {
      log.push(`${name} before ${method} ${JSON.stringify(params)}`);
      const result = await next();
      log.push(`${name} after`);
      return result;
    };
  const wrapped = wrapBotApi(wrapBotApi(api, logged("inner")), logged("outer"));
  await wrapped.sendMessage({ chat_id: 1, text: "x" });
  await wrapped.call("getMe");
  assert.deepEqual(log, [
    'outer before sendMessage {"chat_id":1,"text":"x"}',
    'inner before sendMessage {"chat_id":1,"text":"x"}',
    "inner after",
    "outer after",
    "outer before getMe {}",
    "inner before getMe {}",
    "inner after",
    "outer after",
  ]);
  assert.deepEqual(new Set(Object.keys(wrapped)), new Set([...METHOD_NAMES, "call", "download"]));
});

test("a wrapper may change parameters and options, answer by itself, and repeat", async () => {
  const { api, server } = await startEcho();
  await using _ = server;
  const wrapped = wrapBotApi(api, async (method, params, next, options) => {
    if (method === "getMe") return { id: 1, is_bot: true, first_name: "Local" };
    await next({ ...params, protect_content: true }, { ...options, timeoutMs: 1000 });
    return next();
  });
  assert.equal((await wrapped.getMe()).first_name, "Local");
  await wrapped.sendMessage({ chat_id: 1, text: "x" });
  assert.deepEqual(
    server.requests.map(({ body }) => body.toString()),
    ['{"chat_id":1,"text":"x","protect_content":true}', '{"chat_id":1,"text":"x"}'],
  );
});

test("the wrapper sees the caller's options, and next keeps them", async () => {
  const { api, server } = await startEcho();
  await using _ = server;
  const controller = new AbortController();
  const wrapped = wrapBotApi(api, (_method, _params, next, options) => {
    assert.equal(options?.signal, controller.signal);
    controller.abort();
    return next();
  });
  const call = wrapped.getChat({ chat_id: 1 }, { signal: controller.signal });
  await assert.rejects(call, { code: "aborted" });
});

test("a download by id asks for the path through the wrapper", async () => {
  const { api, server } = await startEcho();
  await using _ = server;
  const seen: string[] = [];
  const wrapped = wrapBotApi(api, (method, _params, next) => {
    seen.push(method);
    return next();
  });
  await (await wrapped.download({ file_id: "F" })).bytes();
  await (await wrapped.download("a/c")).bytes();
  assert.deepEqual(seen, ["getFile"]);
  assert.deepEqual(
    server.requests.map(({ url }) => url.split("/").slice(-2).join("/")),
    [`bot${TOKEN}/getFile`, "a/b", "a/c"],
  );
});

test("a wrapped client is like a plain object that cannot be changed", async () => {
  const wrapped = wrapBotApi(createBotApi({ token: TOKEN }), () => Promise.resolve("answered"));
  assert.equal(wrapped.getMe, wrapped.getMe, "a method is the same each time");
  assert.equal("getMe" in wrapped, true);
  assert.equal("getNobody" in wrapped, false);
  assert.equal("then" in wrapped, false, "async functions can give it");
  const { getMe } = { ...wrapped };
  assert.equal(await getMe(), "answered");
  assert.throws(() => Object.assign(wrapped, { getMe: undefined }), TypeError);
  assert.equal(Reflect.deleteProperty(wrapped, "getMe"), false);
  assert.equal(typeof wrapped.getMe, "function");
});
