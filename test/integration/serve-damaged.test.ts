/** `hookgram serve` on a SQLite file that is damaged. */
import assert from "node:assert/strict";
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { startTelegram, type Telegram } from "@hookgram/emulator";
import { createSqliteStore } from "@hookgram/runtime";

import { freePort } from "../../packages/runtime/test/free-port.ts";
import { newUpdate, openStore } from "../../packages/runtime/test/store-ground.ts";
import { controlOf } from "../telegram-user.ts";
import { killLeftovers, runHookgram } from "./hookgram-process.ts";

const SUPPORT_BOT = fileURLToPath(new URL("../../examples/support-bot/bot.ts", import.meta.url));
const TOKEN = "1234567890:AAserveDamagedTestToken12345678";
const SECRET = "a-secret-of-the-test";
const PAGE_BYTES = 4_096;
const DEAD_LETTERS = 1_000;

/** Everything but the page from which SQLite knows its files. */
function overwrite(path: string): void {
  const length = statSync(path).size - PAGE_BYTES;
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(length, 0xa5), 0, length, PAGE_BYTES);
  closeSync(file);
}

/** One line of a person's language, with the file and what to do. */
function assertExplained(stderr: string, path: string): void {
  assert.ok(stderr.includes(path), stderr);
  assert.match(stderr, /is damaged.*keep a copy, then restore a backup/);
  assert.doesNotMatch(stderr, /\n\s+at /);
}

describe("hookgram serve on a damaged file", () => {
  let folder: string;
  let whole: string;
  let telegram: Telegram;
  let env: Record<string, string>;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "hookgram-damaged-"));
    whole = join(folder, "whole.sqlite");
    const { store } = await openStore(createSqliteStore({ path: whole }));
    // Dead letters: nobody reads them when the bot starts.
    const raw = Buffer.alloc(900, "x");
    const letters = Array.from({ length: DEAD_LETTERS }, (_, id) =>
      store.accept(newUpdate(id, { raw, parkedBecause: "unparsable" })),
    );
    await Promise.all(letters);
    await store.close();
    telegram = await startTelegram({ port: 0 });
    await controlOf(telegram.url).post("bots", { token: TOKEN, username: "damaged_bot" });
    env = { BOT_TOKEN: TOKEN, BOT_API_ROOT: telegram.url };
  });
  after(async () => {
    killLeftovers();
    await telegram.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("refuses to start, in one line", async () => {
    const path = join(folder, "start.sqlite");
    copyFileSync(whole, path);
    overwrite(path);
    const args = ["serve", SUPPORT_BOT, "--store", `sqlite:${path}`];
    const { code, stderr } = await runHookgram(args, { cwd: folder, env }).finished();
    assert.notEqual(code, 0);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
    assertExplained(stderr, path);
  });

  test("answers 503 when it finds out later, and says why", async () => {
    const path = join(folder, "later.sqlite");
    copyFileSync(whole, path);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/updates`;
    const args = ["serve", SUPPORT_BOT, "--store", `sqlite:${path}`, "--port", `${port}`];
    const webhook = { ...env, WEBHOOK_URL: url, WEBHOOK_SECRET: SECRET };
    const bot = runHookgram(args, { cwd: folder, env: webhook });
    await bot.line(/Serving/);
    overwrite(path);
    const headers = { "x-telegram-bot-api-secret-token": SECRET };
    for (const update_id of [5_001, 5_002]) {
      const body = JSON.stringify({ update_id, poll: { id: "1" } });
      const answer = await fetch(url, { method: "POST", headers, body });
      assert.equal(answer.status, 503);
    }
    bot.child.kill("SIGTERM");
    const { stderr } = await bot.finished();
    assertExplained(stderr, path);
  });
});
