import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sleep } from "@hookgram/bot-api";
import {
  access,
  autoAnswer,
  Bot,
  chatAction,
  flag,
  rateLimit,
  type RateLimitOptions,
  Router,
  skip,
} from "../index.ts";
import { createTestHost, sampleUpdate, type TestHost } from "../testing.ts";

const hello = sampleUpdate("message", { text: "Hello" });
const press = sampleUpdate("callback_query");
const group = { id: -1001, type: "supergroup", title: "Group" } as const;

/** Lets everything happen that needs no time. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** What was called, as `sendMessage Hi`. */
const callsOf = ({ calls }: TestHost) =>
  calls.map(({ method, params }) => `${method} ${params["text"] as string}`);

describe("chatAction", () => {
  it("is shown again and again until the handler ends, and not for one that is quick", async () => {
    const bot = new Bot();
    bot.message(
      chatAction("upload_document"),
      ({ clock }) => sleep(clock, 10_000) as Promise<void>,
    );
    const host = createTestHost(bot);
    const done = host.feed(hello);
    const shown: number[] = [];
    for (const byMs of [199, 1, 4499, 1, 4500, 799, 1]) {
      await settle();
      host.advance(byMs);
      await settle();
      shown.push(host.calls.length);
    }
    await done;
    host.advance(60_000);
    await settle();
    assert.deepEqual(shown, [0, 1, 1, 2, 3, 3, 3]);
    assert.equal(host.calls.length, 3);
    assert.deepEqual(host.calls[0], {
      method: "sendChatAction",
      params: { chat_id: 7, action: "upload_document" },
    });
  });

  it("is shown in the topic, as soon as it is told", async () => {
    const bot = new Bot();
    bot.message(
      chatAction("typing", { afterMs: 0 }),
      ({ clock }) => sleep(clock, 1) as Promise<void>,
    );
    const host = createTestHost(bot);
    const message = { chat: group, is_topic_message: true, message_thread_id: 5 } as const;
    const done = host.feed(sampleUpdate("message", message));
    await settle();
    host.advance(1);
    await done;
    assert.deepEqual(host.calls[0]!.params, {
      chat_id: -1001,
      message_thread_id: 5,
      action: "typing",
    });
  });

  it("ends with a handler that throws, and never fails one itself", async () => {
    const bot = new Bot();
    bot.message(chatAction("typing", { afterMs: 0 }), async ({ clock, message }) => {
      await sleep(clock, 10);
      if (message.text === "Hello") throw new Error("no paper");
    });
    const host = createTestHost(bot, { respond: () => Promise.reject(new Error("too many")) });
    for (const update of [hello, sampleUpdate("message", { text: "Hi" })]) {
      const outcome = host.feed(update).then(
        ({ status }) => status,
        (error: Error) => error.message,
      );
      await settle();
      host.advance(10);
      assert.match(await outcome, update === hello ? /no paper/ : /handled/);
    }
    host.advance(60_000);
    assert.equal(host.calls.length, 2);
    assert.deepEqual(
      host.log.map(({ level }) => level),
      ["debug", "debug"],
    );
  });
});

describe("autoAnswer", () => {
  it("answers after the handler, with its text, unless the handler has", async () => {
    for (const [answers, expected] of [
      [false, ["editMessageText Done", "answerCallbackQuery Saved"]],
      [true, ["answerCallbackQuery Mine", "editMessageText Done"]],
    ] as const) {
      const bot = new Bot();
      bot.callbackQuery(autoAnswer("Saved"), async ({ answer, edit }) => {
        if (answers) await answer("Mine");
        await edit("Done");
      });
      const host = createTestHost(bot);
      await host.feed(press);
      assert.deepEqual(callsOf(host), expected);
    }
  });

  it("sees an answer that is given through the api", async () => {
    const bot = new Bot();
    bot.callbackQuery(autoAnswer(), async ({ api, callbackQuery }) => {
      await api.answerCallbackQuery({ callback_query_id: callbackQuery.id, text: "By hand" });
    });
    const host = createTestHost(bot);
    await host.feed(press);
    assert.deepEqual(callsOf(host), ["answerCallbackQuery By hand"]);
  });

  it("answers before the handler when it is told", async () => {
    const bot = new Bot();
    bot.callbackQuery(autoAnswer({ text: "Working" }, { when: "before" }), ({ edit }) =>
      edit("Done"),
    );
    const host = createTestHost(bot);
    await host.feed(press);
    assert.deepEqual(callsOf(host), ["answerCallbackQuery Working", "editMessageText Done"]);
  });

  it("does not answer for a handler that throws or skips", async () => {
    const bot = new Bot();
    bot.callbackQuery(autoAnswer("one"), () => skip);
    bot.callbackQuery(autoAnswer("two"), () => Promise.reject(new Error("no paper")));
    const host = createTestHost(bot);
    await assert.rejects(host.feed(press), /no paper/);
    assert.deepEqual(callsOf(host), []);
  });

  it("holds for a router as a root filter", async () => {
    const router = new Router("shop").filter("callback_query", autoAnswer());
    router.callbackQuery(() => undefined);
    const host = createTestHost(new Bot({ routers: [router] }));
    await host.feed(press);
    assert.deepEqual(callsOf(host), ["answerCallbackQuery undefined"]);
  });
});

describe("rateLimit", () => {
  function limited(options: Partial<RateLimitOptions> = {}): TestHost {
    const bot = new Bot();
    const limit = rateLimit({
      limit: 2,
      perMs: 1000,
      exceeded: ({ reply }) => reply?.("Slowly"),
      ...options,
    });
    bot.message(limit, ({ reply }) => reply("Hi"));
    return createTestHost(bot);
  }

  it("drops what is too much, says so once, and lets through what comes later", async () => {
    const host = limited();
    const statuses: string[] = [];
    for (const byMs of [0, 500, 0, 0, 499, 1, 0, 2000]) {
      host.advance(byMs);
      statuses.push((await host.feed(hello)).status);
    }
    const expected = "handled handled dropped dropped dropped handled dropped handled";
    assert.equal(statuses.join(" "), expected);
    const texts = host.calls.map(({ params }) => params["text"]);
    assert.deepEqual(texts, ["Hi", "Hi", "Slowly", "Hi", "Slowly", "Hi"]);
  });

  it("names itself in the outcome", async () => {
    const host = limited({ limit: 1 });
    await host.feed(hello);
    assert.deepEqual(await host.feed(hello), { status: "dropped", middleware: "bot/rateLimit" });
  });

  it("counts each chat, or each user wherever they write", async () => {
    const elsewhere = sampleUpdate("message", { chat: group });
    for (const [by, expected] of [
      ["chat", "handled"],
      ["user", "dropped"],
    ] as const) {
      const host = limited({ limit: 1, by });
      await host.feed(hello);
      assert.equal((await host.feed(elsewhere)).status, expected, by);
    }
  });

  it("does not count a repeated attempt", async () => {
    const host = limited({ limit: 1 });
    await host.feed(hello);
    assert.equal((await host.feed(hello, { attempt: 2 })).status, "handled");
  });

  it("drops also when nobody can be told, and logs that", async () => {
    const host = limited({ limit: 1, exceeded: () => Promise.reject(new Error("blocked")) });
    await host.feed(hello);
    assert.equal((await host.feed(hello)).status, "dropped");
    assert.deepEqual(
      host.log.map(({ level, message }) => `${level} ${message}`),
      ["warn Somebody was refused and could not be told"],
    );
  });

  it("shares one limit among the handlers of a router", async () => {
    const router = new Router("shop").filter(rateLimit({ limit: 1, perMs: 1000 }));
    router.message(() => undefined);
    router.callbackQuery(() => undefined);
    const host = createTestHost(new Bot({ routers: [router] }));
    assert.equal((await host.feed(hello)).status, "handled");
    assert.equal((await host.feed(press)).status, "dropped");
  });

  it("remembers ten thousand chats at most", async () => {
    const host = limited({ limit: 1 });
    await host.feed(hello);
    for (let id = 1; id <= 10_000; id += 1)
      await host.feed(sampleUpdate("message", { chat: { id: -id, type: "group" } }));
    assert.equal((await host.feed(hello)).status, "handled");
  });

  it("is refused without a limit or a time", () => {
    for (const options of [
      { limit: 0, perMs: 1 },
      { limit: 1, perMs: 0 },
      { limit: NaN, perMs: 1 },
    ])
      assert.throws(() => rateLimit(options), { code: "bad-argument" });
  });
});

describe("access", () => {
  const inGroup = sampleUpdate("message", { chat: group });
  const anonymous = sampleUpdate("message", { chat: group, sender_chat: group });
  const asChannel = sampleUpdate("message", {
    chat: group,
    sender_chat: { id: -1002, type: "channel", title: "News" },
  });
  const post = sampleUpdate("channel_post");

  type Rules = Parameters<typeof access>[0];
  const table: readonly (readonly [string, Rules, object, string])[] = [
    ["a listed user", { users: [7] }, hello, "handled"],
    ["another user", { users: [8] }, hello, "dropped"],
    ["nobody", { users: [7] }, post, "dropped"],
    ["a listed chat", { chats: [-1001] }, inGroup, "handled"],
    ["another chat", { chats: [-1001] }, hello, "dropped"],
    ["a type of chat", { chatTypes: ["group", "supergroup"] }, inGroup, "handled"],
    ["another type", { chatTypes: ["group"] }, hello, "dropped"],
    ["one rule of two", { users: [7], chats: [-1001] }, hello, "dropped"],
    ["an own rule", { when: async ({ from }) => from?.first_name === "Ada" }, hello, "handled"],
    ["an own rule that says no", { when: () => false }, hello, "dropped"],
    ["an administrator", { admins: true }, inGroup, "handled"],
    ["a private chat", { admins: true }, hello, "handled"],
    ["an anonymous administrator", { admins: true }, anonymous, "handled"],
    ["a channel in a group", { admins: true }, asChannel, "dropped"],
  ];
  for (const [name, rules, update, expected] of table)
    it(`${name}: ${expected}`, async () => {
      const bot = new Bot();
      bot.message(access(rules), () => undefined);
      bot.channelPost(access(rules), () => undefined);
      bot.message(() => assert.fail("a later handler got it"));
      const host = createTestHost(bot, { respond: () => ({ status: "administrator" }) });
      assert.equal((await host.feed(update as typeof hello)).status, expected);
    });

  it("asks Telegram who is an administrator, and tells who is refused", async () => {
    const bot = new Bot();
    bot.message(
      access({ admins: true, refuse: ({ reply }) => reply?.("Not you") }),
      () => undefined,
    );
    const host = createTestHost(bot, { respond: () => ({ status: "member" }) });
    assert.deepEqual(await host.feed(inGroup), { status: "dropped", middleware: "bot/access" });
    assert.deepEqual(host.calls[0], {
      method: "getChatMember",
      params: { chat_id: -1001, user_id: 7 },
    });
    assert.deepEqual(callsOf(host)[1], "sendMessage Not you");
  });

  it("of a router and of its handler have to be kept both, and none is lost to another flag", async () => {
    const router = new Router("shop").filter(access({ users: [7] }));
    router.message(access({ chats: [7] }), () => undefined);
    const bot = new Bot({ routers: [router] });
    const host = createTestHost(bot);
    assert.equal((await host.feed(hello)).status, "handled");
    assert.equal((await host.feed(inGroup)).status, "dropped");
    const stranger = { from: { id: 8, is_bot: false, first_name: "Bob" } };
    assert.equal((await host.feed(sampleUpdate("message", stranger))).status, "dropped");
    assert.deepEqual(bot.registry().children[0]!.handlers[0]!.flags, {
      access: [{ users: [7] }, { chats: [7] }],
    });
    assert.throws(() => flag("access"), {
      code: "bad-argument",
      message: /the name is hookgram's/,
    });
  });

  it("runs before inner middlewares, and is described with its rules", async () => {
    const bot = new Bot().inner(() => assert.fail("reached"));
    bot.message(access({ users: [8] }), () => undefined);
    assert.equal((await createTestHost(bot).feed(hello)).status, "dropped");
    assert.match(bot.describe(), /message\(access\(\{"users":\[8\]\}\)\)/);
  });
});

describe("a middleware that puts a client around the api", () => {
  it("is seen by everything behind it, helpers included, and by nothing else", async () => {
    const { wrapBotApi } = await import("@hookgram/bot-api");
    const loud = new Router("loud").outer(({ api }, next) =>
      next({
        api: wrapBotApi(api, (_method, params, call) =>
          call({ ...params, text: `${String(params["text"])}!` }),
        ),
      }),
    );
    loud.message(async ({ reply }) => {
      await reply("Hi");
      return skip;
    });
    const quiet = new Router("quiet");
    quiet.message(({ reply }) => reply("Hi"));
    const host = createTestHost(new Bot({ routers: [loud, quiet] }));
    await host.feed(hello);
    assert.deepEqual(callsOf(host), ["sendMessage Hi!", "sendMessage Hi"]);
  });
});
