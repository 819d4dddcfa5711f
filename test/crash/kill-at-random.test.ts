import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";

import { BotSupervisor } from "./bot-supervisor.ts";
import { checkHistory, type HandlerRun } from "./check-history.ts";
import { runSeed, seededRandom } from "./seeded-random.ts";
import { TelegramSender } from "./telegram-sender.ts";

const KILLS = 50;
const CHATS = 150;
const UPDATES_PER_SECOND = 200;
const TICK_MS = 25;
/** From the start of a process: some are killed while they start, most at work. */
const LIFE_MS_MAX = 1_800;
/** What a kill interrupts is not the update's fault here; poison has a test of its own. */
const ATTEMPTS_MAX = 1_000;
/** The contract: a killed process's work is taken up within this time. */
const RECOVERY_MS_MAX = 15_000;

describe("a bot that is killed again and again", () => {
  it(`handles every accepted update in order over ${KILLS} kills`, async (t) => {
    const seed = runSeed();
    t.diagnostic(`seed ${seed}`);
    const random = seededRandom(seed);
    const folder = mkdtempSync(join(tmpdir(), "hookgram-crash-"));
    const bot = new BotSupervisor(folder, ATTEMPTS_MAX);
    const sender = new TelegramSender(() => bot.port);
    try {
      const killedAtMs = await runKills(bot, sender, random);
      await bot.ready();
      await sender.idle();
      while ((await bot.report()).pending > 0) await setTimeout(20);
      const { parked } = await bot.report();
      await bot.stop();

      const runs = bot.runs();
      const report = checkHistory(sender.sent, runs);
      const recoveryMs = slowestRecovery(killedAtMs, runs);
      t.diagnostic(
        `${sender.sent.length} updates, ${KILLS} kills, ${sender.failures} deliveries failed, ` +
          `${report.repeated.length} handler runs repeated, slowest recovery ${recoveryMs} ms`,
      );
      const { repeated, ...faults } = report;
      assert.deepEqual(faults, { lost: [], unexpected: [], reordered: [], misapplied: [] });
      assert.deepEqual(parked, []);
      assert.ok(sender.sent.every(({ isAcknowledged }) => isAcknowledged));
      assert.ok(repeated.length < sender.sent.length / 10, `${repeated.length} repeated`);
      assert.ok(recoveryMs <= RECOVERY_MS_MAX, `recovered after ${recoveryMs} ms`);
    } finally {
      sender.end();
      await bot.kill();
      rmSync(folder, { recursive: true });
    }
  });
});

/** Gives the moments of the kills. Updates keep coming all the time. */
async function runKills(
  bot: BotSupervisor,
  sender: TelegramSender,
  random: () => number,
): Promise<readonly number[]> {
  const killedAtMs: number[] = [];
  // Some chats write much more than others.
  const someChat = (): number => 1 + Math.floor(random() ** 2 * CHATS);
  const talking = setInterval(() => {
    for (let count = (UPDATES_PER_SECOND * TICK_MS) / 1_000; count > 0; count -= 1) {
      sender.say(someChat(), "hello");
    }
  }, TICK_MS);
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      bot.start();
      await setTimeout(random() * LIFE_MS_MAX);
      await bot.kill();
      killedAtMs.push(Date.now());
    }
  } finally {
    clearInterval(talking);
  }
  bot.start();
  return killedAtMs;
}

/** Longest time without work that a kill caused, where a process then lived long enough to work. */
function slowestRecovery(killedAtMs: readonly number[], runs: readonly HandlerRun[]): number {
  const recoveries = killedAtMs.map((atMs, kill) => {
    const first = runs.find((run) => run.atMs >= atMs)?.atMs ?? Infinity;
    const nextKillMs = killedAtMs[kill + 1] ?? Infinity;
    return first < nextKillMs ? first - atMs : 0;
  });
  return Math.max(...recoveries);
}
