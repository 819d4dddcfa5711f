import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

import { type BenchRow, toTable } from "./row.ts";

const README = fileURLToPath(new URL("../README.md", import.meta.url));

/**
 * Puts the table of a benchmark between its markers in the README. The result is one line about
 * what was done.
 */
export function writeReadmeTable(bench: string, rows: readonly BenchRow[]): string {
  const begin = `<!-- bench:${bench} -->`;
  const end = "<!-- /bench -->";
  const text = readReadme();
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0)
    return `README.md has no ${begin} … ${end}: put both where the table goes`;
  const machine = `${availableParallelism()} cores, Node ${process.versions.node}`;
  const note = `Medians of one run (${machine}); in brackets the ratio to the first line.`;
  const table = `${begin}\n\n${toTable(rows)}\n\n${note} Yours: \`npm run bench -- ${bench}\`.\n\n`;
  writeFileSync(README, text.slice(0, from) + table + text.slice(to));
  // The gate wants the table's columns aligned.
  spawnSync("oxfmt", [README]);
  return `README.md: wrote the table of ${bench}`;
}

function readReadme(): string {
  try {
    return readFileSync(README, "utf8");
  } catch {
    return "";
  }
}
