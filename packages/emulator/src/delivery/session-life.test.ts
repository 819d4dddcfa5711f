import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Update } from "@hookgram/bot-api";
import { EmulatedBot } from "../../test/emulated-bot.ts";
import { ScriptedPeer } from "../../test/scripted-peer.ts";
import { ANNA, BOT_ID, Stage, TOKEN } from "../../test/stage.ts";

const TEN_MINUTES_S = 600;

describe("close", () => {
  it("is refused for a bot that does not run", async () => {
    await using bot = await EmulatedBot.start();
    const refused = "Bad Request: the bot has already been closed";
    assert.equal((await bot.call("close")).description, refused);
    await bot.call("getMe");
    assert.deepEqual(await bot.call("close"), { ok: true, result: true });
    assert.equal((await bot.call("close")).description, refused);
  });

  it("asks a bot to wait that was started late and runs for less than ten minutes", async () => {
    await using bot = await EmulatedBot.start();
    await bot.advance(TEN_MINUTES_S + 1);
    await bot.call("getMe");
    await bot.advance(100);
    assert.deepEqual(await bot.call("close"), {
      ok: false,
      error_code: 429,
      description: "Too Many Requests: retry after 500",
      parameters: { retry_after: 500 },
    });
    await bot.advance(500);
    assert.equal((await bot.call("close")).ok, true);
  });

  it("keeps the webhook, which goes on when the bot is used again", async () => {
    await using bot = await EmulatedBot.start();
    await using peer = new ScriptedPeer(bot.clock);
    await peer.up();
    await bot.call("setWebhook", { url: `http://127.0.0.1:${peer.port}/` });
    await bot.call("close");
    bot.publish("message", 5);
    await bot.advance(100);
    assert.equal(peer.requests.length, 0);
    await bot.call("getMe");
    await bot.advance(1);
    await peer.down();
    assert.equal(peer.requests.length, 1);
  });
});

describe("logOut", () => {
  it("removes webhook and updates, and the bot cannot be used for ten minutes", async () => {
    await using bot = await EmulatedBot.start();
    await bot.call("setWebhook", { url: "http://127.0.0.1:9/" });
    bot.publish("message", 5);
    assert.deepEqual(await bot.call("logOut"), { ok: true, result: true });
    assert.deepEqual(await bot.call("getMe"), {
      ok: false,
      error_code: 400,
      description: "Logged out",
    });
    await bot.advance(TEN_MINUTES_S);
    assert.deepEqual((await bot.call("getWebhookInfo")).result, {
      url: "",
      has_custom_certificate: false,
      pending_update_count: 0,
    });
  });
});

describe("the collector of expired updates", () => {
  it("comes after ten minutes and then every minute", async () => {
    await using bot = await EmulatedBot.start();
    const pending = async (): Promise<unknown> =>
      ((await bot.call("getWebhookInfo")).result as Record<string, unknown>)[
        "pending_update_count"
      ];
    bot.publish("inline_query", 5);
    await bot.advance(TEN_MINUTES_S - 1);
    assert.equal(await pending(), 1);
    await bot.advance(1);
    assert.equal(await pending(), 0);
    bot.publish("inline_query", 5);
    await bot.advance(59);
    assert.equal(await pending(), 1);
    await bot.advance(1);
    assert.equal(await pending(), 0);
  });
});

describe("a revoked token", () => {
  it("is answered 401, ends a waiting poll and erases the webhook, but keeps the updates", async () => {
    await using stage = await Stage.open();
    const waiting = stage.call("getUpdates", { timeout: 50 });
    await stage.call("getMe");
    const { token } = await stage.act<{ token: string }>("revokeToken");
    const unauthorized = { ok: false, error_code: 401, description: "Unauthorized" };
    assert.deepEqual(await waiting, unauthorized);
    assert.deepEqual(await stage.call("getMe"), unauthorized);
    const { status } = await fetch(`${stage.telegram.url}/file/bot${TOKEN}/photos/file_0.jpg`);
    assert.equal(status, 401);
    await stage.act("say", { person: ANNA, text: "Still there?" });
    const { result } = await stage.call("getUpdates", {}, token);
    assert.equal((result as Update[]).at(-1)?.message?.text, "Still there?");
    await stage.call("setWebhook", { url: "http://127.0.0.1:9/" }, token);
    const own = { token: `${BOT_ID}:${"A".repeat(35)}` };
    assert.deepEqual(await stage.act("revokeToken", own), own);
    const info = await stage.call("getWebhookInfo", {}, own.token);
    assert.equal((info.result as { url: string }).url, "");
    const other = { token: `1${own.token}` };
    assert.match(await stage.fails("revokeToken", other), /^400 the token must begin with/);
  });
});
