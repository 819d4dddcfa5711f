import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";

import type { StoreName } from "./crash-points.ts";
import { type CrashRow, toTable } from "./crash-row.ts";

const PAGE = new URL("../../../docs/crash-matrix.md", import.meta.url);

/** Puts a store's table between its two marks in docs/crash-matrix.md. */
export function writeCrashDocs(store: StoreName, rows: readonly CrashRow[], seed: number): void {
  const [begin, end] = [`<!-- ${store}: begin -->`, `<!-- ${store}: end -->`];
  const page = readFileSync(PAGE, "utf8");
  const [before, rest = ""] = page.split(begin);
  const [, after] = rest.split(end);
  if (before === undefined || after === undefined) throw new Error(`${PAGE.pathname} has no marks`);
  const machine = `${availableParallelism()} cores with other work, Node ${process.versions.node}`;
  const rounds = rows.reduce((sum, row) => sum + row.rounds, 0);
  const caption = `One run of ${rounds} rounds (${machine}, seed ${seed}).`;
  writeFileSync(PAGE, `${before}${begin}\n\n${toTable(rows)}\n\n${caption}\n\n${end}${after}`);
}
