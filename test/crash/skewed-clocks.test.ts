import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { PostgresServer } from "../../packages/runtime/test/postgres-server.ts";
import { inRound } from "./in-round.ts";
import { LOADED_RECOVERY_MS_MAX } from "./matrix/crash-row.ts";
import { judgeHistory, NO_FINDINGS } from "./judge/judge-history.ts";

const HOUR_MS = 3_600_000;
/** Updates that are accepted before the kill. */
const ENOUGH = 80;
/** A press counts as too late by the clock of the node that takes it up; messages never do. */
const CROWD = { people: 12, messagesMax: 240, isButtonless: true };

describe("two nodes of which one has a wrong clock", () => {
  let server: PostgresServer;
  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server.remove());

  for (const [name, behindMs] of [
    ["slow", HOUR_MS],
    ["fast", -HOUR_MS],
  ] as const) {
    it(`lose, double and reorder nothing when it is an hour ${name} and takes over`, (t) => {
      const postgres = { url: server.url, schema: server.newSchema() };
      const options = { postgres, isShared: true, second: { behindMs }, crowd: CROWD };
      return inRound(t, options, async (round) => {
        await round.start();
        round.world.talk();
        await round.until(() => round.world.acknowledged.size >= ENOUGH);
        await round.killNow();
        await round.takenOver();
        await round.restart();
        const { recoveryMs, flagged, ...faults } = judgeHistory(await round.end());
        t.diagnostic(`taken up within ${recoveryMs} ms, ${flagged.length} flagged`);
        assert.ok(recoveryMs <= LOADED_RECOVERY_MS_MAX, `${recoveryMs} ms`);
        assert.deepEqual({ ...faults, flagged: [] }, NO_FINDINGS);
      });
    });
  }
});
