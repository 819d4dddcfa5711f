import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";

import { botWith, Ground } from "../../test/conversation-ground.ts";
import { Bot, command, conversation, eventKind, everyPart, has, Router, text } from "../index.ts";
import { sampleUpdate } from "../testing.ts";

describe("a conversation in the description of the bot", () => {
  it("is named where it is entered, and has its handlers", () => {
    const form = conversation("form", async ({ ask }) => void (await ask("?", text())));
    const bot = new Bot({ routers: [form] });
    bot.message(command("form"), form.enter);
    assert.equal(
      bot.describe(),
      `bot
  message(command(form)) → enter form
  form
    message(conversation(form))
    callbackQuery(conversation(form))
    on conversation_timeout(conversation(form))`,
    );
  });
});

describe("an album", () => {
  const photo = (message_id: number) =>
    sampleUpdate("message", {
      message_id,
      text: undefined as never,
      media_group_id: "13",
      photo: [{ file_id: `${message_id}`, file_unique_id: "u", width: 1, height: 1 }],
    });

  it("is waited for as one, with the type of its parts, beside a single picture", async () => {
    const sell = conversation(
      "sell",
      async ({ ask, on, reply }) => {
        for (let round = 0; round < 2; round += 1) {
          const sent = await ask("Pictures, please", {
            one: has("photo"),
            many: on("album", everyPart(has("photo"))),
          });
          const photos = sent.case === "one" ? [sent.message] : sent.parts;
          await reply(photos.map((one) => one.photo[0]?.file_id).join(" "));
        }
      },
      { kinds: ["message", "album"] },
    );
    const ground = new Ground(botWith(sell));
    await ground.say("/go");
    for (const id of [1, 2, 3]) await ground.host.feed(photo(id));
    await ground.pass(1_000);
    const { media_group_id: _none, ...single } = photo(9).message;
    await ground.host.feed({ update_id: 9, message: single });
    assert.deepEqual(ground.heard(), ["Pictures, please", "1 2 3", "Pictures, please", "9"]);
  });

  it("goes on as its parts where a conversation waits for messages only", async () => {
    const sell = conversation(
      "sell",
      async ({ ask, reply }) => {
        const { message } = await ask("A picture, please", has("photo"));
        await reply(`got ${message.photo[0]?.file_id}`);
      },
      { kinds: ["message", "album"] },
    );
    const ground = new Ground(botWith(sell));
    await ground.say("/go");
    for (const id of [1, 2]) await ground.host.feed(photo(id));
    await ground.pass(1_000);
    assert.deepEqual(ground.heard(), ["A picture, please", "got 1", "rest: no text"]);
  });
});

describe("what a conversation sends", () => {
  it("goes to its place by any method, and once", async () => {
    const form = conversation("form", async ({ ask, send }) => {
      await send("sendPhoto", { photo: "id" });
      await ask("Name?", text());
      await send("sendDice", { emoji: "🎯" });
    });
    const ground = new Ground(botWith(form));
    await ground.say("/go", "Ada");
    assert.deepEqual(
      ground.host.calls.map(({ method, params }) => [method, params["chat_id"]]),
      ["sendPhoto", "sendMessage", "sendDice"].map((method) => [method, 7]),
    );
  });
});

describe("an own event", () => {
  const paid = eventKind("paid", z.object({ id: z.number(), at: z.coerce.date() }));
  const shipped = eventKind("shipped");

  it("is waited for as updates are, among others, and replayed as its schema gives it", async () => {
    const order = conversation(
      "order",
      async ({ ask, wait, on, after, reply }) => {
        const what = await ask("What?", text());
        const { event } = await wait(
          on(paid, ({ event: { data } }) => data.id > 5 && { big: true }),
        );
        const { data } = event;
        const next = await ask("Paid. And now?", {
          words: text(),
          on: on(shipped),
          late: after(60_000),
        });
        const how = next.case === "words" ? next.message.text : next.case;
        await reply(`${what.message.text} ${data.id} ${data.at.getFullYear()} ${how}`);
      },
      { kinds: ["message", paid, shipped] },
    );
    const bot = new Bot({ routers: [order] });
    bot.message(command("go"), order.enter);
    bot.message(command("pay"), ({ command: { args }, emit }) =>
      emit(paid, { id: Number(args), at: "2026-05-05" }),
    );
    bot.message(command("ship"), ({ emit }) => emit(shipped, null));
    const behind = new Router("behind");
    behind.on(paid, ({ event, reply }) => reply(`not waited for: ${event.data.id}`));
    bot.include(behind);
    const ground = new Ground(bot);
    const say = async (...texts: readonly string[]): Promise<void> => {
      for (const one of texts) {
        await ground.say(one);
        await ground.host.deliver();
      }
    };

    await say("/go", "/pay 7", "Tea", "/pay 4", "/pay 8", "/ship", "/pay 9");
    assert.deepEqual(ground.heard(), [
      "What?",
      "not waited for: 7",
      "not waited for: 4",
      "Paid. And now?",
      "Tea 8 2026 on",
      "not waited for: 9",
    ]);
    await say("/go", "Tea", "/pay 8");
    await ground.pass(60_000);
    assert.equal(ground.heard().at(-1), "Tea 8 2026 late");
  });

  it("has to be one of its kinds", async () => {
    const wrong = conversation("wrong", ({ wait, on }) => wait(on(paid as never)));
    const ground = new Ground(botWith(wrong));
    await assert.rejects(
      ground.say("/go"),
      /waits for paid, which it does not get; add it to its kinds \(message, callback_query\)/,
    );
    assert.throws(() => conversation("wrong", async () => 1, { kinds: ["event:paid" as never] }), {
      message: /"album", or made by eventKind\(\), not "event:paid"/,
    });
  });
});

describe("two conversations", () => {
  it("of two people in a group do not mix", async () => {
    const talk = conversation("talk", async ({ ask, reply }) => {
      const { message } = await ask("Name?", text());
      await ask("Age?", text());
      await reply(`Thanks ${message.text}`);
    });
    const ground = new Ground(botWith(talk));
    const chat = { id: -5, type: "group" as const, title: "G" };
    const say = (id: number, words: string): Promise<unknown> =>
      ground.host.feed(
        sampleUpdate("message", {
          chat,
          from: { id, is_bot: false, first_name: "P" },
          text: words,
        }),
      );

    for (const words of ["/go", "Ada", "36"])
      for (const id of [1, 2]) await say(id, words === "Ada" ? `Ada ${id}` : words);

    assert.deepEqual(ground.heard(), [
      "Name?",
      "Name?",
      "Age?",
      "Age?",
      "Thanks Ada 1",
      "Thanks Ada 2",
    ]);
  });

  it("of one person: the second takes the place of the first, with its time-out", async () => {
    const first = conversation("first", async ({ ask }) => void (await ask("1?", text())), {
      timeoutMs: 1_000,
    });
    const second = conversation("second", async ({ ask, reply }) => {
      await ask("2?", text());
      await reply("second");
    });
    const bot = new Bot({ routers: [first, second] });
    bot.message(command("first"), (context) => first.enter(context));
    bot.message(command("second"), (context) => second.enter(context));
    const ground = new Ground(bot);

    await ground.say("/first", "/second");
    await ground.pass(10_000);
    await ground.say("x");

    assert.deepEqual(ground.heard(), ["1?", "2?", "second"]);
    assert.equal(ground.host.timers.size, 0);
  });

  it("of one person: the first hears that it was replaced, and by which, before the second asks", async () => {
    const first = conversation("first", async ({ ask }) => void (await ask("1?", text())), {
      timeoutMs: 1_000,
      onEnd: (ending, { reply }) => reply(JSON.stringify(ending)),
    });
    const second = conversation("second", async ({ ask, reply }) => {
      await ask("2?", text());
      await reply("second");
    });
    const bot = new Bot({ routers: [first, second] });
    bot.message(command("first"), first.enter);
    bot.message(command("second"), second.enter);
    const ground = new Ground(bot);

    await ground.say("/first", "/first", "/second");
    assert.deepEqual(ground.heard(), [
      "1?",
      `{"status":"replaced","by":"first"}`,
      "1?",
      `{"status":"replaced","by":"second"}`,
      "2?",
    ]);
    assert.equal(ground.host.timers.size, 0);
    await ground.say("x");
    assert.deepEqual(ground.heard(), ["second"]);
  });

  it("of one person: what the replaced one enters at its end does not get the place", async () => {
    const entered: unknown[] = [];
    const menu = conversation("menu", async ({ ask }) => void (await ask("menu?", text())));
    const first = conversation("first", async ({ ask }) => void (await ask("1?", text())), {
      onEnd: async (_ending, { context }) => void entered.push(await menu.enter(context)),
    });
    const second = conversation("second", async ({ ask }) => void (await ask("2?", text())));
    const bot = new Bot({ routers: [first, second, menu] });
    bot.message(command("first"), first.enter);
    bot.message(command("second"), second.enter);
    const ground = new Ground(bot);

    await ground.say("/first", "/second", "x", "/first", "x");
    assert.deepEqual(entered, [false, true]);
    assert.deepEqual(ground.heard(), ["1?", "2?", "1?", "menu?"]);
  });

  it("of one person: the first goes on where the second says keep", async () => {
    const first = conversation("first", async ({ ask, reply }) => {
      await ask("1?", text());
      await reply("first");
    });
    const second = conversation("second", async ({ ask }) => void (await ask("2?", text())), {
      whenBusy: "keep",
    });
    const bot = new Bot({ routers: [first, second] });
    const entered: boolean[] = [];
    bot.message(command("first"), (context) => first.enter(context));
    bot.message(command("second"), async (context) => {
      entered.push(await second.enter(context));
    });
    const ground = new Ground(bot);

    await ground.say("/first", "/second", "x", "/second");

    assert.deepEqual(entered, [false, true]);
    assert.deepEqual(ground.heard(), ["1?", "first", "2?"]);

    const [key, record] = [...ground.host.states][0]!;
    ground.host.states.set(key, { ...record, state: "conversation:removed" });
    await ground.say("/second");
    assert.deepEqual(entered, [false, true, true]);
  });

  it("follow each other by onEnd, and never one inside of another", async () => {
    const second = conversation("second", async ({ ask }) => void (await ask("2?", text())));
    const first = conversation(
      "first",
      async ({ ask, context, reply }) => {
        await second.enter(context).catch((error: unknown) => reply(String(error)));
        await ask("1?", text());
      },
      { onEnd: (_ending, { context }) => second.enter(context) },
    );
    const bot = new Bot({ routers: [first, second] });
    bot.message(command("go"), (context) => first.enter(context));
    const ground = new Ground(bot);

    await ground.say("/go");
    assert.match(String(ground.heard()[0]), /inside of a conversation no other is entered/);
    await ground.say("x");
    assert.deepEqual(ground.heard(), ["2?"]);
  });
});
