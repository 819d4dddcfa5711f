import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { inRound } from "./in-round.ts";
import { judgeHistory, NO_FINDINGS } from "./judge/judge-history.ts";
import type { Round } from "./round/round.ts";

/** Updates that are accepted before the signal. */
const ENOUGH = 30;
const SHORT_DRAIN_MS = 500;
/** Far more than the drain and what follows it, and less than anybody would wait. */
const EXIT_MS_MAX = 20_000;

describe("a bot that is told to end while people write", () => {
  it("ends what it has begun, and loses, doubles and repeats nothing", (t) =>
    inRound(t, {}, async (round) => {
      await round.start();
      round.world.talk();
      await round.until(() => round.world.acknowledged.size >= ENOUGH);
      assert.equal(await round.terminate(), 0);
      await round.restart();
      const { recoveryMs: _, ...findings } = judgeHistory(await round.end());
      assert.deepEqual(findings, NO_FINDINGS);
    }));

  it("does not wait longer than its limit for handlers that do not end", (t) =>
    inRound(t, {}, async (round) => {
      await round.startHolding(SHORT_DRAIN_MS);
      await listenTo(round);
      const startMs = performance.now();
      assert.equal(await round.terminate(), 0);
      assert.ok(performance.now() - startMs < EXIT_MS_MAX);
      await expectNoLoss(round);
    }));

  it("ends at once at the second signal", (t) =>
    inRound(t, {}, async (round) => {
      await round.startHolding(10 * EXIT_MS_MAX);
      await listenTo(round);
      const startMs = performance.now();
      // 128 and the number of SIGTERM.
      assert.equal(await round.terminate(2), 143);
      assert.ok(performance.now() - startMs < EXIT_MS_MAX);
      await expectNoLoss(round);
    }));
});

async function listenTo(round: Round): Promise<void> {
  round.world.talk();
  await round.until(() => round.world.acknowledged.size >= ENOUGH);
  await round.world.hush();
}

async function expectNoLoss(round: Round): Promise<void> {
  await round.restart();
  const { lost, duplicated, reordered } = judgeHistory(await round.end());
  assert.deepEqual({ lost, duplicated, reordered }, { lost: [], duplicated: [], reordered: [] });
}
