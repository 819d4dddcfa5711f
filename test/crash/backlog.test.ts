import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { inRound } from "./in-round.ts";
import type { HistoryEvent } from "./judge/history.ts";
import { judgeHistory, NO_FINDINGS } from "./judge/judge-history.ts";
import type { Round } from "./round/round.ts";

/** Few at once, so that a backlog takes its time; and there is more of it than memory has room for. */
const BOT = { attemptsMax: 1_000, limits: { concurrencyMax: 2, loadedMax: 200 } };
const OLD_PEOPLE = 40;
const OLD_MESSAGES = 15;
const LIVES = 3;
/** Those who write for the first time in each life: few enough for the memory that a backlog leaves them. */
const NEW_PEOPLE = 8;
const CROWD = { people: OLD_PEOPLE + LIVES * NEW_PEOPLE, messagesMax: 1_000 };

describe("a bot with a backlog that is killed", () => {
  it("answers who writes then before the backlog is through, and reorders nothing", (t) =>
    inRound(t, { crowd: CROWD, bot: BOT }, async (round) => {
      const { world } = round;
      const old = world.chats.slice(0, OLD_PEOPLE);
      const backlog: number[] = [];
      const newest: number[] = [];
      world.holdService();
      await round.start();
      for (let count = 0; count < OLD_MESSAGES; count += 1) {
        for (const person of old) backlog.push(await world.say(person, "hello"));
      }
      await allAcknowledged(round);
      for (let life = 0; life < LIVES; life += 1) {
        await round.killNow();
        await round.restart();
        const first = OLD_PEOPLE + life * NEW_PEOPLE;
        for (const person of world.chats.slice(first, first + NEW_PEOPLE)) {
          newest.push(await world.say(person, "hello"), await world.say(person, "and"));
          await world.say(old[life]!, "more");
        }
        await allAcknowledged(round);
        world.freeService();
        await allBegun(round, newest);
        world.holdService();
      }
      world.freeService();
      const history = await round.end();

      const { recoveryMs: _, flagged, ...faults } = judgeHistory(history);
      assert.deepEqual({ ...faults, flagged: [] }, NO_FINDINGS);
      t.diagnostic(`${flagged.length} flagged`);
      const begun = Math.max(...newest.map((updateId) => firstAttemptMs(history, updateId)));
      const behind = backlog.filter((updateId) => firstAttemptMs(history, updateId) > begun);
      // Had they waited for their turn, only what memory has room for could be behind them.
      assert.ok(behind.length > BOT.limits.loadedMax, `${behind.length} are behind`);
    }));
});

function allBegun(round: Round, updateIds: readonly number[]): Promise<void> {
  return round.until(() =>
    updateIds.every((updateId) => firstAttemptMs(round.diary, updateId) < Infinity),
  );
}

function allAcknowledged(round: Round): Promise<void> {
  const { history, acknowledged } = round.world;
  const sent = history.filter((event) => event.type === "sent");
  return round.until(() => sent.every(({ updateId }) => acknowledged.has(updateId)));
}

function firstAttemptMs(history: readonly HistoryEvent[], updateId: number): number {
  const begun = history.find((event) => event.type === "begun" && event.updateId === updateId);
  return begun?.atMs ?? Infinity;
}
