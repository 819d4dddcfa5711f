import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EmulatedBot } from "../../test/emulated-bot.ts";

const PENDING =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

describe("a setWebhook whose host is still being looked up", () => {
  it("shows an unknown address, refuses getUpdates and is ended by the next setWebhook", async () => {
    const asked = Promise.withResolvers<void>();
    const found = Promise.withResolvers<readonly string[]>();
    const resolver = (): Promise<readonly string[]> => {
      asked.resolve();
      return found.promise;
    };
    await using bot = await EmulatedBot.start({ resolver });
    const first = bot.call("setWebhook", { url: "https://bot.example/", max_connections: 3 });
    await asked.promise;
    assert.deepEqual((await bot.call("getWebhookInfo")).result, {
      url: "https://bot.example/",
      has_custom_certificate: false,
      pending_update_count: 0,
      max_connections: 3,
      ip_address: "<unknown>",
    });
    assert.equal((await bot.call("getUpdates")).description, PENDING);
    await bot.advance(5);
    const second = await bot.call("setWebhook", { url: "http://127.0.0.1:9/" });
    assert.equal(second.description, "Webhook was set");
    assert.deepEqual(await first, {
      ok: false,
      error_code: 409,
      description: "Conflict: terminated by other setWebhook",
    });
    found.reject(new Error("The lookup that nobody waits for any more failed."));
    await bot.advance(1);
    const info = (await bot.call("getWebhookInfo")).result as Record<string, unknown>;
    assert.equal(info["url"], "http://127.0.0.1:9/");
  });
});

describe("a webhook in the journal", () => {
  it("is set and deleted, without its credentials", async () => {
    await using bot = await EmulatedBot.start();
    await bot.call("setWebhook", { url: "http://user:pass@127.0.0.1:9/hook" });
    await bot.call("deleteWebhook");
    await bot.call("deleteWebhook");
    const { entries } = bot.telegram.journal.read();
    const shown = entries.flatMap((entry) =>
      entry.type === "webhook" ? [`${entry.state} ${entry.url}`] : [],
    );
    assert.deepEqual(shown, ["set http://127.0.0.1:9/hook", "deleted http://127.0.0.1:9/hook"]);
  });
});
