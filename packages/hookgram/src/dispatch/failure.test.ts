import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { and, Bot, errorIs, HookgramError, type Next, reject, Router, skip } from "../index.ts";
import { createTestHost, sampleUpdate } from "../testing.ts";

const hello = sampleUpdate("message", { text: "Hello" });

class ShopClosed extends Error {}
const closed = new ShopClosed("The shop is closed until nine");
function fail(): never {
  throw closed;
}

/** What feeding one message to the bot is rejected with. */
async function failureOf(bot: Bot): Promise<HookgramError> {
  const error: unknown = await createTestHost(bot)
    .feed(hello)
    .then(
      () => assert.fail("nothing was thrown"),
      (reason: unknown) => reason,
    );
  assert.ok(error instanceof HookgramError);
  return error;
}

describe("an error that nobody handles", () => {
  const places: readonly (readonly [string, string, (router: Router) => void])[] = [
    ["handler-failed", "Handler bot/shop/message#1", (router) => router.message(() => fail())],
    [
      "handler-failed",
      "Handler bot/shop/sell",
      (router) =>
        router.message(async function sell() {
          await Promise.reject(closed);
        }),
    ],
    [
      "filter-failed",
      "Filter isOpen of bot/shop/message#1",
      (router) =>
        router.message(
          function isOpen() {
            return fail();
          },
          () => undefined,
        ),
    ],
    [
      "filter-failed",
      "Filter isOpen of bot/shop/message#2",
      (router) => {
        router.message(
          () => false,
          () => undefined,
        );
        router.message(
          async () => true,
          async function isOpen() {
            return fail();
          },
          () => undefined,
        );
      },
    ],
    [
      "filter-failed",
      "Filter and(fail, isOpen) of bot/shop/message#1",
      (router) =>
        router.message(
          and(fail, function isOpen() {
            return true;
          }),
          () => undefined,
        ),
    ],
    [
      "filter-failed",
      "Root filter fail of bot/shop",
      (router) => router.filter(fail).message(() => undefined),
    ],
    ["middleware-failed", "Middleware bot/shop/fail", (router) => router.outer(fail)],
    [
      "middleware-failed",
      "Middleware bot/shop/inner#1",
      (router) =>
        router
          .inner(async (_context, next) => {
            await next();
            return fail();
          })
          .message(() => undefined),
    ],
  ];
  for (const [code, what, register] of places)
    it(`says where it was thrown: ${what}`, async () => {
      const shop = new Router("shop");
      register(shop);
      const error = await failureOf(new Bot({ routers: [shop] }));
      assert.equal(error.code, code);
      assert.equal(error.message, `${what} failed: The shop is closed until nine`);
      assert.equal(error.cause, closed);
    });

  it("is seen as it is by the middlewares around it, and keeps its place when they throw it on", async () => {
    const seen: unknown[] = [];
    const look = async (_context: object, next: Next): Promise<never> => {
      try {
        return (await next()) as never;
      } catch (error) {
        seen.push(error);
        throw error;
      }
    };
    const bot = new Bot().outer(look).inner(look);
    bot.message(fail);
    assert.equal((await failureOf(bot)).code, "handler-failed");
    assert.deepEqual(seen, [closed, closed]);
  });

  it("may be no Error at all", async () => {
    const bot = new Bot();
    bot.message(() => {
      throw "plain text";
    });
    const error = await failureOf(bot);
    assert.equal(error.message, "Handler bot/message#1 failed: plain text");
    assert.equal(error.cause, "plain text");
  });

  it("can be turned into a result by a middleware", async () => {
    const bot = new Bot().outer(async (_context, next) => {
      try {
        return await next();
      } catch {
        return skip;
      }
    });
    bot.message(fail);
    const host = createTestHost(bot);
    assert.deepEqual(await host.feed(hello), { status: "unhandled" });
    assert.deepEqual(
      host.log.map(({ level, fields }) => [level, fields["middleware"], fields["error"]]),
      [["warn", "bot/outer#1", closed]],
    );
  });

  it("is in the log when a middleware throws another one in its place, but not when it is its cause", async () => {
    for (const [replacement, lines] of [
      [new Error("another"), 1],
      [new Error("wrapped", { cause: new Error("twice", { cause: closed }) }), 0],
    ] as const) {
      const bot = new Bot().outer((_context, next) =>
        next().catch(() => {
          throw replacement;
        }),
      );
      bot.message(fail);
      const host = createTestHost(bot);
      await assert.rejects(host.feed(hello), { code: "middleware-failed", cause: replacement });
      assert.equal(host.log.length, lines);
    }
  });
});

describe("error handlers", () => {
  it("are asked from the failing router to the root, and not in other routers", async () => {
    const asked: string[] = [];
    const inner = new Router("inner");
    const outer = new Router("outer").include(inner);
    const sibling = new Router("sibling");
    const below = new Router("below");
    inner.include(below);
    const bot = new Bot({ routers: [sibling, outer] });
    for (const router of [inner, outer, sibling, below, bot])
      (router as Router).errors(() => {
        asked.push(router.name);
        return skip;
      });
    inner.message(fail);
    assert.equal((await failureOf(bot)).cause, closed);
    assert.deepEqual(asked, ["inner", "outer", "bot"]);
  });

  it("deal with the update when one returns nothing; the outcome names it", async () => {
    const shop = new Router("shop");
    shop.message(fail);
    shop.errors(errorIs(TypeError), () => assert.fail("not a TypeError"));
    shop.errors(errorIs(ShopClosed, "until ten"), () => assert.fail("another message"));
    shop.errors(
      errorIs([TypeError, ShopClosed], /until (nine|ten)/),
      async function apologise({ error, match, reply }) {
        assert.equal(match[1], "nine");
        await reply?.(error.message);
      },
    );
    shop.errors(() => assert.fail("asked after the first that took it"));
    const host = createTestHost(new Bot({ routers: [shop] }));
    assert.deepEqual(await host.feed(hello), { status: "handled", handler: "bot/shop/apologise" });
    assert.deepEqual(host.calls, [
      { method: "sendMessage", params: { chat_id: 7, text: "The shop is closed until nine" } },
    ]);
  });

  it("leave their router with reject", async () => {
    const shop = new Router("shop");
    shop.message(fail);
    shop.errors(() => reject);
    shop.errors(() => assert.fail("asked after reject"));
    const bot = new Bot({ routers: [shop] });
    bot.errors(() => undefined);
    assert.deepEqual(await createTestHost(bot).feed(hello), {
      status: "handled",
      handler: "bot/errors#1",
    });
  });

  it("find the data that the failing handler had, and the failure", async () => {
    const bot = new Bot().outer((_context, next) => next({ customer: "Ada" }));
    bot.message(() => ({ order: 5 }), fail);
    bot.errors((context) => {
      assert.equal(context.customer, "Ada");
      assert.equal((context as { order?: number }).order, 5);
      assert.equal(context.error, closed);
      assert.equal(context.failure.code, "handler-failed");
      assert.equal(context.chat?.id, 7);
    });
    assert.equal((await createTestHost(bot).feed(hello)).status, "handled");
  });

  it("have no reply where the update came from no chat", async () => {
    const bot = new Bot();
    bot.inlineQuery(fail);
    bot.errors(({ reply }) => assert.equal(reply, undefined));
    const outcome = await createTestHost(bot).feed(sampleUpdate("inline_query"));
    assert.equal(outcome.status, "handled");
  });

  it("let the failure through by throwing the same error, without asking further ones", async () => {
    const bot = new Bot();
    bot.message(fail);
    bot.errors(({ error }) => {
      throw error;
    });
    bot.errors(() => assert.fail("asked after the error was thrown on"));
    assert.equal((await failureOf(bot)).code, "handler-failed");
  });

  it("that fail themselves fail the update, and the first error is in the log", async () => {
    const second = new Error("The log is full");
    const bot = new Bot();
    bot.message(fail);
    bot.errors(() => {
      throw second;
    });
    const host = createTestHost(bot);
    await assert.rejects(host.feed(hello), {
      code: "error-handler-failed",
      message: "Error handler bot/errors#1 failed: The log is full",
      cause: second,
    });
    assert.deepEqual(host.log.at(-1)?.fields, { error: closed });
  });

  it("are not asked when the attempt's time is over, for they could do nothing", async () => {
    const attempt = new AbortController();
    const bot = new Bot();
    bot.message(({ signal }) => {
      attempt.abort();
      signal.throwIfAborted();
    });
    bot.errors(() => assert.fail("asked"));
    await assert.rejects(createTestHost(bot).feed(hello, { signal: attempt.signal }), {
      code: "handler-failed",
    });
  });
});
