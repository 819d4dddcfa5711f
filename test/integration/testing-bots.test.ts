/** The lines of curl in docs/testing-bots.md, run as they stand against the bot that stands there. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { startTelegram } from "@hookgram/emulator";
import type { Bot } from "grammy";

const folder = fileURLToPath(new URL(".", import.meta.url));
const page = readFileSync(new URL("../../docs/testing-bots.md", import.meta.url), "utf8");

/** The code of the first fence that begins so. */
function fence(opening: string): string {
  const start = page.indexOf(`\`\`\`${opening}\n`) + opening.length + 4;
  return page.slice(start, page.indexOf("```", start));
}

interface FormBot {
  readonly createBot: (token: string, apiRoot: string) => Bot;
}

/** Beside this file, so that the bot's imports are found. */
async function loadBot(): Promise<FormBot> {
  const own = path.join(folder, "out");
  mkdirSync(own, { recursive: true });
  try {
    const file = path.join(own, "form-bot.ts");
    writeFileSync(file, fence("ts form-bot.ts"));
    return (await import(pathToFileURL(file).href)) as FormBot;
  } finally {
    rmSync(own, { recursive: true });
  }
}

it("a bot with a form, buttons and a photo is tested with curl", async () => {
  const { createBot } = await loadBot();
  const telegram = await startTelegram({ port: 0 });
  const bot = createBot("1234:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", telegram.url);
  await bot.init();
  void bot.start();
  try {
    const env = { ...process.env, control: telegram.controlUrl };
    const script = `set -euo pipefail\n${fence("sh")}`;
    const { stdout } = await promisify(execFile)("bash", ["-c", script], { env, timeout: 60_000 });
    assert.match(stdout, /Which size\?/);
    assert.match(stdout, /"text":"Noted"/);
    assert.match(stdout, /Nice picture\. Done!\s*$/);
  } finally {
    await bot.stop();
    await telegram.close();
  }
});
