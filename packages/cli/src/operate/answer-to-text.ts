import { toLine } from "../cli-error.ts";
import { toColumns } from "../output.ts";

/** Of a table's cell; the whole text is in the item's own page, and in `--json`. */
const CELL_MAX = 60;

/** An answer for a person: a list as a table, one item as lines, times readable. */
export function answerToText(answer: unknown): string {
  if (Array.isArray(answer)) return toTable(answer as Item[]);
  const rows = Object.entries(answer as Item).map(([name, value]) => [
    nameOf(name),
    cellOf(name, value),
  ]);
  return toColumns(rows as [string, string][]);
}

type Item = Readonly<Record<string, unknown>>;

function toTable(items: readonly Item[]): string {
  if (items.length === 0) return "none";
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))];
  const rows = [
    names.map(nameOf),
    ...items.map((item) => names.map((name) => shorten(cellOf(name, item[name])))),
  ];
  const widths = names.map((_name, at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** `parkedAtMs` is shown as `parked at`. */
function nameOf(name: string): string {
  const words = name.replace(/AtMs$/, "At").replace(/([A-Z])/g, " $1");
  return words.toLowerCase();
}

function cellOf(name: string, value: unknown): string {
  if (value === undefined || value === null) return "-";
  if (typeof value === "number" && /(At|until|since)Ms$/i.test(name)) {
    return new Date(value).toISOString();
  }
  return toLine(typeof value === "string" ? value : JSON.stringify(value));
}

function shorten(text: string): string {
  return text.length <= CELL_MAX ? text : `${text.slice(0, CELL_MAX - 1)}…`;
}
