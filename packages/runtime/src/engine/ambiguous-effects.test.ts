import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";

import { describeOnStores } from "../../test/describe-on-stores.ts";
import { EngineGround } from "../../test/engine-ground.ts";
import {
  ok,
  refusal,
  type ScriptedAnswer,
  type ScriptedTelegram,
  scriptTelegram,
} from "../../test/scripted-telegram.ts";
import { RuntimeError } from "../error.ts";

const MESSAGE = { message_id: 5, date: 1, chat: { id: 1, type: "private" } };
const HELLO = { chat_id: 1, text: "hello" };

describeOnStores("effects that may have happened", (makeGround) => {
  let ground: EngineGround;
  let telegram: ScriptedTelegram;
  let answer: (count: number) => ScriptedAnswer;
  let results: unknown[];

  beforeEach(async () => {
    ground = new EngineGround(makeGround());
    answer = () => ok(MESSAGE);
    telegram = await scriptTelegram((_call, count) => answer(count));
    results = [];
  });
  afterEach(async () => {
    await ground.close();
    await telegram.close();
  });

  const log = (): string => ground.logger.lines.join("\n");
  const kinds = async (): Promise<string[][]> =>
    (await ground.engine.operator.doubts()).map(({ effects }) => effects.map(({ kind }) => kind));

  /** A bot that sends one text, which Telegram hangs on until the process dies. */
  async function dieSending(ambiguous: "repeat" | "park", attemptsMax = 5): Promise<void> {
    const start = (): Promise<unknown> =>
      ground.start(
        async ({ api, step }) => {
          results.push(await api.sendMessage(HELLO, { ambiguous }));
          await step("count", () => 1);
        },
        { api: telegram.api, attemptsMax },
      );
    answer = () => "hang";
    await start();
    await ground.engine.accept(ground.message(1));
    await ground.until(() => telegram.calls.length === 1);
    await ground.crash();
    answer = () => ok(MESSAGE);
    await start();
    await ground.settleAll();
  }

  it("are done again by default, with a word to whoever looks", async () => {
    await dieSending("repeat");
    assert.equal(telegram.calls.length, 2);
    assert.match(log(), /warn an effect is done that may have happened before .*sendMessage/s);
    const { handled, repeatedEffects } = ground.engine.stats();
    assert.deepEqual([handled, repeatedEffects], [1, 2]);
    const [doubtful = assert.fail()] = await ground.engine.operator.doubts();
    assert.equal(doubtful.status, "done");
    assert.deepEqual(
      doubtful.effects.map(({ key, kind, attempt }) => [key.split(":")[0], kind, attempt]),
      [
        ["sendMessage", "repeated", 2],
        ["step", "repeated", 2],
      ],
    );
  });

  it("are parked when that was asked for, and the lane goes on", async () => {
    await dieSending("park");
    assert.equal(telegram.calls.length, 1);
    const [letter = assert.fail()] = await ground.engine.operator.parked();
    assert.equal(letter.reason, "ambiguous");
    assert.match(letter.error, /nobody knows whether .*sendMessage:/);
    await ground.engine.accept(ground.message(1));
    await ground.settleAll();
    assert.equal(ground.engine.stats().handled, 1);
    assert.deepEqual(await kinds(), [["intent"]]);
  });

  it("wait for a decision before they are replayed", async () => {
    await dieSending("park");
    const { operator } = ground.engine;
    const [letter = assert.fail()] = await operator.parked();
    await assert.rejects(
      operator.replay(letter.seq),
      (error: unknown) =>
        error instanceof RuntimeError &&
        error.code === "undecided-effects" &&
        error.message.includes("sendMessage:"),
    );
    await assert.rejects(operator.replay(letter.seq, { effects: { nonsense: "repeat" } }), {
      code: "bad-options",
    });
    assert.equal((await operator.parked()).length, 1);
  });

  it("are given the result that a person says they had", async () => {
    await dieSending("park");
    const { operator } = ground.engine;
    const [{ seq } = assert.fail()] = await operator.parked();
    const [{ key } = assert.fail()] = await operator.journal(seq);
    const sent = { ...MESSAGE, message_id: 77 };
    assert.equal(
      typeof (await operator.replay(seq, { effects: { [key]: { result: sent } } })),
      "number",
    );
    await ground.settleAll();
    assert.equal(telegram.calls.length, 1);
    assert.deepEqual(results, [sent]);
    assert.equal(ground.engine.stats().handled, 1);
  });

  it("are done again when a person says so", async () => {
    await dieSending("park");
    const { operator } = ground.engine;
    const [{ seq } = assert.fail()] = await operator.parked();
    const [{ key } = assert.fail()] = await operator.journal(seq);
    await operator.replay(seq, { effects: { [key]: "repeat" } });
    await ground.settleAll();
    assert.equal(telegram.calls.length, 2);
    assert.deepEqual(results, [MESSAGE]);
    // The step after it as well: a process has died, and no intent of the step was asked for.
    assert.deepEqual(await kinds(), [["repeated", "unknown", "repeated"]]);
  });

  it("are still in doubt after a replay of what killed its process", async () => {
    await dieSending("repeat", 1);
    const [{ seq, reason } = assert.fail()] = await ground.engine.operator.parked();
    assert.equal(reason, "killed-process");
    await ground.engine.operator.replay(seq);
    await ground.settleAll();
    assert.equal(telegram.calls.length, 2);
    assert.deepEqual(await kinds(), [["unknown", "repeated", "repeated"]]);
  });

  it("are marked when the answer was lost and the handler tries again", async () => {
    answer = (count) => (count === 1 ? "cut" : ok(MESSAGE));
    const engine = await ground.start(
      async ({ api }) => {
        const send = (): Promise<unknown> => api.sendMessage(HELLO);
        results.push(await send().catch(send));
      },
      { api: telegram.api },
    );
    await engine.accept(ground.message(1));
    await ground.until(() => engine.stats().handled === 1);
    const { unknownEffects, repeatedEffects, failedAttempts } = engine.stats();
    assert.deepEqual([unknownEffects, repeatedEffects, failedAttempts], [1, 1, 0]);
    assert.deepEqual(await kinds(), [["repeated"]]);
    assert.match(log(), /an effect may have happened or not/);
  });

  it("are parked at once when the answer was lost and the bot parks by default", async () => {
    answer = (count) => (count === 1 ? ok(MESSAGE) : "cut");
    const engine = await ground.start(
      async ({ api, attempt }) => {
        await api.sendMessage({ chat_id: 1, text: `first ${attempt}` });
        await api.sendMessage(HELLO);
      },
      { api: telegram.api, ambiguous: "park" },
    );
    await engine.accept(ground.message(1));
    await ground.until(() => engine.stats().parked === 1);
    const [letter = assert.fail()] = await engine.operator.parked();
    assert.deepEqual([letter.reason, letter.attempts], ["ambiguous", 1]);
    assert.match(letter.error, /BotApiError: sendMessage/);
    assert.equal(engine.stats().unknownEffects, 1);
  });

  it("are not those that Telegram refused, which fail as always", async () => {
    answer = (count) => (count === 1 ? refusal(400, "Bad Request: chat not found") : ok(MESSAGE));
    const engine = await ground.start(({ api }) => api.sendMessage(HELLO, { ambiguous: "park" }), {
      api: telegram.api,
    });
    await engine.accept(ground.message(1));
    await ground.settleAll();
    const { handled, failedAttempts, repeatedEffects } = engine.stats();
    assert.deepEqual([handled, failedAttempts, repeatedEffects], [1, 1, 0]);
    assert.deepEqual(await kinds(), []);
  });

  it("are never calls that only read", async () => {
    answer = (count) => (count === 1 ? "cut" : ok({ id: 1, type: "private" }));
    const engine = await ground.start(({ api }) => api.getChat({ chat_id: 1 }), {
      api: telegram.api,
      ambiguous: "park",
    });
    await engine.accept(ground.message(1));
    await ground.settleAll();
    assert.equal(engine.stats().handled, 1);
    assert.equal(engine.stats().repeatedEffects, 0);
  });

  it("are steps that a deadline cut off, too", async () => {
    let runs = 0;
    const engine = await ground.start(
      ({ step }) =>
        step("charge", () => {
          runs += 1;
          return runs === 1 ? new Promise(() => {}) : runs;
        }),
      { attemptTimeoutMs: 1_000 },
    );
    await engine.accept(ground.message(1));
    await ground.until(() => runs === 1);
    await ground.settleAll();
    assert.equal(runs, 2);
    assert.equal(engine.stats().repeatedEffects, 1);
    assert.deepEqual(await kinds(), [["repeated"]]);
  });

  it("park an update whose deadline cut off a step that must not be repeated", async () => {
    let runs = 0;
    const charge = (): Promise<never> => {
      runs += 1;
      return new Promise(() => {});
    };
    const engine = await ground.start(({ step }) => step("charge", charge, { ambiguous: "park" }), {
      attemptTimeoutMs: 1_000,
    });
    await engine.accept(ground.message(1));
    await ground.until(() => runs === 1);
    await ground.settleAll();
    const [letter = assert.fail()] = await engine.operator.parked();
    assert.equal(letter.reason, "ambiguous");
    assert.match(letter.error, /step:charge\n.*took longer than 1000 ms/s);
    assert.equal(runs, 1);
  });

  it("are not asked for a second time by a handler that goes on", async () => {
    answer = () => "cut";
    const codes: unknown[] = [];
    const engine = await ground.start(
      async ({ api }) => {
        for (let tries = 0; tries < 3; tries += 1) {
          await api.sendMessage(HELLO, { ambiguous: "park" }).catch((error: unknown) => {
            codes.push((error as { code: unknown }).code);
          });
        }
      },
      { api: telegram.api },
    );
    await engine.accept(ground.message(1));
    await ground.until(() => engine.stats().handled === 1);
    assert.deepEqual(codes, ["network", "ambiguous-effect", "ambiguous-effect"]);
    assert.equal(telegram.calls.length, 1);
    assert.deepEqual(await kinds(), [["intent"]]);
  });

  it("have their number once: what failed and is asked for again is the same effect", async () => {
    answer = (count) => (count === 1 ? refusal(400, "Bad Request") : ok(MESSAGE));
    const engine = await ground.start(
      async ({ api, attempt }) => {
        const send = (): Promise<unknown> => api.sendMessage(HELLO);
        await send().catch(send);
        if (attempt === 1) throw new Error("after sending");
      },
      { api: telegram.api },
    );
    await engine.accept(ground.message(1));
    await ground.settleAll();
    assert.equal(engine.stats().handled, 1);
    assert.equal(telegram.calls.length, 2);
  });
});
