/**
 * `npm run crash [-- --store sqlite|postgres] [--rounds N] [--point TEXT] [--seed N] [--json FILE]
 * [--docs]`: kills the bot at every point of the crash matrix, or at those with TEXT in their names, prints
 * what the judge found, and exits with 1 when an aim is missed. `--docs` writes the table into
 * docs/crash-matrix.md.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { runSeed } from "../../../packages/runtime/test/seeded-random.ts";
import { CRASH_POINTS, type StoreName } from "./crash-points.ts";
import { writeCrashDocs } from "./crash-docs.ts";
import { type CrashRow, missedAims, toTable } from "./crash-row.ts";
import { runMatrix } from "./run-matrix.ts";

const STORES: readonly StoreName[] = ["sqlite", "postgres"];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      store: { type: "string" },
      rounds: { type: "string", default: "3" },
      seed: { type: "string", default: `${runSeed()}` },
      point: { type: "string", default: "" },
      json: { type: "string" },
      docs: { type: "boolean", default: false },
    },
  });
  const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
  const points = CRASH_POINTS.filter(({ point }) => point.includes(values.point));
  const stores = STORES.filter((store) => store === (values.store ?? store));
  if (stores.length === 0) throw wrong("--store", "sqlite or postgres", values.store);
  if (points.length === 0) throw wrong("--point", `part of one: ${pointNames()}`, values.point);
  if (!(Number.isSafeInteger(rounds) && rounds >= 1)) {
    throw wrong("--rounds", "a whole number of at least 1", values.rounds);
  }
  if (!Number.isSafeInteger(seed)) throw wrong("--seed", "a whole number", values.seed);
  const rows: CrashRow[] = [];
  const missed: string[] = [];
  process.stdout.write(`seed ${seed}\n`);
  for (const store of stores) {
    const say = (line: string): void => void process.stderr.write(`${line}\n`);
    const report = await runMatrix({ store, points, rounds, seed, say });
    rows.push(...report.rows);
    if (values.docs) writeCrashDocs(store, report.rows, seed);
    missed.push(...report.failures, ...report.rows.flatMap((row) => missedAims(row)));
  }
  process.stdout.write(`${toTable(rows)}\n`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
  for (const line of missed) process.stderr.write(`${line}\n`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

function wrong(option: string, rule: string, value: string | undefined): Error {
  return new Error(`${option} "${value}" is not possible: it has to be ${rule}`);
}

function pointNames(): string {
  return CRASH_POINTS.map(({ point }) => `"${point}"`).join(", ");
}

try {
  await main();
} catch (error) {
  process.stderr.write(`crash: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
