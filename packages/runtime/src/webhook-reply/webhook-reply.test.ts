import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { type BotApi, createBotApi, fileFromBytes, wrapBotApi } from "@hookgram/bot-api";
import type { Invocation } from "hookgram";

import { describeOnStores } from "../../test/describe-on-stores.ts";
import { EngineGround, type EngineGroundOptions } from "../../test/engine-ground.ts";
import type { IncomingUpdate } from "../inbox.ts";
import { type Answer, ANSWERS } from "../receiver/answer.ts";
import { WebhookReplies } from "./webhook-replies.ts";

const BUDGET_MS = 1_000;
const HELLO = { chat_id: 5, text: "Hello" };

describeOnStores("webhook replies in the engine", (makeGround) => {
  let ground: EngineGround;
  let replies: WebhookReplies;
  /** What went to the Bot API. */
  let calls: string[];
  let api: BotApi;

  /** The handler replies, and then does what is given. */
  async function start(
    then: (invocation: Invocation) => unknown = () => {},
    options: EngineGroundOptions = {},
  ): Promise<void> {
    const { clock, logger } = ground;
    replies = new WebhookReplies({ budgetMs: BUDGET_MS, clock, logger });
    const handle = async (invocation: Invocation): Promise<void> => {
      await invocation.api.sendMessage(HELLO, { webhookReply: true });
      await then(invocation);
    };
    await ground.start(handle, { api, replies, retryDelayMs: 0, ...options });
  }

  /** As the receiver does it. */
  const receive = (update: IncomingUpdate): Promise<Answer> =>
    replies.answer(update.updateId!, async () => {
      const acceptance = await ground.engine.accept(update);
      if (acceptance === "duplicate") replies.duplicate(update.updateId!);
      return ANSWERS.stored;
    });

  /** The answer, which then gets so far. */
  async function receiveUntil(
    outcome: "written" | "cut" | "gone",
    update = ground.message(5),
  ): Promise<Answer> {
    const answer = await receive(update);
    answer.sent?.(outcome);
    return answer;
  }

  async function doubtsOf(): Promise<readonly string[]> {
    const doubts = await ground.engine.operator.doubts();
    return doubts.flatMap(({ effects }) => effects.map(({ kind }) => kind));
  }

  beforeEach(() => {
    ground = new EngineGround(makeGround());
    calls = [];
    const client = createBotApi({ token: `7:${"x".repeat(35)}` });
    api = wrapBotApi(client, async (method) => calls.push(method));
  });
  afterEach(() => ground.close());

  it("carry the first call in the answer, and the next ones go by the API", async () => {
    await start(({ api: own }) => own.sendMessage(HELLO, { webhookReply: true }));
    const answer = await receiveUntil("written");
    await ground.settleAll(0);

    const params = JSON.parse(Buffer.from(answer.body).toString()) as unknown;
    assert.deepEqual(params, { method: "sendMessage", ...HELLO });
    assert.equal(answer.headers["content-length"], String(answer.body.byteLength));
    assert.deepEqual(calls, ["sendMessage"]);
    assert.deepEqual(await doubtsOf(), []);
    assert.deepEqual(replies.stats, { written: 1, cut: 0, lost: 0 });
  });

  it("are not made again by the next attempt", async () => {
    await start(({ attempt }) => {
      if (attempt < 3) throw new Error("the shop is closed");
    });
    await receiveUntil("written");
    await ground.settleAll();

    assert.equal(ground.engine.stats().failedAttempts, 2);
    assert.deepEqual(calls, []);
  });

  it("that were cut off are in doubt, and not made again", async () => {
    await start(({ attempt }) => {
      if (attempt === 1) throw new Error("the shop is closed");
    });
    await receiveUntil("cut");
    await ground.settleAll();

    assert.deepEqual(calls, []);
    assert.deepEqual(await doubtsOf(), ["unknown"]);
    assert.equal(ground.engine.stats().unknownEffects, 1);
    assert.equal(replies.stats.cut, 1);
  });

  it("are in doubt, and not made again, when the process dies while one is written", async () => {
    await start();
    const answer = await receive(ground.message(5));
    assert.notEqual(answer.sent, undefined);
    await ground.crash();
    await start();
    await ground.settleAll();

    assert.deepEqual(calls, []);
    assert.deepEqual(await doubtsOf(), ["unknown"]);
  });

  it("are not for what may have been done before: that goes by the API, with its mark", async () => {
    const gate = Promise.withResolvers<void>();
    const update = ground.message(5);
    const never = new Promise<never>(() => {});
    api = wrapBotApi(api, (_method, _params, next) => next().then((it) => (isDying ? never : it)));
    let isDying = true;
    await start();
    await ground.engine.accept(update);
    await ground.until(() => calls.length === 1);
    await ground.crash();
    isDying = false;
    await ground.start(
      async (invocation) => {
        await gate.promise;
        await invocation.api.sendMessage(HELLO, { webhookReply: true });
      },
      { api, replies, retryDelayMs: 0 },
    );
    // Telegram sends it again, and before the store has said that it knows it the attempt goes on.
    const { promise: known, resolve: isKnown } = Promise.withResolvers<void>();
    const answer = replies.answer(update.updateId!, async () => {
      await known;
      replies.duplicate(update.updateId!);
      return ANSWERS.stored;
    });
    void answer.then(({ sent }) => sent?.("written"));
    gate.resolve();
    await ground.settleAll(0).finally(isKnown);

    assert.equal(await answer, ANSWERS.stored);
    assert.deepEqual(calls, ["sendMessage", "sendMessage"]);
    assert.deepEqual(await doubtsOf(), ["repeated"]);
  });

  it("go by the API when the attempt ended before a byte of one was written", async () => {
    await start(undefined, { attemptTimeoutMs: 5_000 });
    const { store } = ground;
    const record = store.record.bind(store);
    const gate = Promise.withResolvers<void>();
    const { promise: noted, resolve: isNoted } = Promise.withResolvers<void>();
    store.record = async (attempt, entry) => {
      const recorded = await record(attempt, entry);
      isNoted();
      if (entry.kind === "unknown") await gate.promise;
      return recorded;
    };
    const answer = receive(ground.message(5));
    await noted;
    ground.clock.advance(5_000);
    assert.equal(await answer, ANSWERS.stored);
    gate.resolve();
    await ground.settleAll();

    assert.deepEqual(calls, ["sendMessage"]);
    assert.deepEqual(await doubtsOf(), []);
  });

  it("go by the API when the client went away before", async () => {
    await start();
    await receiveUntil("gone");
    await ground.settleAll(0);

    assert.deepEqual(calls, ["sendMessage"]);
    assert.deepEqual(await doubtsOf(), []);
    assert.equal(ground.engine.stats().repeatedEffects, 0);
  });

  it("go by the API when the request that was to carry them is refused after all", async () => {
    const { promise: lateness, resolve: goOn } = Promise.withResolvers<void>();
    await ground.start(
      async (invocation) => {
        await lateness;
        await invocation.api.sendMessage(HELLO, { webhookReply: true });
      },
      { api, replies: (replies = new WebhookReplies({ clock: ground.clock })) },
    );
    // The first answer was 503, as the store took too long. Telegram's next request comes to a store
    // that is overloaded, when the handler makes its call.
    const update = ground.message(5);
    await ground.engine.accept(update);
    const { promise: refusal, resolve: refuse } = Promise.withResolvers<Answer>();
    const answer = replies.answer(update.updateId!, () => refusal);
    goOn();
    await ground.quiet();
    refuse(ANSWERS.unavailable);
    await ground.settleAll(0);

    assert.equal(await answer, ANSWERS.unavailable);
    assert.deepEqual(calls, ["sendMessage"]);
    assert.deepEqual(await doubtsOf(), []);
    assert.deepEqual(replies.stats, { written: 0, cut: 0, lost: 0 });
  });

  it("that Telegram has not read are counted when it sends the update again", async () => {
    await start();
    const update = ground.message(5);
    await receiveUntil("written", update);
    await ground.settleAll(0);
    assert.equal(await receive(update), ANSWERS.stored);

    assert.deepEqual(replies.stats, { written: 1, cut: 0, lost: 1 });
    assert.deepEqual(calls, []);
    assert.match(ground.logger.lines.join("\n"), /it has not read the webhook reply/);
  });

  it("come too late when the handler has used the budget up", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await start();
    await ground.engine.stop();
    await ground.start(
      async (invocation) => {
        await promise;
        await invocation.api.sendMessage(HELLO, { webhookReply: true });
      },
      { api, replies },
    );
    const answer = receive(ground.message(5));
    await ground.until(() => ground.engine.stats().running === 1);
    await ground.quiet();
    ground.clock.advance(BUDGET_MS);
    assert.equal(await answer, ANSWERS.stored);
    resolve();
    await ground.settleAll(0);

    assert.deepEqual(calls, ["sendMessage"]);
  });

  it("are for calls that may be lost: not for those that park", async () => {
    await start(undefined, { ambiguous: "park" });
    assert.equal(await receive(ground.message(5)), ANSWERS.stored);
    await ground.settleAll(0);

    assert.deepEqual(calls, ["sendMessage"]);
  });

  it("are for methods that Telegram carries out so, without files", async () => {
    await ground.start(
      async ({ api: own }) => {
        const photo = fileFromBytes("x", "x.png");
        await own.getMe({}, { webhookReply: true });
        await own.deleteWebhook({}, { webhookReply: true });
        await own.sendPhoto({ chat_id: 5, photo }, { webhookReply: true });
      },
      { api, replies: (replies = new WebhookReplies({ clock: ground.clock })) },
    );
    assert.equal(await receive(ground.message(5)), ANSWERS.stored);

    assert.deepEqual(calls, ["getMe", "deleteWebhook", "sendPhoto"]);
  });

  it("wait for nobody: not for a lane that is busy, nor for a receiver that drains", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await start(() => promise);
    await receiveUntil("written");
    const second = receive(ground.message(5));
    await ground.quiet();
    ground.clock.advance(BUDGET_MS);
    assert.equal(await second, ANSWERS.stored);
    const third = receive(ground.message(5));
    await ground.quiet();
    replies.drain();
    assert.equal(await third, ANSWERS.stored);
    resolve();
    await ground.settleAll(0);

    assert.deepEqual(calls, ["sendMessage", "sendMessage"]);
  });

  it("have a budget that is checked", () => {
    for (const budgetMs of [0, 20_001, 1.5])
      assert.throws(() => new WebhookReplies({ budgetMs, clock: ground.clock }), {
        code: "bad-options",
        message: `webhookReply.budgetMs is a whole number from 1 to 20000; got ${budgetMs}`,
      });
  });
});
