import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { and, Bot, flag, type HookgramError, not, or, Router, skip, text } from "../index.ts";
import { createTestHost, sampleUpdate } from "../testing.ts";

const audit = flag<"full" | "none">("audit");
const adminOnly = flag("adminOnly");
const hello = sampleUpdate("message", { text: "Hello" });

/** What an inner middleware of the bot reads about the handler that gets "Hello". */
async function flagsAt(register: (bot: Bot) => void): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  const bot = new Bot().inner(({ handler }, next) => {
    seen.push(handler.name, audit.of(handler), adminOnly.of(handler));
    return next();
  });
  register(bot as unknown as Bot);
  await createTestHost(bot).feed(hello);
  return seen;
}

describe("flags", () => {
  it("are read by inner middlewares, with the handler's name", async () => {
    const seen = await flagsAt((bot) => bot.message(audit("full"), text(), () => undefined));
    assert.deepEqual(seen, ["bot/message#1", "full", undefined]);
  });

  it("always match, adding no data", async () => {
    const bot = new Bot();
    let context: object | undefined;
    bot.message(adminOnly(), (found) => void (context = found));
    await createTestHost(bot).feed(hello);
    assert.deepEqual(Object.keys(context!), []);
  });

  it("of a root filter hold for the router's handlers and its children's", async () => {
    const child = new Router("child");
    child.message(adminOnly(), () => undefined);
    const parent = new Router("parent").filter(audit("none")).include(child);
    const seen = await flagsAt((bot) => bot.include(parent));
    assert.deepEqual(seen, ["bot/parent/child/message#1", "none", true]);
  });

  it("of a root filter for one kind hold for that kind only", async () => {
    const router = new Router("router").filter("poll", audit("none"));
    router.message(() => undefined);
    const seen = await flagsAt((bot) => bot.include(router));
    assert.deepEqual(seen, ["bot/router/message#1", undefined, undefined]);
  });

  it("are said last by the handler, before it by its filters, before them by its router", async () => {
    class Handler {
      static readonly flags = [audit("full")];
      handle(): void {}
    }
    const byRouter = () => new Router("router").filter(audit("none"));
    const cases: readonly (readonly [Router, unknown])[] = [
      [byRouter(), "none"],
      [byRouter(), "full"],
      [new Router("router"), "full"],
    ];
    cases[0]![0].message(() => undefined);
    cases[1]![0].message(audit("full"), () => undefined);
    cases[2]![0].message(audit("none"), Handler);
    for (const [router, expected] of cases)
      assert.equal((await flagsAt((bot) => bot.include(router)))[1], expected);
  });

  it("are handed on by and(), and refused by or() and not()", async () => {
    const both = and(text(), audit("full"));
    assert.equal((await flagsAt((bot) => bot.message(both, () => undefined)))[1], "full");
    for (const combine of [() => or(text(), audit("full")), () => not(adminOnly())])
      assert.throws(combine, {
        code: "bad-argument",
        message: /"(audit|adminOnly)" has no meaning/,
      });
  });

  it("are those of the handler that is tried, not of one that was passed over", async () => {
    const seen = await flagsAt((bot) => {
      bot.message(audit("full"), () => skip);
      bot.message(() => undefined);
    });
    assert.deepEqual(seen.slice(0, 3), ["bot/message#1", "full", undefined]);
    assert.deepEqual(seen.slice(3), ["bot/message#2", undefined, undefined]);
  });

  it("reach the host with the handler's failure", async () => {
    const bot = new Bot();
    bot.message(audit("full"), () => Promise.reject(new Error("no paper")));
    await assert.rejects(createTestHost(bot).feed(hello), (error: HookgramError) => {
      assert.deepEqual({ ...error.handler }, { name: "bot/message#1", flags: { audit: "full" } });
      return true;
    });
  });

  it("are not there in filters and outer middlewares", async () => {
    const seen: unknown[] = [];
    const bot = new Bot().outer(({ handler }, next) => {
      seen.push(handler);
      return next();
    });
    bot.message(
      audit("full"),
      ({ handler }) => seen.push(handler) > 0,
      () => undefined,
    );
    await createTestHost(bot).feed(hello);
    assert.deepEqual(seen, [undefined, undefined]);
  });

  it("need a name", () => {
    assert.throws(() => flag(""), { code: "bad-argument", message: /a flag needs a name/ });
  });

  it("are listed by describe()", () => {
    const bot = new Bot().filter(adminOnly()) as unknown as Bot;
    bot.message(audit("full"), text(), () => undefined);
    assert.equal(bot.describe(), 'bot\n  filter adminOnly\n  message(audit("full"), text)');
  });
});
