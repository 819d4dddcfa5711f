/** The documented session with curl alone does what it says. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { Stage } from "./support-bot-stage.ts";

const SCRIPT = fileURLToPath(new URL("support-bot-curl.sh", import.meta.url));
const HAS_CURL = spawnSync("curl", ["--version"]).status === 0;

test(
  "the curl session walks through the support bot",
  { skip: !HAS_CURL && "no curl" },
  async () => {
    const stage = await Stage.open();
    try {
      await stage.startBot();
      const session = spawn("sh", [SCRIPT, stage.telegram.url], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      session.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      session.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
      const [code] = (await once(session, "close")) as [number];
      assert.equal(code, 0, output);
      assert.equal(output.match(/^ok /gm)?.length, 23, output);
    } finally {
      await stage.close();
    }
  },
);
