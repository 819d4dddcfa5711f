import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";

import { type CrashRow, toTable } from "./crash-row.ts";

const PAGE = new URL("../../../docs/crash-matrix.md", import.meta.url);
const BEGIN = "<!-- crash matrix: begin -->";
const END = "<!-- crash matrix: end -->";

/** Puts the table between the two marks of docs/crash-matrix.md. */
export function writeCrashDocs(rows: readonly CrashRow[], seed: number): void {
  const page = readFileSync(PAGE, "utf8");
  const [before, rest = ""] = page.split(BEGIN);
  const [, after] = rest.split(END);
  if (before === undefined || after === undefined) throw new Error(`${PAGE.pathname} has no marks`);
  const rounds = rows.reduce((sum, row) => sum + row.rounds, 0);
  const machine = `${availableParallelism()} cores, Node ${process.versions.node}`;
  const caption = `One run of ${rounds} rounds (${machine}, seed ${seed}).`;
  const table = `${toTable(rows)}\n\n${caption}`;
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
}
