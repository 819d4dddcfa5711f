import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import { judgeHistory, NO_FINDINGS } from "./judge/judge-history.ts";
import { Round } from "./round/round.ts";
import { runSeed, seededRandom } from "./seeded-random.ts";

/** Updates that are accepted before the signal. */
const ENOUGH = 30;
const SHORT_DRAIN_MS = 500;
/** Far more than the drain and what follows it, and less than anybody would wait. */
const EXIT_MS_MAX = 20_000;

describe("a bot that is told to end while people write", () => {
  it("ends what it has begun, and loses, doubles and repeats nothing", () =>
    inRound(async (round) => {
      await round.start();
      round.world.talk();
      await round.until(() => round.world.acknowledged.size >= ENOUGH);
      assert.equal(await round.terminate(), 0);
      await round.restart();
      const { recoveryMs: _, ...findings } = judgeHistory(await round.end());
      assert.deepEqual(findings, NO_FINDINGS);
    }));

  it("does not wait longer than its limit for handlers that do not end", () =>
    inRound(async (round) => {
      await round.startHolding(SHORT_DRAIN_MS);
      await listenTo(round);
      const startMs = performance.now();
      assert.equal(await round.terminate(), 0);
      assert.ok(performance.now() - startMs < EXIT_MS_MAX);
      await expectNoLoss(round);
    }));

  it("ends at once at the second signal", () =>
    inRound(async (round) => {
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

async function inRound(run: (round: Round) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "hookgram-terminate-"));
  const random = seededRandom(runSeed());
  const round = await Round.open({ folder: join(folder, "round"), random });
  try {
    await run(round);
  } finally {
    await round.close();
    rmSync(folder, { recursive: true });
  }
}
