import type { JournalEntry } from "@hookgram/runtime";

import { toLine } from "../cli-error.ts";
import { toColumns } from "../output.ts";
import { toOwnStack } from "../own-stack.ts";

/** Longest text of a table's cell; `show` and `--json` have all of it. */
const CELL_MAX = 60;

/** The last column is never narrower, because it would say nothing. */
const LAST_MIN = 24;

const GAP = 2;

/** Columns that are left out on a narrow terminal, in this order. `show` or `--json` has all. */
const DISPENSABLE = [
  "updateId",
  "receivedAtMs",
  "botId",
  "priority",
  "messageId",
  "broadcastId",
  "doubts",
  "method",
  "params",
  "reason",
  "attempts",
  "createdAtMs",
  "startedAtMs",
  "ratePerSecond",
  "filter",
  "failures",
  "key",
  "endedAtMs",
  "note",
];

/**
 * An answer for a person: a list as a table; an item as lines, followed by a table for each list in
 * it. Times are readable, and tables fit into `columns` characters if possible.
 */
export function answerToText(answer: unknown, columns = Infinity): string {
  if (Array.isArray(answer)) return toTable(answer as Item[], columns);
  const entries = Object.entries(answer as Item).filter(([, value]) => value !== undefined);
  const single = entries.filter(([, value]) => !isList(value));
  const indent = `\n${" ".repeat(Math.max(...single.map(([name]) => nameOf(name).length)) + GAP)}`;
  const rows = single.map(
    ([name, value]) => [nameOf(name), textOf(name, value).replaceAll("\n", indent)] as const,
  );
  const lists = entries.filter(([, value]) => isList(value));
  const tables = lists.map(
    ([name, value]) => `\n${nameOf(name)}:\n${toTable(value as readonly Item[], columns)}`,
  );
  return [toColumns(rows), ...tables].join("\n");
}

type Item = Readonly<Record<string, unknown>>;
type Effect = Pick<JournalEntry, "key" | "kind">;

function isList(value: unknown): boolean {
  return Array.isArray(value) && typeof value[0] === "object" && value[0] !== null;
}

function toTable(items: readonly Item[], columns: number): string {
  if (items.length === 0) return "none";
  const isThere = (name: string): boolean => items.some((item) => item[name] !== undefined);
  const found = [...new Set(items.flatMap((item) => Object.keys(item)))].filter(isThere);
  // The last column gets what is left of the terminal, and an error has most to say.
  const all = found.toSorted((a, b) => Number(a === "error") - Number(b === "error"));
  const names = namesThatFit(all, items, columns);
  const widths = widthsOf(names, items);
  const last = Math.max(LAST_MIN, columns - sum(widths.slice(0, -1)));
  widths.push(Math.min(widths.pop()!, last));
  const rows = [
    names.map(nameOf),
    ...items.map((item) => names.map((name) => cellOf(name, item[name]))),
  ];
  return rows
    .map((row) => row.map((cell, at) => shorten(cell, widths[at]! - GAP).padEnd(widths[at]!)))
    .map((cells) => cells.join("").trimEnd())
    .join("\n");
}

function namesThatFit(
  all: readonly string[],
  items: readonly Item[],
  columns: number,
): readonly string[] {
  let names = all;
  for (const dispensable of DISPENSABLE) {
    const widths = widthsOf(names, items);
    const needed = sum(widths.slice(0, -1)) + Math.min(widths.at(-1)!, LAST_MIN);
    if (needed <= columns) break;
    names = names.filter((name) => name !== dispensable);
  }
  return names;
}

/** The width of every column, including the gap behind it. */
function widthsOf(names: readonly string[], items: readonly Item[]): number[] {
  return names.map((name) => {
    const lengths = items.map((item) => Math.min(cellOf(name, item[name]).length, CELL_MAX));
    return Math.max(nameOf(name).length, ...lengths) + GAP;
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** `parkedAtMs` is shown as `parked at`. */
function nameOf(name: string): string {
  const words = isTime(name) ? name.slice(0, -"Ms".length) : name;
  return words.replace(/([A-Z])/g, " $1").toLowerCase();
}

function isTime(name: string): boolean {
  return /(at|until|since)Ms$/i.test(name);
}

/** The text in a table: one line, which for an error is its cause, and for effects what they are. */
function cellOf(name: string, value: unknown): string {
  if (name === "effects" && isList(value)) {
    return toLine((value as Effect[]).map(({ key, kind }) => `${key} (${kind})`).join(", "));
  }
  if (name !== "error" || typeof value !== "string") return toLine(textOf(name, value));
  const cause = value.split("\ncaused by ").at(-1)!;
  return toLine(cause.split("\n    at ")[0]!);
}

function textOf(name: string, value: unknown): string {
  if (value === undefined || value === null || value === "") return "-";
  if (Array.isArray(value) && value.length === 0) return "none";
  if (typeof value === "number" && isTime(name)) return new Date(value).toISOString();
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const own = name === "error" ? toOwnStack(text) : text;
  // A short object is easier to read in one line.
  const shown = own.length <= CELL_MAX ? own.replace(/\s*\n\s*/g, " ") : own;
  return shown.split("\n").map(toIndentedLine).join("\n");
}

function toIndentedLine(line: string): string {
  const [indent = ""] = /^ */.exec(line) ?? [];
  return indent + toLine(line);
}

function shorten(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
