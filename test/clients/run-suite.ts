/**
 * `npm run clients -- SUITE CHECKOUT` runs the live suite of another project against the emulator
 * and prints one line of JSON: `{ suite, tests, passed, failed, skipped }`. SUITE is the project's
 * name on npm, CHECKOUT the folder of a checkout of it; what the checkout needs is installed there
 * first when it is missing. The names of failed tests go to stderr, before them the tests that
 * cannot pass in any emulator, with their reasons. The suites themselves are not changed, nor are
 * they part of this repository.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { startTelegram } from "@hookgram/emulator";
import type { Telegram } from "@hookgram/emulator";
import { nodeTelegramBotApi } from "./suites/node-telegram-bot-api.ts";
import type { Suite, SuiteCounts } from "./suites/suite.ts";
import { typescriptTelegramBotApi } from "./suites/typescript-telegram-bot-api.ts";

const SUITES: readonly Suite[] = [nodeTelegramBotApi, typescriptTelegramBotApi];

/** A run that hangs is ended after this time; the slowest suite takes a quarter of it. */
const RUN_MAX_MS = 10 * 60_000;

const PRELOAD_URL = import.meta.resolve("./suites/route-to-emulator.ts");

async function main(): Promise<void> {
  const [name, checkout] = process.argv.slice(2);
  const suite = SUITES.find((known) => known.name === name);
  if (suite === undefined || checkout === undefined || !existsSync(checkout)) {
    const names = SUITES.map((known) => known.name).join(" or ");
    process.stderr.write(`Usage: npm run clients -- SUITE CHECKOUT; SUITE is ${names}.\n`);
    process.exitCode = 2;
    return;
  }
  await install(checkout);
  for (const { test, reason } of suite.impossible) {
    process.stderr.write(`cannot pass in any emulator: ${test}: ${reason}\n`);
  }
  const { failures, ...counts } = await runSuite(suite, path.resolve(checkout));
  for (const failure of failures) process.stderr.write(`failed: ${failure}\n`);
  process.stdout.write(`${JSON.stringify({ suite: suite.name, ...counts })}\n`);
}

/** Installs what the checkout itself asks for, without running anybody's install scripts. */
async function install(checkout: string): Promise<void> {
  if (existsSync(path.join(checkout, "node_modules"))) return;
  process.stderr.write(`installing what ${checkout} needs\n`);
  const npm = spawn("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: checkout,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = (await once(npm, "exit")) as [number];
  if (code !== 0) throw new Error(`npm install failed in ${checkout}`);
}

async function runSuite(suite: Suite, checkout: string): Promise<SuiteCounts> {
  const folder = mkdtempSync(path.join(tmpdir(), "hookgram-suite-"));
  const telegram = await startTelegram({ port: 0, world: suite.world, resolver, page });
  try {
    await prepare(telegram, suite, checkout);
    const reportPath = path.join(folder, "report");
    await runTests(suite, { checkout, reportPath, telegramUrl: telegram.url });
    return suite.counts(readFileSync(reportPath, "utf8"));
  } finally {
    await telegram.close();
    rmSync(folder, { recursive: true });
  }
}

/** `example.com` is there, as the suites expect, and nothing else of the Internet. */
async function resolver(host: string): Promise<readonly string[]> {
  if (host === "example.com") return ["127.0.0.1"];
  throw Object.assign(new Error(host), { code: "ENOTFOUND" });
}

/** What `example.com` answers to whoever takes it for a Bot API server. */
function page(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("content-type", "text/html");
  response.end("<!doctype html><title>Example Domain</title>");
}

/** The person has written to the bot, and the emulated web has the files of the suite. */
async function prepare(telegram: Telegram, suite: Suite, checkout: string): Promise<void> {
  await post(telegram, "say", { person: suite.person, text: "/start" });
  for (const { url, path: file, text = "", mimeType } of suite.web) {
    const bytes = file === undefined ? Buffer.from(text) : readFileSync(path.join(checkout, file));
    await post(telegram, "web", { url, base64: bytes.toString("base64"), mime_type: mimeType });
  }
}

async function post(telegram: Telegram, operation: string, body: object): Promise<void> {
  const init = { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(`${telegram.controlUrl}/${operation}`, init);
  if (!response.ok) throw new Error(`${operation}: ${await response.text()}`);
}

interface Run {
  readonly checkout: string;
  readonly reportPath: string;
  readonly telegramUrl: string;
}

/** The result is in the report; the exit code says only that some test failed. */
async function runTests(suite: Suite, { checkout, reportPath, telegramUrl }: Run): Promise<void> {
  const child = spawn(process.execPath, [...suite.args(PRELOAD_URL, reportPath)], {
    cwd: checkout,
    stdio: ["ignore", "ignore", "ignore"],
    timeout: RUN_MAX_MS,
    env: {
      ...process.env,
      ...suite.env,
      NODE_OPTIONS: suite.nodeOptions(PRELOAD_URL),
      SUITE_TELEGRAM_URL: telegramUrl,
    },
  });
  await once(child, "exit");
}

await main();
