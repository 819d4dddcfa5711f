/**
 * `npm run bench [-- NAME …] [--json FILE] [--readme] [--docs]`: runs all benchmarks or the named
 * ones, prints their tables, writes the rows to FILE, with `--readme` the tables into the README, with
 * `--docs` into docs/benchmarks.md.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { benchBacklog } from "./backlog.ts";
import { DOCUMENTS, writeTable } from "./document-table.ts";
import { benchCompile } from "./compile.ts";
import { benchDispatch } from "./dispatch.ts";
import { benchEmulator } from "./emulator.ts";
import { benchHandle } from "./handle.ts";
import { benchIdleBots } from "./idle-bots.ts";
import { benchImport } from "./import.ts";
import { benchLatency } from "./latency.ts";
import { benchReceive } from "./receive.ts";
import { benchReceiveTls } from "./receive-tls.ts";
import { type BenchRow, toTable } from "./row.ts";
import { benchShared } from "./shared.ts";

const BENCHES: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  receive: benchReceive,
  handle: benchHandle,
  dispatch: benchDispatch,
  import: benchImport,
  compile: benchCompile,
  "receive-tls": benchReceiveTls,
  shared: benchShared,
  backlog: benchBacklog,
  latency: benchLatency,
  emulator: benchEmulator,
  "idle-bots": benchIdleBots,
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "string" },
      readme: { type: "boolean", default: false },
      docs: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) {
    throw new Error(
      `there is no benchmark "${unknown}"; there are ${Object.keys(BENCHES).join(", ")}`,
    );
  }
  const all: BenchRow[] = [];
  for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) {
    const rows = await BENCHES[name]!();
    all.push(...rows);
    process.stdout.write(`\n${name}\n${toTable(rows)}\n`);
    for (const option of ["readme", "docs"] as const) {
      if (!values[option]) continue;
      process.stdout.write(`${writeTable(DOCUMENTS[option], name, rows)}\n`);
    }
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(all, null, 2)}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  // Servers that are still there would keep this process alive.
  process.exit(1);
}
