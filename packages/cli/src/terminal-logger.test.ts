import assert from "node:assert/strict";
import { test } from "node:test";

import { createTerminalLogger } from "./terminal-logger.ts";

const TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz";
const clock = { now: () => 0, monotonic: () => 0, after: () => () => {} };

function record(json: boolean) {
  const lines: string[] = [];
  const output = { print: assert.fail, warn: (line: string) => void lines.push(line) };
  return { lines, logger: createTerminalLogger(output, { json, clock }) };
}

test("a failed attempt is one line with the error below, once", () => {
  const { lines, logger } = record(false);
  const error = "HookgramError: Handler bot/x failed: no\n    at x (file:///bot.ts:1:1)";
  logger.warn({ attempt: 1, error }, "an attempt failed");
  logger.warn({ attempt: 2, error }, "an attempt failed");
  logger.warn({ attempt: 3, error: `${error}!` }, "an attempt failed");
  assert.deepEqual(lines, [
    "00:00:00 warn  an attempt failed attempt=1\n" +
      "  HookgramError: Handler bot/x failed: no\n      at x (file:///bot.ts:1:1)",
    "00:00:00 warn  an attempt failed attempt=2\n  the same error as before",
    "00:00:00 warn  an attempt failed attempt=3\n" +
      "  HookgramError: Handler bot/x failed: no\n      at x (file:///bot.ts:1:1)!",
  ]);
});

test("short texts and numbers stay on the line", () => {
  const { lines, logger } = record(false);
  logger.info({ place: "https://x/…", error: "it is full", pending: 0, left: undefined }, "open");
  assert.deepEqual(lines, ["00:00:00 info  open place=https://x/… error='it is full' pending=0"]);
});

test("with JSON each entry is one object with the whole stack", () => {
  const { lines, logger } = record(true);
  const error = new Error("no");
  logger.error({ error }, "parked");
  assert.deepEqual(JSON.parse(lines[0]!), {
    time: "1970-01-01T00:00:00.000Z",
    level: "error",
    message: "parked",
    error: { message: "no", stack: error.stack },
  });
});

test("no token gets through", () => {
  for (const json of [true, false]) {
    const { lines, logger } = record(json);
    logger.error({ error: new Error(`of ${TOKEN}`), place: TOKEN }, `for ${TOKEN}`);
    assert.doesNotMatch(lines.join(), /AAabc/);
  }
});
