import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { inRound } from "./in-round.ts";
import { judgeHistory, NO_FINDINGS } from "./judge/judge-history.ts";

const KILLS = 50;
/** Messages that are written from the beginning of each life on, however long it takes them. */
const MESSAGES = 60;
const CROWD = { people: 60, messagesMax: KILLS * MESSAGES, pauseMs: 3 };
/** Every other one is killed at work, so long after it listens; the others may still be starting. */
const LIFE_MS_MAX = 600;
/** What a kill interrupts is not the update's fault here; poison has a test of its own. */
const BOT = { attemptsMax: 1_000 };

describe("a bot that is killed again and again", () => {
  it(`handles every accepted update in order over ${KILLS} kills`, (t) =>
    inRound(t, { crowd: CROWD, bot: BOT }, async (round) => {
      for (let kill = 0; kill < KILLS; kill += 1) {
        const written = round.world.hear(MESSAGES);
        if (kill % 2 === 0) await round.restart();
        else round.launch();
        await delay(round.random() * LIFE_MS_MAX);
        await round.world.hurry();
        await round.killNow();
        await written;
      }
      await round.restart();
      const history = await round.end();
      const { recoveryMs: _, flagged, ...faults } = judgeHistory(history);
      t.diagnostic(`${round.world.acknowledged.size} updates, ${flagged.length} flagged`);
      assert.deepEqual({ ...faults, flagged: [] }, NO_FINDINGS);
      assert.deepEqual(
        history.filter(({ type }) => type === "parked"),
        [],
      );
    }));
});
