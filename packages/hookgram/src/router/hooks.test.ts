import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Bot, HookgramError, Router } from "../index.ts";
import { createTestHost, SAMPLE_BOT, sampleUpdate } from "../testing.ts";

/** A bot with a router `shop` and a router `orders` in it; all their hooks write to `log`. */
function shopBot(log: string[]): { readonly bot: Bot; readonly shop: Router } {
  const orders = new Router("orders");
  const shop = new Router("shop").include(orders);
  const bot = new Bot({ routers: [shop] });
  for (const router of [orders, shop, bot as unknown as Router])
    router
      .onStart(async () => log.push(`start ${router.name}`))
      .onStop(async () => log.push(`stop ${router.name}`));
  return { bot, shop };
}

describe("hooks", () => {
  it("run at start from the root down, and at stop in reverse", async () => {
    const log: string[] = [];
    const host = createTestHost(shopBot(log).bot);
    await host.start();
    assert.deepEqual(log.splice(0), ["start bot", "start shop", "start orders"]);
    await host.stop();
    assert.deepEqual(log, ["stop orders", "stop shop", "stop bot"]);
  });

  it("of a router run in the order in which they were added, one after the other", async () => {
    const log: number[] = [];
    const bot = new Bot()
      .onStart(async () => {
        await Promise.resolve();
        log.push(1);
      })
      .onStart(() => log.push(2));
    await createTestHost(bot).start();
    assert.deepEqual(log, [1, 2]);
  });

  it("find the bot itself, a logger, a signal, and the API behind outgoing middlewares", async () => {
    const bot = new Bot()
      .outgoing((_method, params, next) => next({ ...params, language_code: "de" }))
      .onStart(async ({ api, me, signal, logger }) => {
        assert.equal(me, SAMPLE_BOT);
        assert.equal(signal.aborted, false);
        logger.info({}, "starting");
        await api.setMyCommands({ commands: [] });
      });
    const host = createTestHost(bot);
    await host.start();
    assert.deepEqual(host.calls, [
      { method: "setMyCommands", params: { commands: [], language_code: "de" } },
    ]);
    assert.equal(host.log[0]?.message, "starting");
  });

  it("that fail at start are named, and what had been started is stopped", async () => {
    const log: string[] = [];
    const { bot, shop } = shopBot(log);
    const closed = new Error("The shop is closed until nine");
    shop.onStart(function openShop() {
      throw closed;
    });
    await assert.rejects(createTestHost(bot).start(), (error) => {
      assert.ok(error instanceof HookgramError);
      assert.equal(error.code, "start-hook-failed");
      assert.equal(
        error.message,
        "Start hook bot/shop/openShop failed: The shop is closed until nine",
      );
      assert.equal(error.cause, closed);
      return true;
    });
    assert.deepEqual(log, ["start bot", "start shop", "stop bot"]);
  });

  it("that fail at stop are logged, and the others run", async () => {
    const log: string[] = [];
    const { bot, shop } = shopBot(log);
    shop.onStop(() => Promise.reject(new Error("Stuck")));
    const host = createTestHost(bot);
    await host.start();
    await host.stop();
    assert.deepEqual(log.slice(3), ["stop orders", "stop shop", "stop bot"]);
    assert.deepEqual(
      host.log.map(({ level, message }) => [level, message]),
      [["error", "Stop hook bot/shop/onStop#2 failed"]],
    );
  });

  it("of a bot that was not started do not run at its stop", async () => {
    const log: string[] = [];
    await createTestHost(shopBot(log).bot).stop();
    assert.deepEqual(log, []);
  });

  it("are kept apart for two bots that share a tree", async () => {
    const log: string[] = [];
    const bot = new Bot()
      .onStart(({ me }) => log.push(`start ${me.id}`))
      .onStop(({ me }) => log.push(`stop ${me.id}`));
    const contextOf = (id: number) => ({
      api: {} as never,
      me: { id, is_bot: true as const, first_name: "Bot" },
      signal: new AbortController().signal,
      logger: console,
    });
    await bot.start(contextOf(1));
    await bot.start(contextOf(2));
    await bot.stop(contextOf(1));
    assert.deepEqual(log, ["start 1", "start 2", "stop 1"]);
  });

  it("are shown in the description, and can be added only before the bot runs", async () => {
    const bot = new Bot().onStart(function openShop() {}).onStop(() => undefined);
    assert.equal(bot.describe(), "bot\n  onStart openShop\n  onStop (function)");
    assert.throws(() => new Router("a").onStart("openShop" as never), {
      code: "bad-argument",
      message: 'Router "a", onStart: it takes a function',
    });
    await createTestHost(bot).start();
    assert.throws(() => bot.onStart(() => undefined), { code: "tree-in-use" });
    assert.throws(() => bot.message(() => undefined), { code: "tree-in-use" });
    assert.equal((await createTestHost(bot).feed(sampleUpdate("message"))).status, "unhandled");
  });
});
