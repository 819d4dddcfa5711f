import assert from "node:assert/strict";
import { test } from "node:test";

import { toOwnStack } from "./own-stack.ts";

const RUNTIME = new URL("../", import.meta.resolve("@hookgram/runtime")).href;

test("a stack keeps the frames of the bot's own code, as seen from its folder", () => {
  const text = [
    "HookgramError: Handler bot/start failed: no lamp",
    `    at async #handle (${RUNTIME}src/engine/attempt-runner.ts:118:21)`,
    "caused by Error: no lamp",
    "    at light (file:///home/ada/shop/lamps.ts:3:9)",
    "    at query (file:///home/ada/other/node_modules/pg/client.js:7:1)",
    "    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)",
  ].join("\n");
  assert.equal(
    toOwnStack(text, "/home/ada/shop"),
    [
      "HookgramError: Handler bot/start failed: no lamp",
      "caused by Error: no lamp",
      "    at light (lamps.ts:3:9)",
      "    at query (file:///home/ada/other/node_modules/pg/client.js:7:1)",
    ].join("\n"),
  );
});

test("words of the message that look like a path stay as they are", () => {
  const text = "Error: cannot read node:fs of file:///home/ada/shop/";
  assert.equal(toOwnStack(text, "/home/ada/shop"), text);
});
