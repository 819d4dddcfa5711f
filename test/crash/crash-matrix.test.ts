import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { FAILPOINTS } from "../../packages/runtime/src/failpoint.ts";
import { CRASH_POINTS, type StoreName } from "./matrix/crash-points.ts";
import { LOADED_RECOVERY_MS_MAX, missedAims } from "./matrix/crash-row.ts";
import { runMatrix } from "./matrix/run-matrix.ts";
import { runSeed } from "../../packages/runtime/test/seeded-random.ts";

const STORES: readonly StoreName[] = ["sqlite", "postgres"];

/** `npm run crash` has all points, more rounds, and the time within which work is taken up. */
describe("the crash matrix in short", () => {
  it("has every point of the code", () => {
    const points = new Set(CRASH_POINTS.map(({ failpoint }) => failpoint));
    const missing = FAILPOINTS.filter((name) => !points.has(name));
    assert.deepEqual(missing, []);
  });

  for (const store of STORES) {
    it(`loses, doubles and reorders nothing on ${store}`, async (t) => {
      const seed = runSeed();
      t.diagnostic(`seed ${seed}`);
      const points = CRASH_POINTS.filter(({ isShort }) => isShort === true);
      const say = (line: string): void => t.diagnostic(line);
      const { rows, failures } = await runMatrix({ store, points, rounds: 1, seed, say });
      const missed = rows.flatMap((row) => missedAims(row, LOADED_RECOVERY_MS_MAX));
      assert.deepEqual([...failures, ...missed], []);
      assert.equal(rows.length, points.length);
    });
  }
});
