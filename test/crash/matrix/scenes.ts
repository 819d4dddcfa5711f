import { setTimeout as delay } from "node:timers/promises";

import type { CrashBotSettings } from "../round/crash-bot.ts";
import { POISON } from "../round/crash-handler.ts";
import type { Round } from "../round/round.ts";
import type { SceneName } from "./crash-points.ts";

/** What happens around a kill. */
export interface Scene {
  /** Settings in which its bot differs from the default. */
  readonly bot?: Partial<CrashBotSettings>;
  /** There is never a second process: it would pass the point, which is in the start, before the first. */
  readonly isAlone?: true;
  /** Plays the scene, until only the rest of the updates has to be settled. */
  readonly play: (round: Round) => Promise<void>;
}

const BACKLOG = 40;
const RANDOM_KILLS = 3;
const RANDOM_LIFE_MS_MAX = 1_500;

export const SCENES: Readonly<Record<SceneName, Scene>> = {
  talk: { play: talkUntilKilled },
  replies: { bot: { isReplying: true }, play: talkUntilKilled },
  outbox: { bot: { isEnqueueing: true }, play: talkUntilKilled },
  // Attempts fail because of the flood, and must not use up the messages' attempts.
  flood: { bot: { isEnqueueing: true, attemptsMax: 50 }, play: talkInFlood },
  "dead letters": { bot: { attemptsMax: 1 }, play: (round) => talkUntilKilled(round, 1) },
  start: { isAlone: true, play: startLate },
  backlog: { isAlone: true, play: startWithBacklog },
  replay: { play: replayTwice },
  retention: { play: sweepThePast },
  "take-over": { play: takeOverFromTheDead },
  rotation: { play: rotate },
  "at random": { play: killAtRandom },
};

async function talkUntilKilled(round: Round, poisonous = 0): Promise<void> {
  await round.start();
  round.world.talk(poisonous);
  await comeBack(round);
}

async function talkInFlood(round: Round): Promise<void> {
  await round.start();
  await round.world.refuseSends();
  round.world.talk();
  await round.killed();
  await round.world.relent();
  await round.takenOver();
  await round.restart();
}

async function startLate(round: Round): Promise<void> {
  await round.world.sayAll();
  await round.start();
  await round.killed();
  round.world.talk();
  await round.restart();
}

async function startWithBacklog(round: Round): Promise<void> {
  await makeBacklog(round);
  await round.killNow();
  await round.start();
  await round.killed();
  await round.restart();
}

async function replayTwice(round: Round): Promise<void> {
  await round.start();
  for (let times = 0; times < 2; times += 1) await round.world.sayAll(POISON);
  await round.settle();
  await round.replay();
  await comeBack(round);
  await round.settle();
  await round.replay();
}

async function sweepThePast(round: Round): Promise<void> {
  await round.livePast();
  await round.start();
  round.world.talk();
  await round.sweepUntilKilled();
  await round.takenOver();
  await round.restart();
}

async function takeOverFromTheDead(round: Round): Promise<void> {
  await makeBacklog(round);
  await round.startArmedSecond();
  await round.killNow();
  await round.killed();
  await round.restart();
}

async function rotate(round: Round): Promise<void> {
  await round.start();
  round.world.talk();
  await round.rotateSecret();
  await comeBack(round);
}

async function killAtRandom(round: Round): Promise<void> {
  round.world.talk();
  await round.start();
  for (let kill = 0; kill < RANDOM_KILLS; kill += 1) {
    await delay(round.random() * RANDOM_LIFE_MS_MAX);
    await round.killNow();
    if (kill === 0) await round.takenOver();
    await round.restart();
  }
}

async function comeBack(round: Round): Promise<void> {
  await round.killed();
  await round.takenOver();
  await round.restart();
}

/** Leaves behind a process that has accepted updates and begun attempts, but ended none. */
async function makeBacklog(round: Round): Promise<void> {
  await round.startHolding();
  round.world.talk();
  await round.until(() => round.world.acknowledged.size >= BACKLOG);
  await round.world.hush();
}
