import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Bot } from "hookgram";

import { recordingLogger } from "../../test/recording-logger.ts";
import {
  ME,
  ok,
  refusal,
  type ScriptedAnswer,
  type ScriptedCall,
  scriptTelegram,
} from "../../test/scripted-telegram.ts";
import { TestBot } from "../../test/test-bot.ts";
import { deliver, messageUpdate } from "../../test/webhook-client.ts";
import { RuntimeError } from "../error.ts";
import { listen, type ListenOptions } from "./listen.ts";
import { mountWithFlows } from "./mount-with-flows.ts";
import { mount } from "./mount.ts";
import { poll } from "./poll.ts";
import { setWebhookAndListen } from "./set-webhook-and-listen.ts";

const SECRET = "canary-secret";

/** A webhook that is whatever was set last. */
function ordinaryTelegram(): (call: ScriptedCall) => ScriptedAnswer {
  let webhook: Record<string, unknown> = { url: "" };
  return ({ method, params }) => {
    if (method === "getMe") return ok(ME);
    if (method === "setWebhook")
      webhook = { max_connections: 40, ip_address: "<unknown>", ...params };
    if (method === "deleteWebhook") webhook = { url: "" };
    if (method !== "getWebhookInfo") return ok(method === "getUpdates" ? [] : true);
    const { secret_token: _hidden, ...info } = webhook;
    return ok({ has_custom_certificate: false, pending_update_count: 0, ...info });
  };
}

/** Everything that an entry point needs for one test, in a folder that goes away with it. */
async function setUp(
  context: TestContext,
  answer: (
    call: ScriptedCall,
    count: number,
  ) => ScriptedAnswer | Promise<ScriptedAnswer> = ordinaryTelegram(),
) {
  const telegram = await scriptTelegram(answer);
  const folder = mkdtempSync(join(tmpdir(), "hookgram-entry-"));
  const logger = recordingLogger();
  context.after(async () => {
    await telegram.close();
    rmSync(folder, { recursive: true });
  });
  const bot = new TestBot();
  const store = join(folder, "bot.sqlite");
  const { token, apiRoot } = telegram;
  const common = { bot, store, token, apiRoot, logger, host: "127.0.0.1", port: 0 };
  const methods = (): string[] => telegram.calls.map(({ method }) => method);
  return { telegram, folder, logger, bot, common, methods };
}

async function started(context: TestContext, options: ListenOptions) {
  const handle = listen({ secret: SECRET, path: "/hook", ...options });
  context.after(() => handle.stop({ drainMs: 0 }));
  await handle.ready;
  return { handle, target: { port: handle.port()!, path: "/hook", secret: SECRET } };
}

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

test("mountWithFlows: updates come by typed loops, and what was not finished comes again", async (context) => {
  const { common } = await setUp(context);
  const { bot: _none, ...rest } = common;
  const handle = mountWithFlows({ ...rest, secret: SECRET, kinds: ["message"], retryDelayMs: 1 });
  const server = createServer(handle.listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await handle.ready;
  const target = {
    port: (server.address() as AddressInfo).port,
    path: handle.path,
    secret: SECRET,
  };
  await deliver(target, messageUpdate(7, "one"));
  for await (const event of handle.flow("message")) {
    assert.equal(event.update.message.text, "one");
    assert.equal(event.attempt, 1);
    assert.equal(event.me.id, 42);
    break;
  }
  await deliver(target, messageUpdate(8, "two"));
  const seen: string[] = [];
  for await (const { update, attempt } of handle.flow("message")) {
    seen.push(`${update.message.text} ${attempt}`);
    if (seen.length === 2) break;
  }
  assert.deepEqual(seen.sort(), ["one 2", "two 1"]);
  const last = handle.flow("message").next();
  await handle.stop({ drainMs: 0 });
  assert.equal((await last).done, true);
});

test("poll: updates are handled with the same context and confirmed", async (context) => {
  const ordinary = ordinaryTelegram();
  const { bot, common, telegram } = await setUp(context, (call) => {
    if (call.method !== "getUpdates") return ordinary(call);
    if (call.params["offset"] === 0) return ok([messageUpdate(7), messageUpdate(8)]);
    return call.params["timeout"] === 0 ? ok([]) : "hang";
  });
  const handle = poll(common);
  await handle.ready;
  await bot.until(() => bot.handledIds.length === 2);
  assert.deepEqual(bot.handledIds, [7, 8]);
  assert.equal(bot.begun[0]?.me.username, "a_bot");
  assert.equal(handle.stats().poller?.received, 2);
  assert.equal((await handle.stop()).left, 0);
  const offsets = telegram.calls.filter(({ method }) => method === "getUpdates");
  assert.equal(offsets.at(-1)?.params["offset"], 9);
});

test("poll: a webhook that is set is an error, unless it may be deleted", async (context) => {
  const { common, telegram, methods, logger } = await setUp(context);
  await telegram.api.setWebhook({ url: "https://bot.example.com/canary-path" });
  await assert.rejects(poll(common).ready, {
    code: "webhook-active",
    message:
      "the bot has a webhook at https://bot.example.com/…; run it by webhook, or delete the webhook first (option deleteWebhook)",
  });
  assert.equal(methods().includes("deleteWebhook"), false);
  const handle = poll({ ...common, deleteWebhook: true });
  await handle.ready;
  await handle.stop({ drainMs: 0 });
  const deleted = telegram.calls.find(({ method }) => method === "deleteWebhook");
  assert.deepEqual(deleted?.params["drop_pending_updates"], undefined);
  assert.equal(
    logger.lines.some((line) => line.includes("deleted the bot's webhook")),
    true,
  );
});

const TOKEN = `42:CANARY_TOKEN_${"x".repeat(22)}`;
const MISTAKES: readonly (readonly [name: string, start: () => unknown, message: RegExp])[] = [
  ["no token", () => listen({ bot: new TestBot() }), /^give the bot's token, or api together/],
  ["a malformed token", () => poll({ bot: new TestBot(), token: "CANARY" }), /no colon/],
  [
    "the token in the path",
    () => listen({ bot: new TestBot(), token: TOKEN, path: `/bot${TOKEN}` }),
    /^path contains the bot's token/,
  ],
  [
    "the token in the URL",
    () =>
      setWebhookAndListen({ bot: new TestBot(), token: TOKEN, url: `https://a.example/${TOKEN}` }),
    /^url contains the bot's token/,
  ],
  [
    "a secret that Telegram would refuse",
    () => mount({ bot: new TestBot(), token: TOKEN, secret: "CANARY SECRET" }),
    /1 to 256 characters of A-Z/,
  ],
  [
    "an impossible network",
    () => mount({ bot: new TestBot(), token: TOKEN, secret: SECRET, allow: ["telegram"] }),
    /^"telegram" is not a network/,
  ],
  [
    "a polling time that Telegram would change",
    () => poll({ bot: new TestBot(), token: TOKEN, timeoutSeconds: 60 }),
    /^timeoutSeconds is a whole number from 1 to 50; got 60$/,
  ],
];

for (const [name, start, message] of MISTAKES) {
  test(`a mistake is one clear line without a secret: ${name}`, () => {
    assert.throws(start, (error) => {
      assert.ok(error instanceof RuntimeError);
      assert.equal(error.code, "bad-options");
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n|canary/i);
      return true;
    });
  });
}

test("a client of another bot than botId says is found at the start", async (context) => {
  const { common, telegram } = await setUp(context);
  const { token: _token, ...rest } = common;
  const handle = poll({ ...rest, api: telegram.api, botId: 43 });
  await assert.rejects(handle.ready, {
    code: "bad-options",
    message: "the client is bot 42, and botId says 43; give the id of the client's own bot",
  });
});

test("no error path shows the token or a secret", async (context) => {
  const answers: readonly ScriptedAnswer[] = [
    "cut",
    refusal(401, "Unauthorized"),
    refusal(400, "Bad Request"),
    { status: 502, json: "<html>bad gateway</html>" },
  ];
  const shown: unknown[] = [];
  for (const answer of answers) {
    const { common, logger } = await setUp(context, () => answer);
    const options = { ...common, startTimeoutMs: 0, secret: SECRET };
    const url = "https://canary:canary@a.example/canary";
    for (const start of [
      () => listen(options),
      () => setWebhookAndListen({ ...options, url }),
      () => poll(options),
    ]) {
      const handle = start();
      const error = await handle.ready.then(
        () => undefined,
        (reason: Error) => reason,
      );
      assert.ok(error instanceof RuntimeError);
      shown.push(error.message, error.stack, Object.entries(error), handle.stats());
    }
    shown.push(logger.lines);
  }
  assert.doesNotMatch(JSON.stringify(shown), /canary/i);
});
