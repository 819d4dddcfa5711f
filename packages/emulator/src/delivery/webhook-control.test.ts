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

/** Never finds an address, so that nothing is connected to. */
const stillLooking = (): Promise<never> => new Promise(() => undefined);

describe("a setWebhook by the cloud's rules", () => {
  it("has 40 connections unless told otherwise, and 100 at most", async () => {
    await using bot = await EmulatedBot.start({ cloudRules: true, resolver: stillLooking });
    const connectionsMax = async (params: object): Promise<unknown> => {
      const ended = bot.call("setWebhook", { url: "https://bot.example/", ...params });
      ended.catch(() => undefined);
      await bot.advance(1);
      const { result } = await bot.call("getWebhookInfo");
      return (result as Record<string, unknown>)["max_connections"];
    };
    const shown = [await connectionsMax({})];
    for (const max of [1_000, 100, 0, -5])
      shown.push(await connectionsMax({ max_connections: max }));
    assert.deepEqual(shown, [40, 100, 100, 1, 1]);
  });
});

describe("a setWebhook whose bot stops", () => {
  it("is told so", async () => {
    await using bot = await EmulatedBot.start({ resolver: stillLooking });
    await bot.call("getMe");
    const waiting = bot.call("setWebhook", { url: "https://bot.example/" });
    await bot.advance(1);
    await bot.call("close");
    assert.deepEqual(await waiting, {
      ok: false,
      error_code: 500,
      description: "Internal Server Error: restart",
    });
  });
});

describe("getWebhookInfo", () => {
  it("has its fields in the order of the original", async () => {
    await using bot = await EmulatedBot.start();
    const url = "http://127.0.0.1:9/";
    await bot.call("setWebhook", { url, allowed_updates: ["poll"] });
    await bot.advance(1);
    assert.deepEqual(Object.keys((await bot.call("getWebhookInfo")).result as object), [
      "url",
      "has_custom_certificate",
      "pending_update_count",
      "last_error_date",
      "last_error_message",
      "max_connections",
      "ip_address",
      "allowed_updates",
    ]);
  });
});

describe("a webhook after a restart", () => {
  const kept = (url: string) => ({
    url,
    secret_token: "",
    max_connections: 40,
    fixed_ip_address: "",
    ip_address: "149.154.167.220",
  });

  it("has the address from before, which is looked up again within half an hour", async () => {
    const askedAt: number[] = [];
    await using bot = await EmulatedBot.start({
      random: () => 0.5,
      resolver: async () => {
        askedAt.push(bot.secondsAt(bot.clock.monotonic()));
        return ["127.0.0.2"];
      },
    });
    bot.session.webhook.restore({ ...kept("http://bot.example:9/"), ip_address: "127.0.0.1" });
    const shown = async (): Promise<unknown> =>
      ((await bot.call("getWebhookInfo")).result as Record<string, unknown>)["ip_address"];
    await bot.advance(899);
    assert.deepEqual([await shown(), askedAt], ["127.0.0.1", []]);
    await bot.advance(1);
    assert.deepEqual([await shown(), askedAt], ["127.0.0.2", [900]]);
  });

  it("is forgotten when the rules of this start forbid it", async () => {
    await using bot = await EmulatedBot.start({ cloudRules: true, resolver: stillLooking });
    const forbidden = [
      kept("http://bot.example/"),
      kept("https://bot.example:444/"),
      { ...kept("https://bot.example/"), fixed_ip_address: "10.0.0.1" },
    ];
    for (const snapshot of forbidden) {
      bot.session.webhook.restore(snapshot);
      assert.equal(bot.session.webhook.info()["url"], "", snapshot.url);
    }
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
