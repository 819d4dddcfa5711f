import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { BotApiError, createBotApi } from "@hookgram/bot-api";
import type { Invocation } from "hookgram";

import { chatOf, EngineGround } from "../../test/engine-ground.ts";
import type { RuntimeError } from "../error.ts";

describe("an update whose attempt fails", () => {
  let ground: EngineGround;
  beforeEach(() => {
    ground = new EngineGround();
  });
  afterEach(() => ground.close());

  it("tries again after a growing delay, and holds only its own lane", async () => {
    const runs: { readonly attempt: number; readonly atMs: number }[] = [];
    const handled: string[] = [];
    const startMs = ground.clock.now();
    const engine = await ground.start(
      ({ update, attempt }) => {
        const text = update.message!.text!;
        if (text === "flaky") runs.push({ attempt, atMs: ground.clock.now() - startMs });
        if (text === "flaky" && attempt < 4) throw new Error("not yet");
        handled.push(text);
      },
      // With 0.5 of a random number, the jitter leaves three quarters.
      { retryDelayMs: 1_000, retryDelayMaxMs: 2_000, random: () => 0.5 },
    );
    await engine.accept(ground.message(1, "flaky"));
    await engine.accept(ground.message(1, "behind"));
    await engine.accept(ground.message(2, "elsewhere"));
    await ground.quiet();
    assert.deepEqual(handled, ["elsewhere"]);
    assert.equal(engine.stats().retrying, 1);
    await ground.settleAll(250);
    assert.deepEqual(runs, [
      { attempt: 1, atMs: 0 },
      { attempt: 2, atMs: 750 },
      { attempt: 3, atMs: 2_250 },
      { attempt: 4, atMs: 3_750 },
    ]);
    assert.deepEqual(handled, ["elsewhere", "flaky", "behind"]);
  });

  it("waits at least as long as Telegram asks", async () => {
    const engine = await ground.start(
      ({ attempt }) => {
        if (attempt > 1) return;
        const description = "Too Many Requests: retry after 30";
        const details = { method: "sendMessage", description, ambiguous: false } as const;
        throw new BotApiError({ code: "telegram", ...details, retryAfterSeconds: 30 });
      },
      { retryDelayMs: 10 },
    );
    await engine.accept(ground.message(1));
    await ground.quiet();
    ground.clock.advance(29_999);
    await ground.quiet();
    assert.equal(engine.stats().pending, 1);
    ground.clock.advance(1);
    await ground.settleAll();
  });

  it("parks it after the last attempt, with the error, and goes on in the lane", async () => {
    const attempts: (readonly [attempt: number, isLast: boolean])[] = [];
    const handled: string[] = [];
    const engine = await ground.start(
      ({ update, attempt, attemptsMax }) => {
        if (update.message!.text === "poison") {
          attempts.push([attempt, attempt === attemptsMax]);
          const cause = new Error("refused by 123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
          throw new Error("cannot digest", { cause });
        }
        handled.push(update.message!.text!);
      },
      { attemptsMax: 3, retryDelayMs: 100 },
    );
    const poison = ground.message(1, "poison");
    await engine.accept(poison);
    await engine.accept(ground.message(1, "next"));
    await ground.settleAll();
    const expected = [
      [1, false],
      [2, false],
      [3, true],
    ];
    assert.deepEqual(attempts, expected);
    assert.deepEqual(handled, ["next"]);
    const [letter, ...others] = await engine.operator.parked();
    assert.deepEqual(others, []);
    assert.equal(letter?.updateId, poison.updateId);
    assert.deepEqual([letter?.reason, letter?.attempts], ["failed", 3]);
    assert.match(letter!.error, /cannot digest/);
    assert.match(letter!.error, /refused by 123456:\[secret\]/);
    assert.equal(engine.stats().failedAttempts, 3);
    assert.doesNotMatch(ground.logger.lines.join("\n"), /AAAAA/);
  });

  it("parks a poison in a hundred chats without holding up a hundred others", async () => {
    const handled: number[] = [];
    const engine = await ground.start(
      (invocation) => {
        if (invocation.update.message!.text === "poison") throw new Error("poison");
        handled.push(chatOf(invocation));
      },
      { attemptsMax: 2, retryDelayMs: 60_000, concurrencyMax: 10 },
    );
    const chats = Array.from({ length: 100 }, (_, chatId) => chatId);
    await Promise.all(chats.map((chatId) => engine.accept(ground.message(chatId, "poison"))));
    await Promise.all(chats.map((chatId) => engine.accept(ground.message(1_000 + chatId))));
    await ground.quiet();
    assert.equal(handled.length, 100);
    assert.equal(engine.stats().retrying, 100);
    ground.clock.advance(60_000);
    await ground.settleAll();
    assert.equal(engine.stats().parked, 100);
  });

  it("ends at its deadline, whatever the handler does, and nothing of it counts later", async () => {
    const late = Promise.withResolvers<void>();
    const outcomes: unknown[] = [];
    const signals: AbortSignal[] = [];
    const handled: number[] = [];
    const api = createBotApi({ token: `7:${"A".repeat(35)}`, fetch: () => assert.fail("sent") });
    const zombie = async (invocation: Invocation): Promise<void> => {
      signals.push(invocation.signal);
      const state = { state: "s:zombie", data: 1, schemaVersion: 1 };
      invocation.states.write("before", state);
      await late.promise;
      for (const late of [
        () => invocation.states.read("key"),
        async () => invocation.states.write("key", state),
        () => invocation.step("late", () => assert.fail("the step ran")),
        () => invocation.api.sendMessage({ chat_id: 1, text: "late" }),
      ]) {
        outcomes.push(await late().catch((error: RuntimeError) => error.code));
      }
    };
    const engine = await ground.start(
      (invocation) =>
        invocation.attempt === 1 && invocation.update.message!.text === "hang"
          ? zombie(invocation)
          : handled.push(invocation.update.update_id),
      { attemptTimeoutMs: 5_000, retryDelayMs: 100, api },
    );
    const hanging = ground.message(1, "hang");
    const next = ground.message(1);
    await engine.accept(hanging);
    await engine.accept(next);
    await ground.quiet();
    assert.equal(signals[0]?.aborted, false);
    ground.clock.advance(5_000);
    assert.equal(signals[0]?.aborted, true);
    assert.equal(signals[0]?.reason.name, "TimeoutError");
    await ground.settleAll();
    assert.deepEqual(handled, [hanging.updateId, next.updateId]);
    late.resolve();
    await ground.until(() => outcomes.length === 4);
    assert.deepEqual(outcomes, Array(4).fill("attempt-over"));
    assert.equal((await ground.store.readState("before")).version, 0);
    assert.equal(engine.stats().handled, 2);
  });

  it("does not begin its handler when its time was over while the journal was read", async () => {
    const runs: number[] = [];
    const options = { attemptsMax: 2, retryDelayMs: 10, attemptTimeoutMs: 1_000 };
    const engine = await ground.start(async ({ step, attempt }) => {
      runs.push(attempt);
      await step("one", () => 1);
      throw new Error("after the step");
    }, options);
    const gate = Promise.withResolvers<void>();
    const { store } = ground;
    const journal = store.journal.bind(store);
    let reads = 0;
    store.journal = async (seq) => {
      reads += 1;
      await gate.promise;
      return journal(seq);
    };
    await engine.accept(ground.message(1));
    await ground.quiet();
    ground.clock.advance(10);
    await ground.until(() => reads === 1);
    ground.clock.advance(1_000);
    await ground.until(() => engine.stats().parked === 1);
    gate.resolve();
    await ground.quiet();
    assert.deepEqual(runs, [1]);
  });

  it("parks an update whose process died in every attempt", async () => {
    const poison = ground.message(1, "poison");
    let attempts = 0;
    const die = ({ update }: Invocation): Promise<never> | undefined => {
      if (update.message!.text !== "poison") return undefined;
      attempts += 1;
      return new Promise(() => {});
    };
    await ground.start(die, { attemptsMax: 3 });
    await ground.engine.accept(poison);
    await ground.engine.accept(ground.message(1, "next"));
    for (let life = 1; life <= 3; life += 1) {
      await ground.until(() => attempts === life);
      await ground.crash();
      await ground.start(die, { attemptsMax: 3 });
    }
    await ground.settleAll();
    assert.equal(attempts, 3);
    const [letter] = await ground.engine.operator.parked();
    assert.equal(letter?.updateId, poison.updateId);
    assert.equal(letter?.reason, "killed-process");
    const lines = ground.logger.lines.filter((line) => line.startsWith("error parked an update"));
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, new RegExp(`updateId: ${poison.updateId}, .*interrupted: 3`, "s"));
    assert.equal(ground.engine.stats().handled, 1);
  });

  it("runs what may have killed the process alone, so that the others do not suffer", async () => {
    const innocent = [1, 2, 3, 4].map((chatId) => ground.message(chatId));
    const poison = ground.message(5, "poison");
    let running = 0;
    const handled = new Set<number>();
    // Kills when it runs: the others that run at this moment are interrupted with it.
    let killed = Promise.withResolvers<void>();
    const handle = async ({ update }: Invocation): Promise<void> => {
      running += 1;
      if (update.message!.text === "poison") killed.resolve();
      // In the first two lives everybody is running when the process dies.
      if (life < 3) await new Promise(() => {});
      if (update.message!.text === "poison") await new Promise(() => {});
      handled.add(update.update_id);
    };
    let life = 1;
    await ground.start(handle, { attemptsMax: 5 });
    await Promise.all([...innocent, poison].map((update) => ground.engine.accept(update)));
    for (; life <= 5; life += 1) {
      await killed.promise;
      if (life < 3) await ground.until(() => running === 5);
      await ground.crash();
      killed = Promise.withResolvers<void>();
      running = 0;
      await ground.start(handle, { attemptsMax: 5 });
    }
    await ground.settleAll();
    assert.deepEqual(
      (await ground.engine.operator.parked()).map(({ updateId }) => updateId),
      [poison.updateId],
    );
    assert.equal(handled.size, 4);
  });
});
