import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { ChildProgram } from "../child-program.ts";
import { runSeed, seededRandom } from "../../packages/runtime/test/seeded-random.ts";
import { TIMERS } from "./timer-process.ts";

const PROGRAM = new URL("timer-process.ts", import.meta.url);

const SEED = runSeed();
const KILLS = 5;

async function launch(folder: string): Promise<ChildProgram> {
  const child = new ChildProgram(PROGRAM, [folder]);
  await child.heard();
  return child;
}

/** How often each timer's handler was applied, and how many timers are left. */
function look(folder: string): { readonly counts: readonly number[]; readonly left: number } {
  const database = new DatabaseSync(join(folder, "bot.sqlite"), { readOnly: true });
  try {
    const rows = database.prepare("SELECT data FROM states WHERE key LIKE 'count:%'").all();
    const left = database.prepare("SELECT count(*) AS left FROM timers").get()?.["left"];
    return { counts: rows.map((row) => Number(row["data"])), left: Number(left) };
  } finally {
    database.close();
  }
}

describe("timers of a bot that is killed", () => {
  it("are applied once each", async (t) => {
    t.diagnostic(`HOOKGRAM_SEED=${SEED}`);
    const random = seededRandom(SEED);
    const folder = mkdtempSync(join(tmpdir(), "hookgram-timers-"));
    let child = await launch(folder);
    try {
      child.tell("go");
      for (let kills = 0; kills < KILLS; kills += 1) {
        await delay(random() * 400);
        await child.kill();
        child = await launch(folder);
        // If it died before that was stored, it is stored now; otherwise the key is taken.
        child.tell("go");
      }
      while (look(folder).counts.length < TIMERS || look(folder).left > 0) await delay(50);
      child.tell("stop");
      await child.ended();

      assert.deepEqual(look(folder), { counts: Array<number>(TIMERS).fill(1), left: 0 });
    } finally {
      await child.kill();
      rmSync(folder, { recursive: true });
    }
  });
});
