import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { BotApiError } from "@hookgram/bot-api";
import { z } from "zod";

import type { Context } from "../context/context.ts";
import { eventKind } from "../event/event-kind.ts";
import { command } from "../filter/command.ts";
import { has } from "../filter/has.ts";
import { text } from "../filter/text.ts";
import { Bot } from "../router/bot.ts";
import { Router } from "../router/router.ts";
import { states } from "../state/states.ts";
import { botWith, Ground, Size } from "../../test/conversation-ground.ts";
import { sampleUpdate } from "../testing/sample-update.ts";
import { conversation } from "./conversation.ts";
import type { Ending } from "./conversation-options.ts";
import type { Talk } from "./talk.ts";

describe("a conversation", () => {
  it("asks one question after the other, and knows every answer at the end", async () => {
    const form = conversation("form", async ({ ask, reply }) => {
      const name = await ask("Your name?", text());
      const age = await ask("Your age?", text(/^\d+$/));
      await reply(`${name.message.text} is ${age.match[0]}`);
    });
    const ground = new Ground(botWith(form));

    await ground.say("/go");
    assert.deepEqual(ground.heard(), ["Your name?"]);
    await ground.say("Ada");
    assert.deepEqual(ground.heard(), ["Your age?"]);
    await ground.say("36");
    assert.deepEqual(ground.heard(), ["Ada is 36"]);
    assert.equal(ground.isHeld, false);
    await ground.say("37");
    assert.deepEqual(ground.heard(), ["rest: 37"]);
  });

  it("runs effects and draws chance once, and finds the same time again", async () => {
    const ran: string[] = [];
    const seen: unknown[] = [];
    let drawn = 0;
    const talk = conversation(
      "talk",
      async ({ ask, step, random, now, wait }) => {
        const order = await step("order", () => {
          ran.push("order");
          return { id: 7, at: new Date(0) };
        });
        const chance = [await random(), await random()];
        seen.push([order, chance, now()]);
        await ask("First?", text());
        seen.push(now());
        await wait(text());
      },
      { random: () => (drawn += 0.25) },
    );
    const ground = new Ground(botWith(talk), { nowMs: 1_000 });

    await ground.say("/go");
    ground.host.advance(500);
    await ground.say("a");
    ground.host.advance(500);
    await ground.say("b");

    const begin = [{ id: 7, at: "1970-01-01T00:00:00.000Z" }, [0.25, 0.5], 1_000];
    assert.deepEqual(ran, ["order"]);
    assert.deepEqual(seen, [begin, begin, 1_500, begin, 1_500]);
    assert.deepEqual(ground.heard(), ["First?"]);
  });

  it("gives answers of other kinds, whose helpers act once", async () => {
    const talk = conversation("talk", async ({ ask, on, reply }) => {
      const { answer, edit, button } = await ask("Which size?", on("callback_query", Size), {
        reply_markup: Size.keyboard({ Small: { large: false }, Large: { large: true } }),
      });
      await answer("Noted");
      await edit(button.large ? "Large" : "Small");
      await ask("For whom?", text());
      await reply("Done");
    });
    const ground = new Ground(botWith(talk));

    await ground.say("/go");
    assert.equal(ground.host.calls[0]?.params["reply_markup"] !== undefined, true);
    await ground.press(true);
    await ground.say("Ada");

    const methods = ground.host.calls.map(({ method }) => method);
    assert.deepEqual(methods, [
      "sendMessage",
      "answerCallbackQuery",
      "editMessageText",
      "sendMessage",
      "sendMessage",
    ]);
    assert.deepEqual(ground.heard().slice(2), ["Large", "For whom?", "Done"]);
  });

  it("takes the first of several, and says which it was", async () => {
    const seen: unknown[] = [];
    const talk = conversation("talk", async ({ ask, on, after }) => {
      for (;;) {
        const got = await ask("?", {
          picture: has("photo"),
          words: text(),
          press: on("callback_query", Size),
          nothing: after(60_000),
        });
        if (got.case === "picture") seen.push(got.message.photo.length);
        else if (got.case === "words") seen.push(got.message.text);
        else if (got.case === "press") seen.push(got.button.large);
        else return void seen.push(got.event.timer?.dueAtMs);
      }
    });
    const ground = new Ground(botWith(talk));

    await ground.say("/go", "hello");
    await ground.press(true);
    await ground.host.feed(sampleUpdate("message", { photo: [] } as object));
    await ground.pass(59_999);
    assert.deepEqual(seen.slice(-1), [0]);
    await ground.pass(1);

    // Each answer runs the function again from the start.
    const all = ["hello", true, 0, 60_000];
    assert.deepEqual(seen, [...all.slice(0, 1), ...all.slice(0, 2), ...all.slice(0, 3), ...all]);
    assert.equal(ground.isHeld, false);
  });

  it("gives each of several calls at once its own result, in whichever order they ended", async () => {
    const gates = new Map<string, () => void>();
    const seen: unknown[] = [];
    const talk = conversation("talk", async ({ api, ask }) => {
      const two = async (name: string): Promise<readonly number[]> => {
        const first = await api.sendMessage({ chat_id: 1, text: `${name}1` });
        const second = await api.sendMessage({ chat_id: 1, text: `${name}2` });
        return [first.message_id, second.message_id];
      };
      const early = await Promise.race([two("a"), two("b")]);
      seen.push(early, ...(await Promise.all([two("c"), two("d")])));
      await ask("?", text());
    });
    let sent = 0;
    const ground = new Ground(botWith(talk), {
      respond: (_method, { text: words }) => {
        if (words === "?") return true;
        return new Promise((resolve) => {
          gates.set(String(words), () => resolve({ message_id: (sent += 1) }));
        });
      },
    });
    const running = ground.say("/go");
    // The second chain of each pair is through before the first one goes on.
    for (const name of ["b1", "b2", "a1", "a2", "d1", "d2", "c1", "c2"]) {
      while (!gates.has(name)) await new Promise((resolve) => setImmediate(resolve));
      gates.get(name)!();
    }
    await running;
    const live = seen.splice(0);
    assert.deepEqual(live, [
      [1, 2],
      [7, 8],
      [5, 6],
    ]);

    await ground.say("x");
    assert.deepEqual(seen, live);
  });

  it("may be made of plain functions", async () => {
    const askNumber = async ({ ask }: Talk, question: string): Promise<number> => {
      const { match } = await ask(question, text(/^\d+$/), { reprompt: "A number, please" });
      return Number(match[0]);
    };
    const sum = conversation("sum", async (talk) => {
      const numbers: number[] = [];
      for (const name of ["a", "b", "c"]) numbers.push(await askNumber(talk, name));
      await talk.reply(String(numbers.reduce((left, right) => left + right)));
    });
    const ground = new Ground(botWith(sum));

    await ground.say("/go", "1", "two", "2", "3");

    assert.deepEqual(ground.heard(), ["a", "b", "A number, please", "c", "6"]);
  });

  it("is entered with input, and ends with a result or by leave", async () => {
    const endings: Ending<number>[] = [];
    const talk = conversation(
      "talk",
      async ({ ask, leave }, input: { readonly price: number }) => {
        const { message } = await ask(`${input.price} € each. How many?`, text());
        if (message.text === "none") return leave();
        return Number(message.text) * input.price;
      },
      { onEnd: (ending) => endings.push(ending) },
    );
    const bot = new Bot({ routers: [talk] });
    bot.message(command("go"), (context) => talk.enter(context, { price: 3 }));
    const ground = new Ground(bot);

    await ground.say("/go", "5", "/go", "none");

    assert.deepEqual(endings, [{ status: "finished", result: 15 }, { status: "left" }]);
    assert.equal(ground.isHeld, false);
  });

  it("may end at once, and then leaves nothing", async () => {
    const talk = conversation("talk", async ({ reply }) => void (await reply("Hi")));
    const ground = new Ground(botWith(talk));

    await ground.say("/go");

    assert.deepEqual(ground.heard(), ["Hi"]);
    assert.equal(ground.isHeld, false);
  });

  it("has what middlewares add to the update that is handled now", async () => {
    const talk = conversation("talk", async (the: Talk<"message", { readonly name: string }>) => {
      const { given, ask, reply } = the;
      await ask(`Hi ${given.name}`, text());
      await reply(`Bye ${given.name}`);
    });
    const bot = new Bot().outer(({ update }, next) =>
      next({ name: "message" in update && update.message?.text === "x" ? "B" : "A" }),
    );
    bot.message(command("go"), (context) => talk.enter(context));
    bot.include(talk);
    const ground = new Ground(bot as unknown as Bot);

    await ground.say("/go", "x");

    assert.deepEqual(ground.heard(), ["Hi A", "Bye B"]);
  });

  it("can be left and looked at from outside", async () => {
    const talk = conversation("talk", async ({ ask }) => void (await ask("?", text())), {
      timeoutMs: 1_000,
    });
    const outside = new Router("outside");
    const saw: boolean[] = [];
    outside.message(command("stop"), async (context) => {
      saw.push(await talk.isActive(context), await talk.leave(context), await talk.leave(context));
    });
    const ground = new Ground(botWith(talk, outside));

    await ground.say("/go", "/stop", "x");

    assert.deepEqual(saw, [true, true, false]);
    assert.deepEqual(ground.heard(), ["?", "rest: x"]);
    assert.equal(ground.host.timers.size, 0);
  });
});

describe("an answer that does not fit", () => {
  it("goes to the handlers behind, and the question stays open", async () => {
    const talk = conversation("talk", async ({ ask, reply }) => {
      const { match } = await ask("How many?", text(/^\d+$/));
      await reply(`${match[0]} it is`);
    });
    const ground = new Ground(botWith(talk));

    await ground.say("/go", "some", "/help");
    await ground.press(true);
    await ground.say("3");

    assert.deepEqual(ground.heard(), ["How many?", "rest: some", "rest: /help", "rest", "3 it is"]);
  });

  it("goes to nobody when the conversation says so", async () => {
    const talk = conversation("talk", async ({ ask }) => void (await ask("?", text(/^\d+$/))), {
      others: "drop",
    });
    const ground = new Ground(botWith(talk));

    await ground.say("/go", "some", "/help");
    await ground.press(true);

    assert.deepEqual(ground.heard(), ["?"]);
    assert.equal(ground.isHeld, true);
  });

  it("is asked for again, but for commands and presses", async () => {
    const talk = conversation("talk", async ({ ask, on, reply }) => {
      const { button } = await ask("Which?", on("callback_query", Size), {
        reprompt: ({ message }, tries) => `${message.text}? A button, please (${tries})`,
      });
      await reply(String(button.large));
    });
    const ground = new Ground(botWith(talk));

    await ground.say("/go", "large", "/help", "big");
    await ground.host.feed(sampleUpdate("callback_query", { data: "other" }));
    await ground.press(true);

    assert.deepEqual(ground.heard(), [
      "Which?",
      "large? A button, please (1)",
      "rest: /help",
      "big? A button, please (2)",
      "rest",
      "true",
    ]);
  });

  it("ends the conversation after so many tries", async () => {
    const endings: string[] = [];
    const talk = conversation(
      "talk",
      async ({ ask }) => void (await ask("?", text(/^\d+$/), { reprompt: "No", triesMax: 3 })),
      { onEnd: ({ status }, { reply }) => (endings.push(status), reply("Never mind")) },
    );
    const ground = new Ground(botWith(talk));

    await ground.say("/go", "a", "b", "c", "d");

    assert.deepEqual(endings, ["gave-up"]);
    assert.deepEqual(ground.heard(), ["?", "No", "No", "Never mind", "rest: d"]);
  });

  it("can be caught by the function after so many tries", async () => {
    const talk = conversation("talk", async ({ ask, reply }) => {
      const size = await ask("?", text(/^\d+$/), { triesMax: 1 }).then(
        ({ match }) => match[0],
        (error: unknown) => (error as { code: string }).code,
      );
      await ask("And then?", text());
      await reply(size);
    });
    const ground = new Ground(botWith(talk));

    await ground.say("/go", "a", "b");

    assert.deepEqual(ground.heard(), ["?", "And then?", "no-valid-answer"]);
  });

  it("fails the update when the filter throws, and the question stays open", async () => {
    let isBroken = true;
    const talk = conversation("talk", async ({ wait, reply }) => {
      await wait(function broken() {
        if (isBroken) throw new TypeError("boom");
        return true;
      }).catch(() => reply("not for the function"));
      await reply("done");
    });
    const ground = new Ground(botWith(talk));
    await ground.say("/go");

    await assert.rejects(ground.say("x"), /filter broken failed: boom/);
    isBroken = false;
    await ground.say("x");

    assert.deepEqual(ground.heard(), ["done"]);
  });
});

describe("a conversation that is cancelled", () => {
  it("ends at whichever question, before the question sees the update", async () => {
    const talk = conversation("talk", async ({ ask }) => void (await ask("?", has("text"))), {
      cancel: command("cancel"),
      onEnd: ({ status }, { reply }) => reply(status),
      timeoutMs: 1_000,
    });
    const ground = new Ground(botWith(talk));

    await ground.say("/cancel", "/go", "/cancel", "x");

    assert.deepEqual(ground.heard(), ["rest: /cancel", "?", "cancelled", "rest: x"]);
    assert.equal(ground.host.timers.size, 0);
  });

  it("is cancelled by updates of the kinds that it names", async () => {
    const talk = conversation("talk", async ({ ask }) => void (await ask("?", text())), {
      cancel: { callback_query: Size },
      onEnd: ({ status }, { reply }) => reply(status),
    });
    const ground = new Ground(botWith(talk));

    await ground.say("/go");
    await ground.press(false);

    assert.deepEqual(ground.heard(), ["?", "cancelled"]);
  });
});

describe("a time-out", () => {
  it("ends the conversation unless the function catches it, also after a reprompt", async () => {
    const talk = conversation(
      "talk",
      async ({ ask, reply }) => {
        await ask("First?", text(), { timeoutMs: 5_000 }).catch(async (error: unknown) => {
          await reply((error as { code: string }).code);
        });
        await ask("Second?", text(/^\d$/), { reprompt: "No" });
      },
      { timeoutMs: 1_000, onEnd: ({ status }, { reply }) => reply(status) },
    );
    const ground = new Ground(botWith(talk));

    await ground.say("/go");
    await ground.pass(4_999);
    assert.deepEqual(ground.heard(), ["First?"]);
    await ground.pass(1);
    assert.deepEqual(ground.heard(), ["answer-timed-out", "Second?"]);
    await ground.pass(999);
    await ground.say("x");
    await ground.pass(1);

    assert.deepEqual(ground.heard(), ["No", "timed-out"]);
    assert.equal(ground.isHeld, false);
  });

  it("is over when the answer comes", async () => {
    const talk = conversation("talk", async ({ ask, wait, reply }) => {
      await ask("?", text(), { timeoutMs: 1_000 });
      await wait(text());
      await reply("done");
    });
    const ground = new Ground(botWith(talk));

    await ground.say("/go", "a");
    await ground.pass(10_000);
    await ground.say("b");

    assert.deepEqual(ground.heard(), ["?", "done"]);
  });
});

describe("a failure in a conversation", () => {
  it("leaves the conversation at its question", async () => {
    let isDown = true;
    const talk = conversation("talk", async ({ ask, step, reply }) => {
      await ask("?", text());
      await step("save", () => {
        if (isDown) throw new Error("database is down");
      });
      await reply("saved");
    });
    const ground = new Ground(botWith(talk));
    await ground.say("/go");

    await assert.rejects(ground.say("x"), /database is down/);
    isDown = false;
    await ground.say("x");

    assert.deepEqual(ground.heard(), ["?", "saved"]);
  });

  it("is thrown again where it was caught", async () => {
    const talk = conversation("talk", async ({ ask, step, reply, api }) => {
      const said: string[] = [];
      const failure = (error: unknown): void => {
        const { name, message, code } = error as Error & { code?: unknown };
        said.push(`${name} ${String(code)} ${message} ${error instanceof BotApiError}`);
      };
      await step("pay", () => {
        throw Object.assign(new RangeError("no money"), { code: "poor" });
      }).catch(failure);
      await api.deleteMessage({ chat_id: 1, message_id: 1 }).catch(failure);
      await ask("?", text());
      await reply(said.join("\n"));
    });
    const ground = new Ground(botWith(talk), {
      respond(method) {
        if (method !== "deleteMessage") return true;
        const description = "Bad Request: message to delete not found";
        const details = { code: "telegram", errorCode: 400, ambiguous: false } as const;
        throw new BotApiError({ ...details, method, description });
      },
    });

    await ground.say("/go", "x");

    assert.equal(
      ground.heard().at(-1),
      "RangeError poor no money false\n" +
        "BotApiError telegram deleteMessage: Bad Request: message to delete not found true",
    );
  });

  it("comes of effects and waits at the same time, and says how to mend it", async () => {
    const wrong: Record<string, (talk: Talk) => Promise<unknown>> = {
      effect: async ({ reply, wait }) => {
        void reply("a");
        await wait(text());
      },
      step: ({ step, reply }) => step("outer", () => reply("inner")),
      waits: ({ wait }) => Promise.all([wait(text()), wait(text())]),
      kind: ({ wait }) => wait({ kind: "poll_answer" } as never),
      nothing: ({ wait }) => wait({} as never),
    };
    const expected: Record<string, RegExp> = {
      effect: /a wait began while sendMessage.* was under way/,
      step: /sendMessage.* began while step:outer was under way/,
      waits: /waits twice at once/,
      kind: /waits for poll_answer, which it does not get; add it to its kinds/,
      nothing: /it waits for a filter/,
    };
    for (const [name, run] of Object.entries(wrong)) {
      const ground = new Ground(botWith(conversation(name, run)));
      await assert.rejects(ground.say("/go", "x"), expected[name]!, name);
    }
  });

  it("comes of a record that grows too large", async () => {
    const talk = conversation(
      "talk",
      async ({ ask, step }) => {
        await step("catalogue", () => "x".repeat(2_000));
        await ask("?", text());
      },
      { recordBytesMax: 1_000 },
    );
    const ground = new Ground(botWith(talk));

    await assert.rejects(ground.say("/go"), (error: Error) => {
      assert.match(error.message, /has 2\d{3} bytes, and 1000 are allowed/);
      assert.match(error.message, /the largest part is step:catalogue \(20\d\d\)/);
      return (error.cause as { code: string }).code === "conversation-too-long";
    });
    assert.equal(ground.isHeld, false);
  });

  it("is refused before it runs when an option cannot be", () => {
    const run = async (): Promise<void> => undefined;
    const bad = { code: "bad-argument" };
    assert.throws(() => conversation("a:b", run), bad);
    assert.throws(() => conversation("a", run, { timeoutMs: 0 }), bad);
    assert.throws(() => conversation("a", run, { version: 1.5 }), bad);
    assert.throws(() => conversation("a", run, { kinds: [] }), bad);
    assert.throws(() => conversation("a", run, { strategy: "world" as never }), bad);
  });

  it("comes of a name that is taken, and of being included nowhere", async () => {
    const run = async (): Promise<void> => undefined;
    const twice = new Bot({ routers: [conversation("a", run), conversation("a", run)] });
    assert.throws(() => twice.allowedUpdates, /conversation\("a"\): two have this name/);
    const alone = conversation("b", run);
    const bot = new Bot();
    bot.message(alone.enter);
    await assert.rejects(new Ground(bot).say("x"), /include it in a router/);
  });

  it("comes of a copy of the context", async () => {
    const talk = conversation("talk", async () => undefined);
    const bot = new Bot({ routers: [talk] });
    bot.message(command("go"), (context) => talk.enter({ ...context } as Context<"message">));
    await assert.rejects(new Ground(bot).say("/go"), /the context itself/);
  });
});

describe("a conversation whose code has changed", () => {
  type Run = (talk: Talk) => Promise<unknown>;
  let endings: Ending[];
  beforeEach(() => {
    endings = [];
  });

  const before: Run = async ({ ask, step, reply }) => {
    await step("stock", () => 5);
    await ask("Name?", text());
    await ask("Age?", text());
    await reply("done");
  };

  /** Asks two questions by the old code and answers the second by the new one. */
  async function deploy(run: Run, options: object = {}, old: object = {}): Promise<Ground> {
    const onEnd = (ending: Ending): void => void endings.push(ending);
    const ground = new Ground(botWith(conversation("talk", before, old)));
    await ground.say("/go", "Ada");
    const next = new Ground(botWith(conversation("talk", run, { onEnd, ...options })));
    for (const [key, record] of ground.host.states) next.host.states.set(key, record);
    await next.say("36");
    return next;
  }

  it("goes on when only words, and what comes later, are different", async () => {
    const ground = await deploy(async ({ ask, step, reply }) => {
      await step("stock", () => 6);
      await ask("Your name?", text());
      await ask("Your age?", text());
      await reply("done, anew");
    });
    assert.deepEqual(ground.heard(), ["done, anew"]);
    assert.deepEqual(
      endings.map(({ status }) => status),
      ["finished"],
    );
  });

  const CHANGED: Readonly<Record<string, readonly [Run, RegExp]>> = {
    "an effect more": [
      async ({ ask, step }) => {
        await step("stock", () => 5);
        await step("price", () => 5);
        await ask("Name?", text());
        await ask("Age?", text());
      },
      /after its start it does step:price, which is not recorded/,
    ],
    "an effect less": [
      async ({ ask }) => {
        await ask("Name?", text());
        await ask("Age?", text());
      },
      /after its start it asks without step:stock, which is recorded/,
    ],
    "an effect of another name": [
      async ({ ask, step }) => {
        await step("stocks", () => 5);
        await ask("Name?", text());
      },
      /it does step:stocks/,
    ],
    "a question less": [
      async ({ ask, step }) => {
        await step("stock", () => 5);
        await ask("Name?", text());
      },
      /after answer 1 it ends, where it went on before/,
    ],
    "a question for something else": [
      async ({ ask, step }) => {
        await step("stock", () => 5);
        await ask("Name?", text("Bob"));
      },
      /after answer 1 the next answer does not fit any more/,
    ],
    "an error": [() => Promise.reject(new Error("oops")), /after its start it throws: Error: oops/],
  };
  for (const [name, [run, reason]] of Object.entries(CHANGED))
    it(`is ended by ${name}, and does nothing else`, async () => {
      const ground = await deploy(run);
      assert.equal(endings.length, 1);
      const [ending] = endings;
      assert.equal(ending?.status, "outdated");
      assert.match(ending.status === "outdated" ? ending.reason : "", reason);
      assert.deepEqual(ground.heard(), []);
      assert.equal(ground.isHeld, false);
      assert.match(ground.host.log[0]?.message ?? "", /has changed: end/);
    });

  it("is ended when its version was raised, and without onEnd others get the update", async () => {
    const ground = await deploy(before, { version: 2, onEnd: undefined });
    assert.deepEqual(ground.heard(), ["rest: 36"]);
    assert.equal(ground.isHeld, false);
  });

  it("is kept for the code that began it when that is newer", async () => {
    const ground = await deploy(before, { version: 1 }, { version: 2 });
    assert.deepEqual(ground.heard(), ["rest: 36"]);
    assert.equal(ground.isHeld, true);
  });

  it("begins anew where it says restart", async () => {
    const ground = await deploy(before, { version: 2, whenChanged: "restart" });
    assert.deepEqual(ground.heard(), ["Name?"]);
    await ground.say("Bob", "40");
    assert.deepEqual(ground.heard(), ["Age?", "done"]);
  });

  it("fails by name where it says fail, and is kept", async () => {
    const isByName = (error: Error): boolean =>
      (error.cause as { code: string }).code === "conversation-changed";
    const failing = deploy(before, { version: 2, whenChanged: "fail" });
    await assert.rejects(failing, isByName);
  });
});

describe("what a conversation does beside calls", () => {
  it("is done once: emitted events and timers", async () => {
    const ping = eventKind("ping");
    const talk = conversation("talk", async ({ ask, context: { emit, timers } }) => {
      await emit(ping, 1);
      await timers.set(ping, { afterMs: 1_000 });
      await ask("?", text());
      timers.cancel(ping);
      await ask("!", text());
    });
    const ground = new Ground(botWith(talk));

    await ground.say("/go");
    assert.deepEqual([ground.host.emitted.length, ground.host.timers.size], [1, 1]);
    await ground.say("a");
    assert.deepEqual([ground.host.emitted.length, ground.host.timers.size], [1, 0]);
    await ground.say("b");
    assert.deepEqual([ground.host.emitted.length, ground.host.timers.size], [1, 0]);
  });

  it("is done once: events, timers, sends, states and logs", async () => {
    const { busy } = states("desk", { busy: z.object({ ticket: z.number() }) });
    const seen: unknown[] = [];
    const talk = conversation("talk", async ({ ask, context }) => {
      const { state, outbox, logger } = context;
      seen.push(await state.read(busy));
      await state.enter(busy, { ticket: seen.length });
      outbox.send("sendMessage", { chat_id: 7, text: "later" });
      logger.info({}, "begun");
      await ask("?", text());
      await ask("!", text());
    });
    const desk = new Router("desk");
    desk.callbackQuery(busy, ({ data, reply }) => reply(String(data.ticket)));
    const ground = new Ground(botWith(talk, desk));

    await ground.say("/go", "a", "b");

    assert.deepEqual(seen, [undefined, undefined, undefined]);
    assert.equal(ground.host.sends.length, 1);
    assert.deepEqual(
      ground.host.log.map(({ message }) => message),
      ["begun"],
    );
    await ground.press(true);
    assert.equal(ground.heard().at(-1), "1");
  });
});
