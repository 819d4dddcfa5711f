import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";

import { POISON } from "./bot-process.ts";
import { BotSupervisor } from "./bot-supervisor.ts";
import { checkHistory } from "./check-history.ts";
import { TelegramSender } from "./telegram-sender.ts";

const ATTEMPTS_MAX = 4;

describe("an update that kills the process which handles it", () => {
  it("is parked after its attempts, and everything else is handled", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hookgram-poison-"));
    const bot = new BotSupervisor(folder, ATTEMPTS_MAX);
    const sender = new TelegramSender(() => bot.port);
    try {
      bot.start();
      await bot.ready();
      for (let chatId = 1; chatId <= 20; chatId += 1) sender.say(chatId, "before");
      const poison = sender.say(5, POISON);
      for (let chatId = 1; chatId <= 20; chatId += 1) sender.say(chatId, "after");
      for (let life = 1; life <= ATTEMPTS_MAX; life += 1) {
        await bot.exited();
        bot.start();
      }
      await bot.ready();
      await sender.idle();
      while ((await bot.report()).pending > 0) await setTimeout(20);
      assert.deepEqual((await bot.report()).parked, [poison]);
      const others = sender.sent.filter(({ updateId }) => updateId !== poison);
      const { repeated: _, ...faults } = checkHistory(others, bot.runs());
      assert.deepEqual(faults, { lost: [], unexpected: [], reordered: [], misapplied: [] });
      await bot.stop();
    } finally {
      sender.end();
      await bot.kill();
      rmSync(folder, { recursive: true });
    }
  });
});
