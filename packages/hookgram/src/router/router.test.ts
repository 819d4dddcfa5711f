import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OPT_IN_UPDATE_KINDS, UPDATE_KINDS, type UpdateKind } from "@hookgram/bot-api";
import { Bot, flag, type Includable, type Next, Router, states, command, text } from "../index.ts";
import { createTestHost, sampleUpdate } from "../testing.ts";

/** Registers a handler by the name of an observer that is known only at run time. */
function observe(router: object, observer: string, handler: (context: object) => void): void {
  const observers = router as Readonly<
    Record<string, (handler: (context: object) => void) => void>
  >;
  observers[observer]!(handler);
}

/** By kind: the observer, the property of the payload, and which helpers there are. */
const KINDS: Readonly<
  Record<UpdateKind, readonly [observer: string, payload: string, helpers: string]>
> = {
  message: ["message", "message", "reply"],
  edited_message: ["editedMessage", "message", "reply"],
  channel_post: ["channelPost", "message", "reply"],
  edited_channel_post: ["editedChannelPost", "message", "reply"],
  inline_query: ["inlineQuery", "inlineQuery", "answer"],
  chosen_inline_result: ["chosenInlineResult", "chosenInlineResult", ""],
  callback_query: ["callbackQuery", "callbackQuery", "reply answer edit"],
  shipping_query: ["shippingQuery", "shippingQuery", "answer"],
  pre_checkout_query: ["preCheckoutQuery", "preCheckoutQuery", "answer"],
  poll: ["poll", "poll", ""],
  poll_answer: ["pollAnswer", "pollAnswer", ""],
  my_chat_member: ["myChatMember", "chatMember", "reply"],
  chat_member: ["chatMember", "chatMember", "reply"],
  chat_join_request: ["chatJoinRequest", "chatJoinRequest", ""],
  chat_boost: ["chatBoost", "chatBoost", "reply"],
  removed_chat_boost: ["removedChatBoost", "removedChatBoost", "reply"],
  message_reaction: ["messageReaction", "messageReaction", "reply"],
  message_reaction_count: ["messageReactionCount", "messageReactionCount", "reply"],
  business_connection: ["businessConnection", "businessConnection", ""],
  business_message: ["businessMessage", "message", "reply"],
  edited_business_message: ["editedBusinessMessage", "message", "reply"],
  deleted_business_messages: ["deletedBusinessMessages", "deletedBusinessMessages", "reply"],
  purchased_paid_media: ["purchasedPaidMedia", "purchasedPaidMedia", ""],
  managed_bot: ["managedBot", "managedBot", ""],
  guest_message: ["guestMessage", "message", "answer"],
  subscription: ["subscription", "subscription", ""],
  stopped_message_generation: ["stoppedMessageGeneration", "stoppedMessageGeneration", "reply"],
};

describe("observers", () => {
  for (const [kind, [observer, payload, helpers]] of Object.entries(KINDS))
    it(`${kind} reaches router.${observer}, which finds it as "${payload}"`, async () => {
      const update = sampleUpdate(kind as UpdateKind);
      const contexts: Readonly<Record<string, unknown>>[] = [];
      const router = new Router("router");
      observe(router, observer, (context) => contexts.push({ ...context, all: context }));
      const bot = new Bot({ routers: [router] });
      assert.deepEqual(bot.allowedUpdates, [kind]);
      assert.deepEqual(await createTestHost(bot).feed(update), {
        status: "handled",
        handler: `bot/router/${observer}#1`,
      });
      const context = contexts[0]!["all"] as Readonly<Record<string, unknown>>;
      assert.equal(context["kind"], kind);
      assert.equal(context[payload], (update as unknown as Record<string, unknown>)[kind]);
      assert.deepEqual(
        ["reply", "answer", "edit"].filter((helper) => typeof context[helper] === "function"),
        helpers.split(" ").filter((helper) => helper !== ""),
      );
    });

  it("get no update of another kind", async () => {
    const bot = new Bot();
    for (const kind of UPDATE_KINDS)
      if (kind !== "poll") observe(bot, KINDS[kind][0], () => assert.fail(kind));
    assert.deepEqual(await createTestHost(bot).feed(sampleUpdate("poll")), { status: "unhandled" });
  });

  it("let an update of a kind that is newer than hookgram pass, and log its name", async () => {
    const host = createTestHost(new Bot());
    const update = { update_id: 5, thought_reading: {} } as never;
    assert.deepEqual(await host.feed(update), { status: "unhandled" });
    assert.deepEqual(
      host.log.map(({ level, fields }) => ({ level, ...fields })),
      [{ level: "warn", updateId: 5, fields: ["thought_reading"] }],
    );
  });
});

describe("updates of a kind that is newer than hookgram", () => {
  const update = { update_id: 5, thought_reading: { thought: "tea" } } as never;

  it("go raw to onUnknown, which has the API to answer with, and are not logged", async () => {
    const bot = new Bot().onUnknown(async ({ kind, payload, update: raw, api }) => {
      assert.deepEqual(raw, { update_id: 5, thought_reading: { thought: "tea" } });
      await api.sendMessage({ chat_id: 7, text: `${kind}: ${JSON.stringify(payload)}` });
    });
    const host = createTestHost(bot);
    assert.deepEqual(await host.feed(update), { status: "handled", handler: "bot/onUnknown" });
    assert.equal(host.calls[0]!.params["text"], 'thought_reading: {"thought":"tea"}');
    assert.deepEqual(host.log, []);
  });

  it("are counted once each, whoever takes them and however often they are tried", async () => {
    const bot = new Bot();
    const host = createTestHost(bot);
    await host.feed(update);
    await host.feed(update, { attempt: 2 });
    await host.feed(update);
    await host.feed({ update_id: 6, dream: {} } as never);
    assert.deepEqual(
      [...bot.unknownKinds],
      [
        ["thought_reading", 2],
        ["dream", 1],
      ],
    );
  });

  it("fail the attempt when onUnknown throws, and the error names the kind", async () => {
    const bot = new Bot({ name: "shop" }).onUnknown(() => Promise.reject(new Error("no tea")));
    await assert.rejects(createTestHost(bot).feed(update), {
      code: "handler-failed",
      message: 'Handler shop/onUnknown of the kind "thought_reading" failed: no tea',
    });
  });
});

describe("a router that is switched off", () => {
  const hello = sampleUpdate("message", { text: "Hello" });

  function treeWith(log: string[]): { readonly bot: Bot; readonly shop: Router } {
    const child = new Router("child");
    child.message(() => void log.push("child"));
    const shop = new Router("shop");
    shop.outer((_context, next) => {
      log.push("shop.outer");
      return next();
    });
    shop.include(child);
    const late = new Router("late");
    late.message(() => void log.push("late"));
    return { bot: new Bot({ routers: [shop, late] }), shop };
  }

  it("is passed by with its middlewares and children until it is switched on", async () => {
    const log: string[] = [];
    const { bot, shop } = treeWith(log);
    const host = createTestHost(bot);
    await host.feed(hello);
    shop.disable();
    assert.equal(shop.isEnabled, false);
    assert.match(bot.describe(), /^ {2}shop \(switched off\)$/m);
    await host.feed(hello);
    shop.enable();
    await host.feed(hello);
    assert.deepEqual(log, ["shop.outer", "child", "late", "shop.outer", "child"]);
  });

  it("lets updates that have begun go on", async () => {
    const log: string[] = [];
    const { bot, shop } = treeWith(log);
    bot.outer(async (_context, next) => {
      shop.disable();
      return next();
    });
    const host = createTestHost(bot);
    await host.feed(hello);
    await host.feed(hello);
    assert.deepEqual(log, ["shop.outer", "child", "late"]);
  });

  it("is still asked for by allowedUpdates, since it may be switched on", () => {
    const { bot, shop } = treeWith([]);
    shop.disable();
    assert.deepEqual(bot.allowedUpdates, ["message"]);
  });
});

describe("allowedUpdates", () => {
  it("has the kinds with handlers anywhere in the tree, in Telegram's order, and nothing for errors", () => {
    const child = new Router("child");
    child.messageReaction(() => undefined);
    child.errors(() => undefined);
    const parent = new Router("parent").outer((_context, next) => next()).include(child);
    parent.callbackQuery(() => undefined);
    const bot = new Bot({ routers: [parent] });
    bot.message(() => undefined);
    assert.deepEqual(bot.allowedUpdates, ["message", "callback_query", "message_reaction"]);
  });

  it("has what is asked for by name, too, such as kinds that Telegram sends on request only", () => {
    const bot = new Bot({ moreUpdates: OPT_IN_UPDATE_KINDS });
    bot.poll(() => undefined);
    assert.deepEqual(bot.allowedUpdates, ["poll", ...OPT_IN_UPDATE_KINDS]);
    assert.throws(() => new Bot({ moreUpdates: ["callbackQuery" as UpdateKind] }), {
      code: "bad-argument",
      message: 'Bot, moreUpdates: "callbackQuery" is no kind of update; write "callback_query"',
    });
  });
});

describe("explainAllowedUpdates", () => {
  const pass = (_context: object, next: Next) => next();

  it("names the handlers that ask for a kind, and what waits for a kind in vain", () => {
    const members = new Router("members");
    members.chatMember(function welcome() {});
    for (let count = 0; count < 5; count += 1) members.message(() => undefined);
    members.outer("callback_query", function press(_context, next) {
      return next();
    });
    members.inner("poll", pass).filter("poll_answer", () => true);
    const bot = new Bot({ routers: [members], moreUpdates: ["message_reaction", "poll"] });
    assert.deepEqual(bot.explainAllowedUpdates().split("\n"), [
      "message: bot/members/message#1, bot/members/message#2, bot/members/message#3 and 2 more",
      "callback_query: not asked for, so outer bot/members/press never run; see moreUpdates",
      "poll: moreUpdates",
      "poll_answer: not asked for, so filter bot/members/(function) never run; see moreUpdates",
      "chat_member (only on request): bot/members/welcome",
      "message_reaction (only on request): moreUpdates",
    ]);
    assert.deepEqual(
      bot.updateDemands.filter(({ asked }) => asked).map(({ kind }) => kind),
      bot.allowedUpdates,
    );
  });
});

describe("a tree that contradicts itself is refused when it is built", () => {
  const refusals: readonly (readonly [string, () => unknown, string])[] = [
    [
      "a second parent",
      () => {
        const child = new Router("child");
        new Router("a").include(child);
        new Router("b").include(child);
      },
      'Router "b", include: "child" is part of "a" already',
    ],
    [
      "the same child twice",
      () => {
        const child = new Router("child");
        new Router("a").include(child, child);
      },
      'Router "a", include: "child" is part of "a" already',
    ],
    [
      "itself",
      () => {
        const a = new Router("a");
        a.include(a);
      },
      'Router "a", include: "a" would be its own ancestor',
    ],
    [
      "an ancestor",
      () => {
        const a = new Router("a");
        const b = new Router("b");
        a.include(b);
        b.include(a);
      },
      'Router "b", include: "a" would be its own ancestor',
    ],
    [
      "a bot",
      () => new Router("a").include(new Bot({ name: "other" }) as unknown as Includable<unknown>),
      'Router "a", include: "other" is a bot; a bot is the root',
    ],
    [
      "something else",
      () => new Router("a").include({ name: "x" } as unknown as Includable<unknown>),
      'Router "a", include: it takes routers, not an object; of a module, include the router that it exports',
    ],
  ];
  for (const [name, build, message] of refusals)
    it(`including ${name}`, () =>
      assert.throws(build, { name: "HookgramError", code: "bad-router-tree", message }));

  const mistakes: readonly (readonly [string, () => unknown, string])[] = [
    ["no name", () => new Router(""), "A router needs a name, for descriptions and errors"],
    [
      "an unknown kind",
      () => new Router("a").outer("callbackQuery" as never, ((): void => undefined) as never),
      'Router "a", outer: "callbackQuery" is no kind of update; write "callback_query"',
    ],
    [
      "a middleware that is none",
      () => new Router("a").inner({} as never),
      'Router "a", inner: it takes a middleware, or a kind and a middleware',
    ],
  ];
  for (const [name, build, message] of mistakes)
    it(name, () => assert.throws(build, { code: "bad-argument", message }));

  it("two groups of states with one name", () => {
    const bot = new Bot();
    bot.message(states("order", { start: null }).start, () => undefined);
    bot.message(states("order", { start: null }).start, () => undefined);
    assert.throws(() => bot.allowedUpdates, {
      code: "bad-argument",
      message: /^states\("order"\)/,
    });
  });

  it("is closed once the first update has come", async () => {
    const child = new Router("child");
    const bot = new Bot({ routers: [child] });
    await createTestHost(bot).feed(sampleUpdate("message"));
    for (const late of [
      () => bot.message(() => undefined),
      () => child.errors(() => undefined),
      () => child.filter(() => true),
      () => bot.outgoing((_method, _params, next) => next()),
      () => child.include(new Router("late")),
    ])
      assert.throws(late, { code: "tree-in-use" });
  });
});

describe("describe", () => {
  it("prints routers, filters, middlewares and handlers in the order in which they are tried", () => {
    const shop = new Router("shop")
      .outer(async function customer(_context, next) {
        return next();
      })
      .filter("message", text())
      .inner((_context, next) => next());
    shop.message(command(["buy", "sell"]), text(/\d/), async function trade() {});
    shop.callbackQuery(() => undefined);
    const bot = new Bot({ name: "shop-bot", routers: [shop, new Router("empty")] });
    bot.message(command("start"), () => undefined);
    bot.errors(() => undefined);
    assert.equal(
      bot.describe(),
      [
        "shop-bot",
        "  message(command(start))",
        "  errors()",
        "  shop",
        "    outer customer",
        "    filter text (message)",
        "    inner (function)",
        "    message(command(buy, sell), text(/\\d/)) → trade",
        "    callbackQuery()",
        "  empty",
      ].join("\n"),
    );
  });

  it("has the same as data, with each handler's full name and the flags that hold for it", () => {
    const audit = flag<string>("audit");
    const shop = new Router("shop").filter("message", audit("some"));
    shop.message(command("buy"), function trade() {});
    shop.errors(audit("all"), () => undefined);
    const bot = new Bot({ name: "shop-bot", routers: [shop] });
    const [entry] = bot.registry().children;
    assert.deepEqual(JSON.parse(JSON.stringify(entry)), {
      name: "shop",
      path: "shop-bot/shop",
      enabled: true,
      onStart: [],
      onStop: [],
      sceneHooks: [],
      outer: [],
      filters: [{ name: 'audit("some")', kind: "message" }],
      inner: [],
      handlers: [
        {
          kind: "message",
          name: "shop-bot/shop/trade",
          filters: ["command(buy)"],
          flags: { audit: "some" },
        },
        {
          kind: "errors",
          name: "shop-bot/shop/errors#1",
          filters: ['audit("all")'],
          flags: { audit: "all" },
        },
      ],
      children: [],
    });
  });
});
