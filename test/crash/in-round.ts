import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

import { Round, type RoundOptions } from "./round/round.ts";
import { runSeed, seededRandom } from "../../packages/runtime/test/seeded-random.ts";

/** Plays a round in a test, with moments that the test's seed chooses. */
export async function inRound(
  t: TestContext,
  options: Omit<RoundOptions, "folder" | "random">,
  play: (round: Round) => Promise<void>,
): Promise<void> {
  const seed = runSeed();
  t.diagnostic(`HOOKGRAM_SEED=${seed}`);
  const folder = mkdtempSync(join(tmpdir(), "hookgram-round-"));
  const random = seededRandom(seed);
  const round = await Round.open({ ...options, folder: join(folder, "round"), random });
  try {
    await play(round);
  } finally {
    await round.close();
    rmSync(folder, { recursive: true });
  }
}
