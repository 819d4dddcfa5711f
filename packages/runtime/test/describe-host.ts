import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { createBotApi, fileFromBytes, wrapBotApi } from "@hookgram/bot-api";
import type { Invocation } from "hookgram";

import type { WebhookOptions } from "../src/entry/webhook-host.ts";
import { mount, type MountHandle } from "../src/entry/mount.ts";
import { recordingLogger } from "./recording-logger.ts";
import { TestBot } from "./test-bot.ts";
import { messageUpdate, type WebhookAnswer } from "./webhook-client.ts";

/** What a host is asked to have around the bot. */
export interface HostWishes {
  /** Something that reads the body, or its first piece, before the bot's bridge is reached. */
  readonly readsFirst?: "whole" | "part";
  /** The bridge is mounted below this path. */
  readonly prefix?: string;
  /** Something around the bridge that puts this body into every answer that it can reach. */
  readonly puts?: string;
}

export interface RunningHost {
  readonly port: number;
  close(): Promise<void>;
}

/** An HTTP framework with the bridge to it. */
export interface HostKind {
  readonly name: string;
  /** Has a notion of being mounted below a path. */
  readonly hasPrefixes: boolean;
  /** Something around the bridge can put a body into its answers, which the documentation warns of. */
  readonly canBeRewritten: boolean;
  /** Serves the bot, and at `POST /shop` the `name` in the JSON that came, by the framework's means. */
  start(handle: MountHandle, wishes: HostWishes): Promise<RunningHost>;
}

const SECRET = "canary-secret";
const PATH = "/bots/hook";
const ME = { id: 42, is_bot: true, first_name: "Bot", username: "a_bot" } as const;

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly secret?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** A list is sent in pieces, without announcing a length. */
  readonly body: string | readonly string[];
  /** The body never ends. */
  readonly open?: boolean;
}

function send(port: number, sent: Sent): Promise<WebhookAnswer> {
  const { method = "POST", path = PATH, body, open = false, headers } = sent;
  const secret = "secret" in sent ? sent.secret : SECRET;
  const all = {
    "content-type": "application/json",
    ...(secret !== undefined && { "x-telegram-bot-api-secret-token": secret }),
    ...(typeof body === "string" && { "content-length": String(Buffer.byteLength(body)) }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path, method, agent: false, headers: all };
    const request = httpRequest(options, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => {
        resolve({ status: response.statusCode!, headers: response.headers, body: text });
        request.destroy();
      });
    });
    request.on("error", reject);
    for (const piece of typeof body === "string" ? [body] : body) request.write(piece);
    if (!open) request.end();
  });
}

const genuine = (updateId: number, text?: string): Sent => ({
  body: JSON.stringify(messageUpdate(updateId, text)),
});

/** Fails at the text `fail`. */
class FailingBot extends TestBot {
  override async handle(invocation: Invocation): ReturnType<TestBot["handle"]> {
    if (invocation.update.message?.text === "fail") throw new Error("CANARY of the handler");
    return super.handle(invocation);
  }
}

interface GroundOptions extends HostWishes {
  readonly limits?: Partial<WebhookOptions>;
}

async function setUp(context: TestContext, kind: HostKind, options: GroundOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), "hookgram-host-"));
  const bot = new FailingBot();
  const logger = recordingLogger();
  const handle = mount({
    bot,
    logger,
    me: ME,
    token: `42:${"x".repeat(35)}`,
    path: PATH,
    secret: SECRET,
    store: join(folder, "bot.sqlite"),
    retryDelayMs: 1,
    ...options.limits,
  });
  const host = await kind.start(handle, options);
  context.after(async () => {
    await handle.stop({ drainMs: 0 });
    await host.close();
    rmSync(folder, { recursive: true });
  });
  await handle.ready;
  /** Sends, and looks at what every answer has in common: nothing that Telegram could execute. */
  const answerTo = async (sent: Sent): Promise<WebhookAnswer> => {
    const answer = await send(host.port, sent);
    assert.equal(answer.body, "");
    assert.equal(answer.headers["content-length"], "0");
    return answer;
  };
  const stored = (): number => handle.stats().receiver!.stored;
  return { handle, host, bot, logger, answerTo, stored };
}

/** What every way to mount the bot has to do, over real HTTP. */
export function describeHost(kind: HostKind): void {
  describe(kind.name, () => {
    describeGenuine(kind);
    describeReplies(kind);
    describeRefused(kind);
    describeNeighbours(kind);
  });
}

function describeGenuine(kind: HostKind): void {
  test("an update with the right secret is stored, answered 200 and handled", async (context) => {
    const { answerTo, bot } = await setUp(context, kind);
    assert.equal((await answerTo(genuine(7))).status, 200);
    assert.equal((await answerTo({ ...genuine(8), path: `${PATH}?from=proxy` })).status, 200);
    await bot.until(() => bot.handledIds.length === 2);
    assert.deepEqual(bot.handledIds, [7, 8]);
  });

  test("a body comes in pieces and with its keys in any order", async (context) => {
    const { answerTo, bot } = await setUp(context, kind);
    const { message } = messageUpdate(7, "Привет 👋");
    const body = JSON.stringify({ message, update_id: 7 });
    const pieces = [body.slice(0, 50), body.slice(50, 51), body.slice(51)];
    assert.equal((await answerTo({ body: pieces })).status, 200);
    await bot.until(() => bot.handledIds.length === 1);
    assert.equal(bot.begun[0]?.update.message?.text, "Привет 👋");
  });

  test("what is no JSON and what is too large is parked and answered 200", async (context) => {
    const limits = { bodyLimitBytes: 1_000 };
    const { answerTo, handle } = await setUp(context, kind, { limits });
    assert.equal((await answerTo({ body: '{"update_id":7,' })).status, 200);
    assert.equal((await answerTo({ body: "" })).status, 200);
    assert.equal((await answerTo(genuine(8, "x".repeat(1_500)))).status, 200);
    const reasons = (await handle.operator().parked()).map(({ reason }) => reason);
    assert.deepEqual(reasons, ["too-large", "unparsable", "unparsable"]);
  });

  test("the answer does not wait for a slow handler", async (context) => {
    const { answerTo, bot } = await setUp(context, kind);
    const { promise, resolve } = Promise.withResolvers<void>();
    bot.gate = promise;
    assert.equal((await answerTo(genuine(7))).status, 200);
    await bot.until(() => bot.begun.length === 1);
    assert.deepEqual(bot.handledIds, []);
    resolve();
    await bot.until(() => bot.handledIds.length === 1);
  });

  test("a handler that throws does not change the answer, nor hold up the next update", async (context) => {
    const { answerTo, bot, handle } = await setUp(context, kind, { limits: { attemptsMax: 1 } });
    assert.equal((await answerTo(genuine(7, "fail"))).status, 200);
    assert.equal((await answerTo(genuine(8))).status, 200);
    await bot.until(() => bot.handledIds.length === 1);
    assert.deepEqual(bot.handledIds, [8]);
    assert.equal(handle.stats().engine?.parkedNow, 1);
  });
}

/** Makes the call that the message asks for, as a webhook reply. */
class ReplyingBot extends TestBot {
  override async handle(invocation: Invocation): ReturnType<TestBot["handle"]> {
    const { api, update } = invocation;
    const target = { chat_id: update.message!.chat.id };
    const caption = "Привет 👋";
    const asReply = { webhookReply: true };
    await (update.message?.text === "file"
      ? api.sendDocument({ ...target, caption, document: fileFromBytes("x", "x.txt") }, asReply)
      : api.sendMessage({ ...target, text: caption }, asReply));
    return super.handle(invocation);
  }
}

function describeReplies(kind: HostKind): void {
  /** The names of the methods that went to the API are in `calls`. */
  async function setUpReplies(context: TestContext, limits: Partial<WebhookOptions>) {
    const calls: string[] = [];
    const client = createBotApi({ token: `42:${"x".repeat(35)}` });
    const api = wrapBotApi(client, async (method) => calls.push(method));
    const bot = new ReplyingBot();
    const ground = await setUp(context, kind, { limits: { ...limits, bot, api, botId: 42 } });
    return { ...ground, bot, calls };
  }

  test("a webhook reply is in the answer, where the option is on", async (context) => {
    const { host, bot, calls, handle } = await setUpReplies(context, { webhookReply: true });
    const { status, headers, body } = await send(host.port, genuine(7));
    assert.equal(status, 200);
    assert.match(String(headers["content-type"]), /^application\/json/);
    assert.equal(headers["content-length"], String(Buffer.byteLength(body)));
    const call = { chat_id: 1, text: "Привет 👋", method: "sendMessage" };
    assert.deepEqual(JSON.parse(body), call);
    await bot.until(() => bot.handledIds.length === 1);
    assert.deepEqual(calls, []);
    assert.deepEqual(handle.stats().receiver?.replies, { written: 1, cut: 0, lost: 0 });
  });

  test("a webhook reply with a file goes by the API", async (context) => {
    const { answerTo, bot, calls } = await setUpReplies(context, { webhookReply: true });
    assert.equal((await answerTo(genuine(7, "file"))).status, 200);
    await bot.until(() => bot.handledIds.length === 1);
    assert.deepEqual(calls, ["sendDocument"]);
  });

  test("without the option, no answer ever has a body", async (context) => {
    const { answerTo, bot, calls, handle } = await setUpReplies(context, {});
    assert.equal((await answerTo(genuine(7))).status, 200);
    await bot.until(() => bot.handledIds.length === 1);
    assert.deepEqual(calls, ["sendMessage"]);
    assert.equal(handle.stats().receiver?.replies, undefined);
  });
}

function describeRefused(kind: HostKind): void {
  test("a wrong secret and a missing one are answered 401", async (context) => {
    const { answerTo, stored } = await setUp(context, kind);
    assert.equal((await answerTo({ ...genuine(7), secret: "wrong" })).status, 401);
    assert.equal((await answerTo({ ...genuine(7), secret: undefined })).status, 401);
    assert.equal(stored(), 0);
  });

  test("another method is answered 405, an encoding 415", async (context) => {
    const { answerTo, stored } = await setUp(context, kind);
    assert.equal((await answerTo({ ...genuine(7), method: "PUT" })).status, 405);
    const encoded = { ...genuine(7), headers: { "content-encoding": "gzip" } };
    assert.equal((await answerTo(encoded)).status, 415);
    assert.equal(stored(), 0);
  });

  test("a flood is answered 413, announced or not", async (context) => {
    const limits = { bodyLimitBytes: 1_000 };
    const { answerTo, stored } = await setUp(context, kind, { limits });
    const flood = "x".repeat(16_001);
    assert.equal((await answerTo({ body: flood })).status, 413);
    assert.equal((await answerTo({ body: [flood] })).status, 413);
    assert.equal(stored(), 0);
  });

  test("a body that does not arrive in time is answered 408", async (context) => {
    const { answerTo, stored } = await setUp(context, kind, { limits: { bodyTimeoutMs: 20 } });
    assert.equal((await answerTo({ body: ['{"update_id":'], open: true })).status, 408);
    assert.equal(stored(), 0);
  });

  test("a client that goes away in the middle of its body leaves nothing behind", async (context) => {
    const { host, answerTo, stored } = await setUp(context, kind);
    const headers = { "x-telegram-bot-api-secret-token": SECRET, "content-length": "100" };
    const target = { host: "127.0.0.1", port: host.port, path: PATH, agent: false };
    const request = httpRequest({ ...target, method: "POST", headers });
    request.on("error", () => {});
    request.write('{"update_id":', () => void request.destroy());
    await new Promise((resolve) => request.once("close", resolve));
    assert.equal((await answerTo(genuine(7))).status, 200);
    assert.equal(stored(), 1);
  });

  test("the address of the other end is held against the allow list", async (context) => {
    const near = await setUp(context, kind, { limits: { allow: ["127.0.0.1"] } });
    assert.equal((await near.answerTo(genuine(7))).status, 200);
    const far = await setUp(context, kind, { limits: { allow: ["149.154.160.0/20"] } });
    assert.equal((await far.answerTo(genuine(7))).status, 403);
  });

  test("after the stop Telegram is asked to come again", async (context) => {
    const { answerTo, handle } = await setUp(context, kind);
    await handle.stop();
    const answer = await answerTo(genuine(7));
    assert.equal(answer.status, 503);
    assert.equal(answer.headers["retry-after"], "1");
  });
}

function describeNeighbours(kind: HostKind): void {
  for (const readsFirst of ["whole", "part"] as const) {
    test(`nothing is lost when something else has read the body: ${readsFirst}`, async (context) => {
      const { answerTo, stored, logger } = await setUp(context, kind, { readsFirst });
      assert.equal((await answerTo(genuine(7))).status, 503);
      assert.equal(stored(), 0);
      assert.match(logger.lines.join("\n"), /mount hookgram before anything that parses bodies/);
    });
  }

  test("other paths are the framework's, and it reads their bodies itself", async (context) => {
    const { host, answerTo } = await setUp(context, kind);
    const order = { path: "/shop", body: '{"name":"tea"}' };
    assert.deepEqual((await send(host.port, order)).body, "tea");
    assert.equal((await send(host.port, { ...order, path: `${PATH}s` })).status, 404);
    assert.equal((await answerTo(genuine(7))).status, 200);
  });

  test("below a prefix the whole path counts", { skip: !kind.hasPrefixes }, async (context) => {
    const { answerTo, host, bot } = await setUp(context, kind, { prefix: "/bots" });
    assert.equal((await answerTo(genuine(7))).status, 200);
    await bot.until(() => bot.handledIds.length === 1);
    assert.equal((await send(host.port, { ...genuine(8), path: "/bots/bots/hook" })).status, 404);
    assert.equal((await send(host.port, { ...genuine(8), path: "/hook" })).status, 404);
  });

  const skip = kind.canBeRewritten;
  test("nothing around the bridge can put a body into its answers", { skip }, async (context) => {
    const puts = '{"method":"leaveChat"}';
    const { answerTo } = await setUp(context, kind, { puts });
    assert.equal((await answerTo(genuine(7))).status, 200);
  });
}
