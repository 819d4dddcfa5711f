import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { attempts, Bot, command, text } from "hookgram";

import { describeOnStores } from "../../test/describe-on-stores.ts";
import { EngineGround } from "../../test/engine-ground.ts";

const HOUR_MS = 3_600_000;

describeOnStores("limits of a handler's attempts", (makeGround) => {
  let ground: EngineGround;
  let bot: Bot;
  let runs: string[];

  beforeEach(() => {
    ground = new EngineGround(makeGround());
    bot = new Bot();
    runs = [];
  });
  afterEach(() => ground.close());

  const start = (): Promise<unknown> =>
    ground.start((invocation) => bot.handle(invocation), {
      attemptsMax: 3,
      retryDelayMs: 10,
      mostAttempts: bot.attemptsMax,
      hooks: { retryDelayMaxMs: bot.retryDelayMaxMs },
    });

  const fail = (name: string) => (): never => {
    runs.push(name);
    throw new Error(name);
  };

  it("park an update earlier, or later, than the host's", async () => {
    bot.message(command("once"), attempts({ attemptsMax: 1 }), fail("once"));
    bot.message(command("often"), attempts({ attemptsMax: 5 }), fail("often"));
    bot.message(text(), ({ attemptsMax }) => fail(`plain ${attemptsMax}`)());
    await start();
    const texts = ["/once", "/often", "plain"];
    for (const [chatId, words] of texts.entries()) {
      await ground.engine.accept(said(ground, chatId, words));
    }
    await ground.settleAll();
    const count = (name: string): number => runs.filter((run) => run === name).length;
    assert.deepEqual([count("once"), count("often"), count("plain 3")], [1, 5, 3]);
    const parked = await ground.engine.operator.parked();
    assert.ok(parked.every(({ reason }) => reason === "failed"));
    assert.equal(parked.length, 3);
  });

  it("wait as long as the handler wants between its attempts", async () => {
    const atMs: number[] = [];
    bot.message(attempts({ retryDelayMs: 40_000, retryDelayMaxMs: 60_000 }), ({ now }) => {
      atMs.push(now());
      throw new Error("no");
    });
    await start();
    await ground.engine.accept(ground.message(1));
    await ground.settleAll(1_000);
    // Half of it and half of the other half: `random` gives 0.5.
    const [first = 0, second = 0, third = 0] = atMs;
    assert.deepEqual([second - first, third - second], [30_000, 45_000]);
  });

  it("wait no less after a restart", async () => {
    const limits = { retryDelayMs: 4 * HOUR_MS, retryDelayMaxMs: 4 * HOUR_MS };
    let runs = 0;
    bot.message(attempts(limits), () => {
      runs += 1;
      throw new Error("no");
    });
    await start();
    await ground.engine.accept(ground.message(1));
    await ground.until(() => ground.engine.stats().retrying === 1);
    await ground.crash();
    await start();
    await ground.until(() => ground.engine.stats().retrying === 1);
    ground.clock.advance(3 * HOUR_MS - 1);
    await ground.quiet();
    assert.equal(runs, 1);
    ground.clock.advance(1);
    await ground.until(() => runs === 2);
  });

  it("end an attempt at the handler's own deadline", async () => {
    let hangs = 0;
    const hang = (): Promise<never> => {
      hangs += 1;
      return new Promise(() => {});
    };
    bot.message(command("fast"), attempts({ timeoutMs: 500, attemptsMax: 1 }), hang);
    bot.message(command("slow"), attempts({ timeoutMs: 90_000, attemptsMax: 1 }), hang);
    await start();
    await ground.engine.accept(said(ground, 1, "/fast"));
    await ground.engine.accept(said(ground, 2, "/slow"));
    await ground.until(() => hangs === 2);
    ground.clock.advance(500);
    await ground.until(() => ground.engine.stats().parked === 1);
    ground.clock.advance(60_000);
    await ground.quiet();
    assert.equal(ground.engine.stats().running, 1);
    ground.clock.advance(30_000);
    await ground.until(() => ground.engine.stats().parked === 2);
    const errors = (await ground.engine.operator.parked()).map(({ error }) => error);
    assert.match(errors.join(), /longer than 90000 ms.*longer than 500 ms/s);
  });

  it("begin nothing for an attempt that is over", async () => {
    const gate = Promise.withResolvers<void>();
    bot = new Bot().outer(async (_context, next) => {
      await gate.promise;
      return next();
    });
    bot.message(attempts({ timeoutMs: 500, attemptsMax: 1 }), () => void runs.push("late"));
    await ground.start((invocation) => bot.handle(invocation), { attemptsMax: 1 });
    await ground.engine.accept(said(ground, 1, "hi"));
    await ground.until(() => ground.engine.stats().running === 1);
    ground.clock.advance(60_000);
    await ground.until(() => ground.engine.stats().parked === 1);
    const before = ground.logger.lines.length;
    gate.resolve();
    await ground.quiet();
    ground.clock.advance(500);
    await ground.quiet();
    assert.deepEqual([runs, ground.logger.lines.slice(before)], [[], []]);
  });

  it("name the handler that took too long", async () => {
    bot.message(attempts({ timeoutMs: 1_000, attemptsMax: 1 }), () => {
      runs.push("hang");
      return new Promise<void>(() => {});
    });
    await start();
    await ground.engine.accept(ground.message(1));
    await ground.until(() => runs.length === 1);
    ground.clock.advance(1_000);
    await ground.until(() => ground.engine.stats().parked === 1);
    const [letter = assert.fail()] = await ground.engine.operator.parked();
    assert.equal(letter.error, "TimeoutError: bot/message#1 took longer than 1000 ms");
  });

  it("count attempts in which the process died", async () => {
    let isDeadly = true;
    bot.errors(() => void runs.push("error handler"));
    bot.message(attempts({ attemptsMax: 1 }), () => {
      runs.push("charge");
      return isDeadly ? new Promise<void>(() => {}) : undefined;
    });
    await start();
    await ground.engine.accept(ground.message(1));
    await ground.until(() => runs.length === 1);
    await ground.crash();
    isDeadly = false;
    await start();
    await ground.settleAll();
    assert.deepEqual(runs, ["charge"]);
    const [letter = assert.fail()] = await ground.engine.operator.parked();
    assert.equal(letter.reason, "killed-process");
    assert.match(letter.error, /message#1 is not attempted again after 1 attempts/);
  });

  it("let a handler park what may have happened, in a bot that repeats", async () => {
    let charges = 0;
    bot.message(attempts({ ambiguous: "park" }), async ({ step }) => {
      await step("charge", () => {
        charges += 1;
        throw Object.assign(new Error("the bank did not answer"), { ambiguous: true });
      });
    });
    await start();
    await ground.engine.accept(ground.message(1));
    await ground.settleAll();
    assert.equal(charges, 1);
    assert.equal((await ground.engine.operator.parked())[0]?.reason, "ambiguous");
  });
});

/** A message that begins with a command, as Telegram marks it. */
function said(ground: EngineGround, chatId: number, words: string) {
  const chat = { id: chatId, type: "private" };
  const entities = words.startsWith("/")
    ? [{ type: "bot_command", offset: 0, length: words.length }]
    : [];
  return ground.update({ message: { message_id: 1, date: 1, chat, text: words, entities } });
}
