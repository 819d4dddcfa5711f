import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type BotApi, createBotApi } from "@hookgram/bot-api";
import { Bot } from "hookgram";

import { EngineGround, type EngineGroundOptions } from "../../test/engine-ground.ts";
import {
  ok,
  refusal,
  type ScriptedAnswer,
  type ScriptedCall,
  type ScriptedTelegram,
  scriptTelegram,
} from "../../test/scripted-telegram.ts";
import type { OutboxTurned } from "../store/outbox/outbox-store.ts";
import type { FailedSend } from "./outbox.ts";

/** Answers that a test has set for a text, in their order; every other call is answered well. */
type Script = Record<string, ScriptedAnswer[]>;

describe("an engine's outbox", () => {
  let ground: EngineGround;
  let telegram: ScriptedTelegram;
  let script: Script;

  beforeEach(async () => {
    script = {};
    ground = new EngineGround();
    telegram = await scriptTelegram(({ params }: ScriptedCall) => {
      const answers = script[String(params["text"])];
      return answers?.shift() ?? ok({ message_id: 77, date: 1, chat: { id: 1 } });
    });
  });
  afterEach(async () => {
    await ground.close();
    await telegram.close();
  });

  const texts = (): unknown[] => telegram.calls.map(({ params }) => params["text"]);
  const start = (
    handle: Parameters<EngineGround["start"]>[0] = () => {},
    options: EngineGroundOptions = {},
  ) => ground.start(handle, { api: telegram.api, ...options });
  const enqueue = (chatId: number | string, text: string) =>
    ground.engine.outbox.enqueue("sendMessage", { chat_id: chatId, text });
  /** Lets time pass until so many calls were made and everything is written down. */
  const untilCalls = async (count: number, stepMs = 100): Promise<void> => {
    for (let step = 0; step < 3_000 && telegram.calls.length < count; step += 1) {
      await ground.quiet();
      ground.clock.advance(stepMs);
    }
    assert.equal(telegram.calls.length, count, JSON.stringify(texts()));
    await untilIdle();
  };
  const untilIdle = async (): Promise<void> => {
    for (;;) {
      await ground.quiet();
      if ((await ground.engine.outbox.stats()).sending === 0) return;
    }
  };

  it("sends what a handler enqueued, once, although its first attempt failed", async () => {
    await start(({ attempt, outbox }) => {
      outbox.send("sendMessage", { chat_id: 5, text: `attempt ${attempt}` });
      if (attempt === 1) throw new Error("first");
    });
    await ground.engine.accept(ground.message(5));
    await ground.settleAll();
    await untilCalls(1);
    assert.deepEqual(telegram.calls[0], {
      method: "sendMessage",
      params: { chat_id: 5, text: "attempt 2" },
    });
    const [sent] = await ground.engine.outbox.sends({ state: "sent" });
    assert.deepEqual([sent?.messageId, sent?.doubts, sent?.chatId], [77, 0, 5]);
  });

  it("leaves no timer behind when it is stopped while it looks for what is old", async () => {
    await start();
    const { outbox } = ground.store;
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const answer = outbox.ask.bind(outbox);
    outbox.ask = async (question) => {
      if (question.do !== "sweep") return answer(question);
      ask();
      await released;
      return answer(question);
    };
    ground.clock.advance(60_000);
    await asked;
    await ground.engine.stop();
    release();
    await ground.quiet();
    assert.equal(ground.clock.waiting, 0);
  });

  it("calls nobody once it has stopped, although the store hands out a send after that", async () => {
    await start();
    const { outbox } = ground.store;
    const { promise: claimed, resolve: claim } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const answer = outbox.ask.bind(outbox);
    outbox.ask = async (question) => {
      const answered = await answer(question);
      if ("sends" in Object(answered) && (answered as OutboxTurned).sends.length > 0) {
        claim();
        await released;
      }
      return answered;
    };
    await enqueue(5, "late");
    await claimed;
    let isStopped = false;
    const stopped = ground.engine.stop({ drainMs: 0 }).then(() => (isStopped = true));
    while (!isStopped) {
      await ground.quiet();
      ground.clock.advance(500);
    }
    await stopped;
    release();
    await ground.quiet();
    assert.deepEqual(texts(), []);
  });

  it("has the bot's outgoing middlewares around its calls", async () => {
    const bot = new Bot();
    bot.outgoing((_method, params, next) => next({ ...params, parse_mode: "HTML" }));
    const hooks = { withOutgoing: (api: BotApi) => bot.withOutgoing(api) };
    await start(undefined, { hooks });
    await enqueue(5, "a");
    await untilCalls(1);
    assert.equal(telegram.calls[0]?.params["parse_mode"], "HTML");
  });

  it("lets a handler replace what it has scheduled", async () => {
    const at = ground.clock.now() + 60_000;
    await start(({ outbox, update }) => {
      outbox.cancel("reminder");
      const { text } = update.message as { text: string };
      outbox.send("sendMessage", { chat_id: 5, text }, { at: new Date(at), key: "reminder" });
    });
    for (const text of ["one", "two"]) {
      await ground.engine.accept(ground.message(5, text));
      await ground.settleAll();
    }
    assert.equal(telegram.calls.length, 0);
    await untilCalls(1, 10_000);
    assert.deepEqual(texts(), ["two"]);
  });

  it("keeps a chat's order over an error that passes, and holds up no other chat", async () => {
    script["a1"] = [refusal(502, "Bad Gateway"), refusal(502, "Bad Gateway")];
    await start();
    await enqueue(1, "a1");
    await enqueue(1, "a2");
    await enqueue(2, "b1");
    await untilCalls(5);
    assert.deepEqual(
      texts().filter((text) => text !== "b1"),
      ["a1", "a1", "a1", "a2"],
    );
    assert.ok(texts().indexOf("b1") <= 1, "the other chat waited");
  });

  it("waits as long as a 429 asks for, also after a restart", async () => {
    script["a"] = [refusal(429, "Too Many Requests: retry after 30", 30)];
    await start();
    await enqueue(1, "a");
    await untilCalls(1);
    const { blocked } = await ground.engine.outbox.stats();
    assert.equal(blocked[0]?.chatId, 1);
    await ground.engine.stop();
    await start();
    const before = ground.clock.now();
    await untilCalls(2);
    assert.ok(ground.clock.now() - before >= 29_000, `${ground.clock.now() - before}`);
  });

  it("takes 429s of three chats in a row for the bot's", async () => {
    const answer = refusal(429, "Too Many Requests: retry after 20", 20);
    for (const chat of [1, 2, 3]) script[`to ${chat}`] = [answer];
    await start(undefined, { outbox: { concurrencyMax: 1 } });
    for (const chat of [1, 2, 3, 4]) await enqueue(chat, `to ${chat}`);
    await untilCalls(3);
    const { blocked } = await ground.engine.outbox.stats();
    assert.ok(blocked.some(({ chatId }) => chatId === undefined));
    ground.clock.advance(15_000);
    await ground.quiet();
    assert.equal(telegram.calls.length, 3);
    await untilCalls(7);
  });

  it("records what Telegram refuses, and tells", async () => {
    const failed: FailedSend[] = [];
    script["a"] = [refusal(403, "Forbidden: bot was blocked by the user")];
    await start(undefined, { outbox: { onFailed: (send) => void failed.push(send) } });
    await enqueue(1, "a");
    await enqueue(1, "b");
    await untilCalls(2);
    assert.deepEqual(
      failed.map(({ chatId, reason }) => [chatId, reason]),
      [[1, "blocked"]],
    );
    const [record] = await ground.engine.outbox.sends({ state: "failed" });
    assert.equal(record?.error, "Forbidden: bot was blocked by the user");
  });

  it("follows a group that became a supergroup", async () => {
    const description = "Bad Request: group chat was upgraded to a supergroup chat";
    const parameters = { migrate_to_chat_id: -100_777 };
    const json = { ok: false, error_code: 400, description, parameters };
    script["a"] = [{ status: 400, json }];
    await start();
    await enqueue(-5, "a");
    await enqueue(-5, "b");
    await untilCalls(3);
    const chats = telegram.calls.map(({ params }) => params["chat_id"]);
    assert.deepEqual(chats, [-5, -100_777, -100_777]);
    assert.deepEqual(texts(), ["a", "a", "b"]);
  });

  it("holds everything while the token is refused", async () => {
    script["a"] = [refusal(401, "Unauthorized")];
    await start();
    await enqueue(1, "a");
    await untilCalls(1);
    await enqueue(2, "b");
    ground.clock.advance(30_000);
    await ground.quiet();
    assert.equal(telegram.calls.length, 1);
    await untilCalls(3);
  });

  it("repeats with a flag what may have been sent, and parks what must not be repeated", async () => {
    script["a"] = ["cut"];
    script["p"] = ["cut"];
    await start();
    await enqueue(1, "a");
    const options = { ambiguous: "park" } as const;
    const { outbox } = ground.engine;
    const { id } = await outbox.enqueue("sendMessage", { chat_id: 2, text: "p" }, options);
    await untilCalls(3);
    const [sent] = await outbox.sends({ state: "sent" });
    assert.deepEqual([sent?.chatId, sent?.doubts], [1, 1]);
    const [parked] = await outbox.sends({ state: "parked" });
    assert.deepEqual([parked?.id, parked?.doubts], [id, 1]);
    assert.equal(await outbox.decide(id, "again"), "decided");
    await untilCalls(4);
    assert.equal(texts().at(-1), "p");
  });

  it("asks once per wait when a group is over its limit, and sends everything in order", async () => {
    const windowMs = 60_000;
    const allowed = new Map<unknown, number[]>();
    await telegram.close();
    telegram = await scriptTelegram(({ params }) => {
      const nowMs = ground.clock.now();
      const recent = (allowed.get(params["chat_id"]) ?? []).filter((at) => at > nowMs - windowMs);
      allowed.set(params["chat_id"], recent);
      if (params["chat_id"] === -5 && recent.length >= 20) {
        const seconds = Math.ceil((recent[0]! + windowMs - nowMs) / 1_000);
        return refusal(429, `Too Many Requests: retry after ${seconds}`, seconds);
      }
      recent.push(nowMs);
      return ok({ message_id: 1 });
    });
    const limits = { chatPerSecond: 100, chatBurst: 50, groupPerMinute: 1_000 };
    await start(undefined, { outbox: { limits } });
    for (let at = 0; at < 50; at += 1) await enqueue(-5, `group ${at}`);
    for (let at = 0; at < 10; at += 1) await enqueue(7, `other ${at}`);
    const others = (): number => texts().filter((text) => String(text).startsWith("other")).length;
    for (let step = 0; step < 50 && others() < 10; step += 1) {
      await ground.quiet();
      ground.clock.advance(100);
    }
    assert.equal(others(), 10, "the other chat waited for the group");
    for (let step = 0; step < 200 && (await ground.engine.outbox.stats()).ready > 0; step += 1) {
      await ground.quiet();
      ground.clock.advance(1_000);
    }
    await untilIdle();
    const ofGroup = texts().filter((text) => String(text).startsWith("group"));
    const planned = Array.from({ length: 50 }, (_, at) => `group ${at}`);
    assert.deepEqual([...new Set(ofGroup)], planned);
    assert.equal(ofGroup.length, 52, "one refusal for each of two waits");
  });

  it("gives up after the time that it was told", async () => {
    script["a"] = Array.from({ length: 50 }, () => refusal(500, "Internal Server Error"));
    await start(undefined, { outbox: { giveUpAfterMs: 10_000 } });
    await enqueue(1, "a");
    for (let step = 0; step < 200; step += 1) {
      await ground.quiet();
      ground.clock.advance(500);
    }
    const [record] = await ground.engine.outbox.sends({ state: "failed" });
    assert.equal(record?.reason, "gave-up");
  });

  it("takes a key once from outside", async () => {
    await start();
    const { outbox } = ground.engine;
    const params = { chat_id: 1, text: "a" };
    const first = await outbox.enqueue("sendMessage", params, { key: "order 1" });
    const second = await outbox.enqueue("sendMessage", params, { key: "order 1" });
    assert.deepEqual([first.status, second.status], ["enqueued", "duplicate"]);
    assert.equal(first.id, second.id);
    await untilCalls(1);
    assert.equal(await outbox.cancel("order 1"), "too-late");
  });

  it("broadcasts, and an answer overtakes it", async () => {
    await start();
    const { outbox } = ground.engine;
    async function* chats(): AsyncGenerator<number> {
      for (let chat = 1; chat <= 120; chat += 1) yield chat;
    }
    const progress = await outbox.broadcast("sendMessage", { text: "news" }, chats());
    assert.deepEqual([progress.state, progress.total], ["running", 120]);
    await untilCalls(25, 1);
    await enqueue(999, "answer");
    await untilCalls(26, 1);
    assert.equal(texts().at(-1), "answer");
    await untilCalls(121);
    await untilIdle();
    const done = await outbox.broadcastProgress(progress.id);
    assert.deepEqual([done?.state, done?.sent, done?.left], ["done", 120, 0]);
  });

  it("cancels a broadcast whose chats could not be read to their end", async () => {
    await start();
    const { outbox } = ground.engine;
    function* chats(): Generator<number> {
      for (let chat = 1; chat <= 150; chat += 1) yield chat;
      throw new Error("the database is away");
    }
    await assert.rejects(outbox.broadcast("sendMessage", { text: "news" }, chats()), /is away/);
    const [cancelled] = await outbox.broadcasts();
    assert.deepEqual([cancelled?.state, cancelled?.left], ["cancelled", 0]);
    await ground.quiet();
    assert.equal(telegram.calls.length, 0);
  });

  it("holds handlers' calls to the limits, and waits for a short 429", async () => {
    script["1"] = [refusal(429, "Too Many Requests: retry after 3", 3)];
    await start(
      async ({ api, update }) => {
        const { text } = update.message as { text: string };
        for (let times = 0; times < 4; times += 1) await api.sendMessage({ chat_id: 1, text });
      },
      { outbox: { limitCalls: true, limits: { chatBurst: 2 } } },
    );
    const before = ground.clock.now();
    await ground.engine.accept(ground.message(1, "1"));
    await untilCalls(5);
    // The one that was refused counts too: 3 s, then two at a time in 2 s.
    assert.ok(ground.clock.now() - before >= 5_000, `${ground.clock.now() - before}`);
    assert.equal(ground.engine.stats().failedAttempts, 0);
  });

  it("finishes what is under way when it stops, and leaves the rest for later", async () => {
    await start(undefined, { outbox: { concurrencyMax: 1 } });
    await enqueue(1, "a");
    await enqueue(2, "b");
    await ground.until(() => telegram.calls.length > 0);
    await ground.engine.stop();
    const before = telegram.calls.length;
    await start();
    assert.deepEqual(await ground.engine.outbox.sends({ state: "doubtful" }), []);
    await untilCalls(2);
    assert.ok(before >= 1);
  });

  it("refuses what it cannot keep, in one line", async () => {
    await start();
    const { outbox } = ground.engine;
    await assert.rejects(
      outbox.enqueue("sendMessage", { chat_id: "nobody", text: "a" }),
      /chat_id is a whole number or a public @name; got "nobody"/,
    );
    await assert.rejects(
      outbox.enqueue("sendMessage", { chat_id: 1, text: "a" }, { botId: 99 }),
      /does not run bot 99/,
    );
    await assert.rejects(
      outbox.enqueue("sendMessage", { chat_id: 1, text: "a" }, { key: "" }),
      /key has 1 to 500 characters/,
    );
  });

  it("keeps no token in what it records", async () => {
    const { token } = telegram;
    script["a"] = [refusal(400, `Bad Request: canary ${token}`)];
    await start();
    await enqueue(1, "a");
    await untilCalls(1);
    const [record] = await ground.engine.outbox.sends({ state: "failed" });
    assert.ok(!JSON.stringify([record, ground.logger.lines]).includes("CANARY_TOKEN"));
  });

  it("tells a start with limits that cannot be", async () => {
    const api = createBotApi({ token: telegram.token, apiRoot: telegram.apiRoot });
    await assert.rejects(
      ground.start(() => {}, { api, outbox: { limits: { perSecond: 0 } } }),
      /limits.perSecond is a whole number from 1 to 10000; got 0/,
    );
  });
});
