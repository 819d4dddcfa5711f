import { inspect } from "node:util";

import { redactToken, systemClock, type Clock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import type { Output } from "./output.ts";

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
  const write = (level: Level) => (fields: Fields, message: string) => {
    const time = new Date(clock.now()).toISOString();
    const line = json
      ? JSON.stringify({ time, level, message, ...plain(fields) })
      : `${time.slice(11, 19)} ${level.padEnd(5)} ${message}${toPairs(fields)}`;
    output.warn(redactToken(line));
  };
  const nothing = (): void => {};
  const info = quiet ? nothing : write("info");
  return { debug: nothing, info, warn: write("warn"), error: write("error") };
}

/** An error becomes its text and stack: JSON would make it an empty object. */
function plain(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error ? { message: value.message, stack: value.stack } : value,
    ]),
  );
}

/** ` name=value` for each field; the stack of a handler's error follows on lines of its own. */
function toPairs(fields: Fields): string {
  const pairs: string[] = [];
  const stacks: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof Error) stacks.push(`\n  ${(value.stack ?? value.message).trim()}`);
    else if (value !== undefined) pairs.push(` ${name}=${toValue(value)}`);
  }
  return pairs.join("") + stacks.join("");
}

function toValue(value: unknown): string {
  return typeof value === "string" && !/\s/.test(value)
    ? value
    : inspect(value, { breakLength: Infinity });
}
