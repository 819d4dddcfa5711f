/** What docs/testing-bots.md shows, done by somebody who has the packages as a registry has them. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { COMMAND, type Staged, stagePackages } from "../../tools/stage.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(path.join(root, "docs", "testing-bots.md"), "utf8");
const TOKEN = "1234:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/** Runs the bot of the page until it is ended. */
const RUN_BOT = `
import { createBot } from "./form-bot.ts";

const bot = createBot("${TOKEN}", process.argv[2] ?? "");
await bot.init();
console.log("ready");
await bot.start();
`;

/** The code of the first fence that begins so. */
function fence(opening: string): string {
  const start = page.indexOf(`\`\`\`${opening}\n`) + opening.length + 4;
  return page.slice(start, page.indexOf("```", start));
}

interface Running extends AsyncDisposable {
  /** The first line that it printed. */
  readonly line: string;
}

/** Starts a program that says in a line when it is ready. */
async function start(file: string, args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [file, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return {
    line: line.toString(),
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await exited;
    },
  };
}

describe("a stranger with a bot that has a form, buttons and a photo", () => {
  let staged: Staged;
  let folder: string;
  before(async () => {
    staged = await stagePackages("stage-of-stranger", COMMAND);
    folder = path.join(staged.folder, "bot");
    mkdirSync(folder);
    writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(path.join(folder, "form-bot.ts"), fence("ts form-bot.ts"));
    writeFileSync(path.join(folder, "form.test.ts"), fence("ts form.test.ts"));
    writeFileSync(path.join(folder, "main.ts"), RUN_BOT);
  });

  it("tests it with vitest", async () => {
    const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
    // The five seconds of its own are short for a machine with much else to do.
    const patience = ["--testTimeout", "60000"];
    const args = [vitest, "run", "--root", folder, "--reporter", "json", ...patience];
    const { stdout } = await run(process.execPath, args, { cwd: folder });
    const report = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual([report["success"], report["numPassedTests"]], [true, 1]);
  });

  it("tests it with curl", async () => {
    const command = path.join(staged.folder, "node_modules/@hookgram/cli/bin/hookgram.js");
    await using telegram = await start(command, ["telegram", "--port", "0", "--json"]);
    const { botApi, control } = JSON.parse(telegram.line) as Record<string, string>;
    await using _bot = await start(path.join(folder, "main.ts"), [botApi!]);
    const env = { ...process.env, control };
    const script = `set -euo pipefail\n${fence("sh")}`;
    const { stdout } = await run("bash", ["-c", script], { env, timeout: 60_000 });
    assert.match(stdout, /Which size\?/);
    assert.match(stdout, /"text":"Noted"/);
    assert.match(stdout, /Nice picture\. Done!\s*$/);
  });
});
