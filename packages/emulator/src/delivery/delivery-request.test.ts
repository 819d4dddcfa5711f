import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EmulatedBot } from "../../test/emulated-bot.ts";
import { OK, respond, ScriptedPeer } from "../../test/scripted-peer.ts";

const FAIL = respond("500 Internal Server Error");
const STRAY = "HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\n\r\n";
const BODY =
  '{"update_id":2000001,\n"message":{"message_id":1,"date":1700000000,' +
  '"chat":{"id":5,"type":"private","first_name":"Zo\\u00eb \\ud83d\\ude00"},"text":"a/b\\n"}}';

/** Sets a webhook at a peer, queues one message for it and lets a second pass. */
async function deliverOne(
  bot: EmulatedBot,
  peer: ScriptedPeer,
  options: { readonly userinfo?: string; readonly path?: string; readonly params?: object },
): Promise<void> {
  await peer.up();
  const { userinfo = "", path = "", params = {} } = options;
  const url = `http://${userinfo}127.0.0.1:${peer.port}${path}`;
  assert.equal((await bot.call("setWebhook", { url, ...params })).ok, true);
  bot.session.publish("message", {
    message_id: 1,
    date: 1_700_000_000,
    chat: { id: 5, type: "private", first_name: "Zoë 😀" },
    text: "a/b\n",
  });
  await bot.advance(1);
  await peer.down();
}

describe("the request of a delivery", () => {
  it("has these bytes in this order, and nothing else", async () => {
    await using bot = await EmulatedBot.start();
    await using peer = new ScriptedPeer(bot.clock);
    const params = { secret_token: "s3cr_et-T" };
    await deliverOne(bot, peer, { userinfo: "user:p%40ss@", path: "/hook/path?x=1#y", params });
    const { head, body } = peer.requests[0]!;
    assert.equal(body, BODY);
    assert.equal(
      head,
      "POST /hook/path?x=1#y HTTP/1.1\r\n" +
        `Host: 127.0.0.1:${peer.port}\r\n` +
        "Authorization: Basic dXNlcjpwJTQwc3M=\r\n" +
        "X-Telegram-Bot-Api-Secret-Token: s3cr_et-T\r\n" +
        "Content-Type: application/json\r\n" +
        `Content-Length: ${BODY.length}\r\n` +
        "Connection: keep-alive\r\n" +
        "Accept-Encoding: gzip, deflate\r\n\r\n",
    );
  });

  it("has neither secret nor authorization when there is none", async () => {
    await using bot = await EmulatedBot.start();
    await using peer = new ScriptedPeer(bot.clock);
    await deliverOne(bot, peer, { path: "?x" });
    assert.equal(
      peer.requests[0]!.head,
      `POST /?x HTTP/1.1\r\nHost: 127.0.0.1:${peer.port}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${BODY.length}\r\nConnection: keep-alive\r\nAccept-Encoding: gzip, deflate\r\n\r\n`,
    );
  });

  it("is the same byte for byte when it is repeated", async () => {
    await using bot = await EmulatedBot.start();
    await using peer = new ScriptedPeer(bot.clock);
    const answers = [FAIL, OK];
    peer.act = () => answers.shift() ?? OK;
    await deliverOne(bot, peer, { path: "/hook" });
    const [first, second] = peer.requests;
    assert.deepEqual([second?.head, second?.body], [first?.head, first?.body]);
  });

  it("is followed by a bare status line when the answer cannot be read", async () => {
    await using bot = await EmulatedBot.start();
    await using peer = new ScriptedPeer(bot.clock);
    peer.act = () => ({ send: "garbage\r\n\r\n" });
    await deliverOne(bot, peer, { path: "/hook" });
    assert.deepEqual(peer.strays, [STRAY]);
  });
});

describe("a delivery in the journal", () => {
  it("tells attempt, status, error, duration, retry and outcome", async () => {
    await using bot = await EmulatedBot.start();
    await using peer = new ScriptedPeer(bot.clock);
    const answers = [FAIL, "end", { ...OK, afterMs: 250 }] as const;
    let count = 0;
    peer.act = () => answers[count++] ?? OK;
    await peer.up();
    await bot.call("setWebhook", { url: `http://127.0.0.1:${peer.port}/` });
    const updateId = bot.publish("message", 5);
    await bot.advance(10);
    await peer.down();
    const common = { type: "delivery", bot_id: 123_456, update_id: updateId, kind: "message" };
    const { entries } = bot.telegram.journal.read();
    const deliveries = entries.filter(({ type }) => type === "delivery");
    const startMs = 1_700_000_000_000;
    assert.deepEqual(
      deliveries.map(({ seq: _seq, at_ms: atMs, ...rest }) => ({
        at_s: (atMs - startMs) / 1000,
        ...rest,
      })),
      [
        {
          at_s: 0,
          ...common,
          attempt: 1,
          status: 500,
          error: "Wrong response from the webhook: 500 Internal Server Error",
          duration_ms: 0,
          retry_in_s: 0,
          outcome: "failed",
        },
        {
          at_s: 0,
          ...common,
          attempt: 2,
          status: null,
          error: "Webhook connection closed",
          duration_ms: 0,
          retry_in_s: 2,
          outcome: "failed",
        },
        { at_s: 2.25, ...common, attempt: 3, status: 200, duration_ms: 250, outcome: "delivered" },
      ],
    );
  });
});
