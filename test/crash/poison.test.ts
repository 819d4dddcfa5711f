import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";

import type { HistoryEvent } from "./judge/history.ts";
import { judgeHistory, NO_FINDINGS } from "./judge/judge-history.ts";
import { inRound } from "./in-round.ts";
import type { Round } from "./round/round.ts";

const ATTEMPTS_MAX = 3;

describe("an update that ruins the process which handles it is parked after its attempts", () => {
  it("when it kills the process", (t) => survive(t, "kill", (round) => round.ended()));
  it("when it exits", (t) => survive(t, "exit", (round) => round.ended()));
  it("when it fills the memory", (t) => survive(t, "memory", (round) => round.ended()));
  it("when it never lets go of the processor, and somebody kills the process", (t) =>
    survive(t, "loop", async (round, isBegun) => {
      await round.until(isBegun);
      await round.killNow();
    }));
});

/**
 * `over` resolves when the poison has ended a life, in which an attempt at it was begun. Everything else
 * must be handled.
 */
async function survive(
  t: TestContext,
  poison: string,
  over: (round: Round, isBegun: () => boolean) => Promise<void>,
): Promise<void> {
  await inRound(t, { bot: { attemptsMax: ATTEMPTS_MAX } }, async (round) => {
    const { world } = round;
    await round.start();
    await world.sayAll("before");
    const poisoned = await world.say(world.chats[4]!, poison);
    await world.sayAll("after");
    for (let life = 1; life <= ATTEMPTS_MAX; life += 1) {
      await over(round, () => attemptsAt(poisoned, round.diary).length >= life);
      round.launch();
    }
    const history = await round.end();
    assert.deepEqual(attemptsAt(poisoned, history), [1, 2, 3]);
    const parked = history.filter((event) => event.type === "parked");
    assert.deepEqual(
      parked.map(({ updateId }) => updateId),
      [poisoned],
    );
    const { recoveryMs: _, flagged, ...faults } = judgeHistory(history);
    assert.deepEqual({ ...faults, flagged: [] }, NO_FINDINGS);
    t.diagnostic(`${flagged.length} flagged`);
  });
}

function attemptsAt(updateId: number, history: readonly HistoryEvent[]): readonly number[] {
  const begun = history.filter((event) => event.type === "begun");
  return begun.filter((event) => event.updateId === updateId).map(({ attempt }) => attempt);
}
