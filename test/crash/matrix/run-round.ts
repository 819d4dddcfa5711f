import { setTimeout as delay } from "node:timers/promises";

import { POISON } from "./crash-bot.ts";
import type { Scene } from "./crash-points.ts";
import type { HistoryEvent } from "./history.ts";
import { Round, type RoundOptions } from "./round.ts";

const BACKLOG = 40;
const RANDOM_KILLS = 3;
const RANDOM_LIFE_MS_MAX = 1_500;

/** Runs the bot, kills it, runs it again until everything is settled, and gives what happened. */
export async function runRound(options: RoundOptions): Promise<readonly HistoryEvent[]> {
  const round = await Round.open(options);
  try {
    await SCENES[options.point.scene](round);
    return await round.end();
  } finally {
    await round.close();
  }
}

/** How each scene goes, until what is left has only to be settled. */
const SCENES: Readonly<Record<Scene, (round: Round) => Promise<void>>> = {
  talk: (round) => talkUntilKilled(round, 0),
  outbox: (round) => talkUntilKilled(round, 0),
  async flood(round) {
    await round.start();
    await round.world.refuseSends();
    round.world.talk();
    await round.killed();
    await round.world.relent();
    await round.takenOver();
    await round.restart();
  },
  "dead letters": (round) => talkUntilKilled(round, 1),
  async start(round) {
    await round.world.sayAll();
    await round.start();
    await round.killed();
    round.world.talk();
    await round.restart();
  },
  async backlog(round) {
    await round.startHolding();
    await makeBacklog(round);
    await round.killNow();
    await round.start();
    await round.killed();
    await round.restart();
  },
  async replay(round) {
    await round.start();
    for (let times = 0; times < 2; times += 1) await round.world.sayAll(POISON);
    await round.settle();
    await round.replay();
    await round.killed();
    await round.takenOver();
    await round.restart();
    await round.settle();
    await round.replay();
  },
  async retention(round) {
    await round.livePast();
    await round.start();
    round.world.talk();
    await round.sweepUntilKilled();
    await round.takenOver();
    await round.restart();
  },
  async "take-over"(round) {
    await round.startHolding();
    await makeBacklog(round);
    await round.startArmedSecond();
    await round.killNow();
    await round.killed();
    await round.restart();
  },
  async rotation(round) {
    await round.start();
    round.world.talk();
    await round.rotateSecret();
    await round.killed();
    await round.takenOver();
    await round.restart();
  },
  async "at random"(round) {
    round.world.talk();
    await round.start();
    for (let kill = 0; kill < RANDOM_KILLS; kill += 1) {
      await delay(round.random() * RANDOM_LIFE_MS_MAX);
      await round.killNow();
      if (kill === 0) await round.takenOver();
      await round.restart();
    }
  },
};

async function talkUntilKilled(round: Round, poisonous: number): Promise<void> {
  await round.start();
  round.world.talk(poisonous);
  await round.killed();
  await round.takenOver();
  await round.restart();
}

async function makeBacklog(round: Round): Promise<void> {
  round.world.talk();
  await round.until(() => round.world.acknowledged.size >= BACKLOG);
  await round.world.hush();
}
