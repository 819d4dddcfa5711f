import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";

import { CRASH_POINTS, type StoreName } from "./crash-points.ts";
import { type CrashRow, fromTable, toTable } from "./crash-row.ts";

const PAGE = new URL("../../../docs/crash-matrix.md", import.meta.url);

/**
 * Puts a store's rows between its two marks in docs/crash-matrix.md. Rows of points that were not run
 * stay as they are.
 */
export function writeCrashDocs(store: StoreName, rows: readonly CrashRow[], seed: number): void {
  const [begin, end] = [`<!-- ${store}: begin -->`, `<!-- ${store}: end -->`];
  const page = readFileSync(PAGE, "utf8");
  const [before, rest = ""] = page.split(begin);
  const [table = "", after] = rest.split(end);
  if (before === undefined || after === undefined) throw new Error(`${PAGE.pathname} has no marks`);
  const known = new Map([...fromTable(table), ...rows].map((row) => [row.point, row]));
  const all = CRASH_POINTS.flatMap(({ point }) => known.get(point) ?? []);
  const machine = `${availableParallelism()} cores with other work, Node ${process.versions.node}`;
  const rounds = all.reduce((sum, row) => sum + row.rounds, 0);
  const caption = `${rounds} rounds (${machine}, last seed ${seed}).`;
  writeFileSync(PAGE, `${before}${begin}\n\n${toTable(all)}\n\n${caption}\n\n${end}${after}`);
}
