import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

import { type BenchRow, toTable } from "./row.ts";

/** Documents with tables of benchmarks, by the option that has them written. */
export const DOCUMENTS = { readme: "README.md", docs: "docs/benchmarks.md" } as const;

/**
 * Puts the table of a benchmark between its markers in a document. The result is one line about
 * what was done.
 */
export function writeTable(document: string, bench: string, rows: readonly BenchRow[]): string {
  const file = fileURLToPath(new URL(`../${document}`, import.meta.url));
  const begin = `<!-- bench:${bench} -->`;
  const end = "<!-- /bench -->";
  const text = readOrNothing(file);
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0)
    return `${document} has no ${begin} … ${end}: put both where the table goes`;
  const machine = `${availableParallelism()} cores, Node ${process.versions.node}`;
  const ratios = rows.some(({ ratio }) => ratio !== null) ? `; in brackets ${ratiosTo(rows)}` : "";
  const note = `Medians of one run (${machine})${ratios}.`;
  const table = `${begin}\n\n${toTable(rows)}\n\n${note} Yours: \`npm run bench -- ${bench}\`.\n\n`;
  writeFileSync(file, text.slice(0, from) + table + text.slice(to));
  // The gate wants the table's columns aligned.
  spawnSync("oxfmt", [file]);
  return `${document}: wrote the table of ${bench}`;
}

/** What the ratios of a table are to. */
function ratiosTo(rows: readonly BenchRow[]): string {
  if (rows[0]!.against !== null) return "the ratios to the lines below, in their order";
  const lines = new Set(rows.flatMap(({ against }) => against ?? []));
  return lines.size === 1
    ? "the ratio to the first line"
    : "the ratio to the line without one above";
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
