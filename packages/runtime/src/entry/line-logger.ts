import { redactToken } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import { valueText } from "../error-text.ts";

/**
 * The logger that entry points use by default. It writes warnings and errors, one line each, to
 * standard error. Fields follow the message as `name=value`; control characters and bot tokens are
 * removed. `write` gets one line, including its end.
 */
export function createLineLogger(
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Logger {
  const print = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) =>
    write(`hookgram ${level}: ${toLine(message, fields)}\n`);
  const nothing = (): void => {};
  return { debug: nothing, info: nothing, warn: print("warning"), error: print("error") };
}

function toLine(message: string, fields: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${toText(value)}`);
  const line = `${message}${pairs.length > 0 ? " |" : ""}${pairs.join("")}`;
  return redactToken(line.replace(/\s*\n\s*/g, " ").replace(/\p{Cc}/gu, ""));
}

function toText(value: unknown): string {
  return value instanceof Error ? value.message : valueText(value);
}
