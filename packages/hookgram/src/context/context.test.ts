import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  BotApiError,
  type Message,
  type MethodName,
  type UpdateKind,
  type UpdatePayload,
} from "@hookgram/bot-api";
import { album, bold, Bot, caption, type Context } from "../index.ts";
import {
  createTestHost,
  SAMPLE_BOT,
  SAMPLE_CHAT,
  SAMPLE_USER,
  sampleUpdate,
  type TestCall,
} from "../testing.ts";

/** The API calls of a bot that handles one update like this. */
async function callsOf<K extends UpdateKind>(
  kind: K,
  fields: Partial<UpdatePayload<K>>,
  register: (bot: Bot) => void,
): Promise<readonly TestCall[]> {
  const bot = new Bot();
  register(bot);
  const host = createTestHost(bot);
  await host.feed(sampleUpdate(kind as "message", fields as Partial<Message>));
  return host.calls;
}

/** Telegram's refusal of a call, in its words. */
function refusal(method: MethodName, description: string): BotApiError {
  return new BotApiError({
    code: "telegram",
    method,
    description,
    errorCode: 400,
    ambiguous: false,
  });
}

/** What a helper gives, or is rejected with, when Telegram refuses every call in these words. */
async function refusedWith(
  description: string,
  use: (context: Context<"callback_query">) => Promise<unknown>,
): Promise<unknown> {
  const bot = new Bot();
  let result: unknown;
  bot.callbackQuery(async (context) => {
    result = await use(context).catch((error: unknown) => error);
  });
  const respond = (method: MethodName): never => {
    throw refusal(method, description);
  };
  await createTestHost(bot, { respond }).feed(sampleUpdate("callback_query"));
  return result;
}

const group = { id: -100, type: "supergroup", title: "Group" } as const;
const botMessage = { message_id: 9, date: 1, chat: group, from: SAMPLE_BOT } as const;

describe("reply", () => {
  const places: readonly (readonly [
    string,
    Partial<Message>,
    Readonly<Record<string, unknown>>,
  ])[] = [
    ["a private chat", {}, { chat_id: 7 }],
    ["a group", { chat: group }, { chat_id: -100 }],
    [
      "a topic",
      { chat: group, is_topic_message: true, message_thread_id: 5 },
      { chat_id: -100, message_thread_id: 5 },
    ],
    [
      "a thread of replies that is no topic",
      { chat: group, message_thread_id: 5 },
      { chat_id: -100 },
    ],
    [
      "the direct messages of a channel",
      { chat: group, direct_messages_topic: { topic_id: 3 } },
      { chat_id: -100, direct_messages_topic_id: 3 },
    ],
  ];
  for (const [name, fields, target] of places)
    it(`sends to the place of the message: ${name}`, async () => {
      const calls = await callsOf("message", fields, (bot) =>
        bot.message(async ({ reply }) => void (await reply("Hi", { disable_notification: true }))),
      );
      assert.deepEqual(calls, [
        {
          method: "sendMessage",
          params: { ...target, text: "Hi", disable_notification: true },
        },
      ]);
    });

  for (const [name, fields, target] of places)
    it(`has send beside it, for every other method: ${name}`, async () => {
      const calls = await callsOf("message", fields, (bot) =>
        bot.message(async ({ send }) => {
          await send("sendPhoto", { photo: "id", ...caption(bold("Sea")) });
          await send("sendDice");
          await send(
            "sendMediaGroup",
            album([
              { type: "photo", media: "a" },
              { type: "photo", media: "b" },
            ]),
          );
        }),
      );
      const caption_entities = [{ type: "bold", offset: 0, length: 3 }];
      const media = ["a", "b"].map((id) => ({ type: "photo", media: id }));
      assert.deepEqual(calls, [
        {
          method: "sendPhoto",
          params: { ...target, photo: "id", caption: "Sea", caption_entities },
        },
        { method: "sendDice", params: target },
        { method: "sendMediaGroup", params: { ...target, media } },
      ]);
    });

  it("goes through the business connection of the message", async () => {
    const calls = await callsOf("business_message", {}, (bot) =>
      bot.businessMessage(async ({ reply }) => void (await reply("Hi"))),
    );
    assert.deepEqual(calls[0]?.params, {
      chat_id: 7,
      business_connection_id: "business",
      text: "Hi",
    });
  });

  it("goes to the chat and topic of the message with the button", async () => {
    const message = { ...botMessage, is_topic_message: true, message_thread_id: 5 } as const;
    const calls = await callsOf("callback_query", { message }, (bot) =>
      bot.callbackQuery(async ({ reply }) => void (await reply("Hi"))),
    );
    assert.deepEqual(calls[0]?.params, { chat_id: -100, message_thread_id: 5, text: "Hi" });
  });

  it("says what is missing when the button belongs to no chat", async () => {
    const bot = new Bot();
    bot.callbackQuery(async ({ reply }) => void (await reply("Hi")));
    const { message: _, ...query } = sampleUpdate("callback_query").callback_query;
    const update = { update_id: 1, callback_query: { ...query, inline_message_id: "inline" } };
    await assert.rejects(createTestHost(bot).feed(update), {
      code: "handler-failed",
      message: /reply: the button belongs to a message that was sent by inline query/,
    });
    const sender = new Bot();
    sender.callbackQuery(async ({ send }) => void (await send("sendDice")));
    await assert.rejects(createTestHost(sender).feed(update), {
      message: /send: the button belongs to a message that was sent by inline query/,
    });
  });
});

describe("edit", () => {
  const edit = (bot: Bot): void =>
    bot.callbackQuery(async ({ edit: change }) => {
      await change("New", { entities: [], reply_markup: { inline_keyboard: [] } });
    });
  const markup = { reply_markup: { inline_keyboard: [] } };

  it("changes the text of the message with the button", async () => {
    const message = { ...botMessage, text: "Old" };
    assert.deepEqual(await callsOf("callback_query", { message }, edit), [
      {
        method: "editMessageText",
        params: { chat_id: -100, message_id: 9, text: "New", entities: [], ...markup },
      },
    ]);
  });

  it("changes the caption of a message with media", async () => {
    const message: Message = { ...botMessage, photo: [], business_connection_id: "business" };
    assert.deepEqual(await callsOf("callback_query", { message }, edit), [
      {
        method: "editMessageCaption",
        params: {
          chat_id: -100,
          message_id: 9,
          business_connection_id: "business",
          caption: "New",
          caption_entities: [],
          ...markup,
        },
      },
    ]);
  });

  it("changes a message that is too old to be seen, and one that was sent by inline query", async () => {
    const old = { message: { chat: group, message_id: 3, date: 0 } };
    const calls = await callsOf("callback_query", old, edit);
    assert.deepEqual(calls[0]?.params, {
      chat_id: -100,
      message_id: 3,
      text: "New",
      entities: [],
      ...markup,
    });
    const inline = { inline_message_id: "inline" };
    const inlineCalls = await callsOf("callback_query", inline, edit);
    assert.deepEqual(inlineCalls[0]?.params, {
      inline_message_id: "inline",
      text: "New",
      entities: [],
      ...markup,
    });
  });

  it("takes a message that is the same already for changed", async () => {
    const same =
      "Bad Request: message is not modified: specified new message content and reply markup are " +
      "exactly the same as a current content and reply markup of the message";
    assert.equal(await refusedWith(same, ({ edit: change }) => change("Old")), true);
  });

  it("throws every other refusal", async () => {
    const gone = "Bad Request: message to edit not found";
    const error = await refusedWith(gone, ({ edit: change }) => change("New"));
    assert.ok(error instanceof BotApiError);
    assert.equal(error.description, gone);
  });
});

describe("answer", () => {
  it("gives true, and false when the press is too old to be answered", async () => {
    const bot = new Bot();
    const given: unknown[] = [];
    bot.callbackQuery(async ({ answer }) => void given.push(await answer("Saved")));
    await createTestHost(bot).feed(sampleUpdate("callback_query"));
    assert.deepEqual(given, [true]);
    const tooOld =
      "Bad Request: query is too old and response timeout expired or query ID is invalid";
    assert.equal(await refusedWith(tooOld, ({ answer }) => answer("Saved")), false);
  });

  it("throws every other refusal", async () => {
    const error = await refusedWith("Bad Request: MESSAGE_TOO_LONG", ({ answer }) => answer());
    assert.ok(error instanceof BotApiError);
  });

  it("answers a button press with nothing, a text or more", async () => {
    const calls = await callsOf("callback_query", {}, (bot) =>
      bot.callbackQuery(async ({ answer }) => {
        await answer();
        await answer("Saved");
        await answer({ url: "https://t.me/sample_bot?start=x" });
      }),
    );
    assert.deepEqual(calls, [
      { method: "answerCallbackQuery", params: { callback_query_id: "press" } },
      { method: "answerCallbackQuery", params: { callback_query_id: "press", text: "Saved" } },
      {
        method: "answerCallbackQuery",
        params: { callback_query_id: "press", url: "https://t.me/sample_bot?start=x" },
      },
    ]);
  });

  it("answers inline queries, shipping queries, payments and guest messages", async () => {
    const result = {
      type: "article",
      id: "1",
      title: "Cat",
      input_message_content: { message_text: "Cat" },
    } as const;
    const bot = new Bot();
    bot.inlineQuery(async ({ answer }) => void (await answer([result], { cache_time: 5 })));
    bot.shippingQuery(
      async ({ answer }) => void (await answer({ ok: false, error_message: "No" })),
    );
    bot.preCheckoutQuery(async ({ answer }) => {
      await answer();
      await answer("Sold out");
    });
    bot.guestMessage(async ({ answer }) => void (await answer(result)));
    const host = createTestHost(bot);
    for (const kind of [
      "inline_query",
      "shipping_query",
      "pre_checkout_query",
      "guest_message",
    ] as const)
      await host.feed(sampleUpdate(kind));
    const checkout = { pre_checkout_query_id: "checkout" };
    assert.deepEqual(host.calls, [
      {
        method: "answerInlineQuery",
        params: { inline_query_id: "inline", results: [result], cache_time: 5 },
      },
      {
        method: "answerShippingQuery",
        params: { shipping_query_id: "shipping", ok: false, error_message: "No" },
      },
      { method: "answerPreCheckoutQuery", params: { ...checkout, ok: true } },
      {
        method: "answerPreCheckoutQuery",
        params: { ...checkout, ok: false, error_message: "Sold out" },
      },
      { method: "answerGuestQuery", params: { guest_query_id: "guest", result } },
    ]);
  });
});

describe("what every context has", () => {
  it("comes from the update and the host", async () => {
    const bot = new Bot();
    const signal = new AbortController().signal;
    bot.callbackQuery(async (context) => {
      const { update, chat, from, me, attempt, attemptsMax, now, step } = context;
      assert.equal(update.callback_query.id, "press");
      assert.equal(chat, SAMPLE_CHAT);
      assert.equal(from, SAMPLE_USER);
      assert.equal(me, SAMPLE_BOT);
      assert.deepEqual([attempt, attemptsMax], [3, 4]);
      assert.equal(context.signal, signal);
      assert.equal(now(), 1_000);
      assert.equal(await step("add", (given) => (given === signal ? 2 : 0)), 2);
      context.logger.info({ step: "add" }, "added");
    });
    const host = createTestHost(bot, { nowMs: 1_000 });
    const update = sampleUpdate("callback_query");
    const outcome = await host.feed(update, { attempt: 3, attemptsMax: 4, signal });
    assert.equal(outcome.status, "handled");
    assert.deepEqual(host.log, [{ level: "info", fields: { step: "add" }, message: "added" }]);
  });

  it("is undefined where the update says nothing about it", async () => {
    const bot = new Bot();
    bot.channelPost(({ from }) => assert.equal(from, undefined));
    bot.poll(({ from, chat }) => assert.deepEqual([from, chat], [undefined, undefined]));
    bot.removedChatBoost(({ from }) => assert.equal(from?.id, 7));
    const host = createTestHost(bot);
    for (const kind of ["channel_post", "poll", "removed_chat_boost"] as const)
      assert.equal((await host.feed(sampleUpdate(kind))).status, "handled");
  });
});
