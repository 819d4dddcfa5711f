import { inspect } from "node:util";

import { redactToken, systemClock, type Clock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import type { Output } from "./output.ts";
import { toOwnStack } from "./own-stack.ts";

export interface TerminalLoggerOptions {
  /** One JSON object a line instead of text. */
  readonly json: boolean;
  /** Leaves out what is only of interest to an operator: warnings and errors stay. */
  readonly quiet?: boolean;
  readonly clock?: Clock;
}

type Level = keyof Logger;
type Fields = Readonly<Record<string, unknown>>;

/**
 * The log of a running bot, on standard error so that standard output stays for programs. Debug
 * lines are left out. Bot tokens do not get through, wherever they stand.
 */
export function createTerminalLogger(output: Output, options: TerminalLoggerOptions): Logger {
  const { json, quiet = false, clock = systemClock } = options;
  const toText = json ? toJson : createTextFormat();
  const write = (level: Level) => (fields: Fields, message: string) => {
    const time = new Date(clock.now()).toISOString();
    output.warn(redactToken(toText({ time, level, message, fields })));
  };
  const nothing = (): void => {};
  const info = quiet ? nothing : write("info");
  return { debug: nothing, info, warn: write("warn"), error: write("error") };
}

interface Entry {
  readonly time: string;
  readonly level: Level;
  readonly message: string;
  readonly fields: Fields;
}

/** An error becomes its text and stack: JSON would make it an empty object. */
function toJson({ fields, ...head }: Entry): string {
  const plain = Object.entries(fields).map(([name, value]) => [
    name,
    value instanceof Error ? { message: value.message, stack: value.stack } : value,
  ]);
  return JSON.stringify({ ...head, ...Object.fromEntries(plain) });
}

/**
 * Lines for people: time, level, message and ` name=value` for each field; errors follow below. The
 * attempts of one update mostly fail alike: the same error is not shown twice in a row, but for the last
 * time, when nothing more will be tried.
 */
function createTextFormat(): (entry: Entry) => string {
  let shown = "";
  return ({ time, level, message, fields }) => {
    const { pairs, errors } = sortFields(fields);
    const line = `${time.slice(11, 19)} ${level.padEnd(5)} ${message}${pairs}`;
    if (errors === "") return line;
    const isKnown = level !== "error" && errors === shown;
    shown = errors;
    return `${line}\n${isKnown ? "  the same error as before" : errors}`;
  };
}

function sortFields(fields: Fields): { readonly pairs: string; readonly errors: string } {
  const pairs: string[] = [];
  const errors: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    const text = value instanceof Error ? (value.stack ?? value.message) : value;
    if (typeof text === "string" && (text !== value || text.includes("\n"))) {
      errors.push(toOwnStack(text.trim()).replace(/^/gm, "  "));
    } else if (value !== undefined) pairs.push(` ${name}=${toValue(value)}`);
  }
  return { pairs: pairs.join(""), errors: errors.join("\n") };
}

function toValue(value: unknown): string {
  return typeof value === "string" && !/\s/.test(value)
    ? value
    : inspect(value, { breakLength: Infinity });
}
