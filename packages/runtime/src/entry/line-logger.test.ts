import assert from "node:assert/strict";
import { test } from "node:test";

import { createLineLogger } from "./line-logger.ts";

test("warnings and errors are one line each, the rest is silent", () => {
  const lines: string[] = [];
  const logger = createLineLogger((line) => lines.push(line));
  logger.debug({}, "debug");
  logger.info({}, "info");
  logger.warn({ status: 503, where: { port: 1 } }, "a warning");
  logger.error({}, "an error");
  assert.deepEqual(lines, [
    'hookgram warning: a warning | status=503 where={"port":1}\n',
    "hookgram error: an error\n",
  ]);
});

test("line ends, control characters and tokens do not get through", () => {
  const lines: string[] = [];
  const logger = createLineLogger((line) => lines.push(line));
  const token = `42:${"CANARY".repeat(5)}abcde`;
  const error = new Error(`https://api.telegram.org/bot${token}/getMe\n  \u001b[31mred`);
  logger.error({ error, nothing: undefined }, "failed");
  assert.deepEqual(lines, [
    "hookgram error: failed | error=https://api.telegram.org/bot42:[secret]/getMe [31mred nothing=undefined\n",
  ]);
});

test("no value makes logging fail", () => {
  const lines: string[] = [];
  const logger = createLineLogger((line) => lines.push(line));
  const circle: { self?: unknown } = {};
  circle.self = circle;
  logger.warn({ circle, big: 1n }, "odd");
  assert.deepEqual(lines, ["hookgram warning: odd | circle=[object Object] big=1\n"]);
});
