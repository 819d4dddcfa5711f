import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";

import { BotSupervisor } from "./bot-supervisor.ts";
import { checkHistory } from "./check-history.ts";
import { TelegramSender } from "./telegram-sender.ts";

const ATTEMPTS_MAX = 3;
const LOOK_MS = 20;

describe("an update that ruins the process which handles it is parked after its attempts", () => {
  it("when it kills the process", () => survive("kill", (bot) => bot.exited()));
  it("when it exits", () => survive("exit", (bot) => bot.exited()));
  it("when it fills the memory", () => survive("memory", (bot) => bot.exited()));
  it("when it never lets go of the processor, and somebody kills the process", () =>
    survive("loop", async (bot, life) => {
      while (bot.poisoned < life) await setTimeout(LOOK_MS);
      await bot.kill();
    }));
});

/** `over` resolves when the poison has ended a life. Everything else must be handled. */
async function survive(
  poison: string,
  over: (bot: BotSupervisor, life: number) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "hookgram-poison-"));
  const bot = new BotSupervisor(folder, ATTEMPTS_MAX);
  const sender = new TelegramSender(() => bot.port);
  try {
    bot.start();
    await bot.ready();
    for (let chatId = 1; chatId <= 20; chatId += 1) sender.say(chatId, "before");
    const poisoned = sender.say(5, poison);
    for (let chatId = 1; chatId <= 20; chatId += 1) sender.say(chatId, "after");
    for (let life = 1; life <= ATTEMPTS_MAX; life += 1) {
      await over(bot, life);
      bot.start();
    }
    await bot.ready();
    await sender.idle();
    while ((await bot.report()).pending > 0) await setTimeout(LOOK_MS);
    assert.deepEqual((await bot.report()).parked, [poisoned]);
    assert.equal(bot.poisoned, ATTEMPTS_MAX);
    const others = sender.sent.filter(({ updateId }) => updateId !== poisoned);
    const { repeated: _, ...faults } = checkHistory(others, bot.runs());
    assert.deepEqual(faults, { lost: [], unexpected: [], reordered: [], misapplied: [] });
    await bot.stop();
  } finally {
    sender.end();
    await bot.kill();
    rmSync(folder, { recursive: true });
  }
}
