/**
 * Bots that nobody writes to. Arguments: how many, and `shared` (one engine) or `own` (one each). Says
 * on its channel what they cost: resident memory, in bytes, and timers that wait.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { mountBots } from "@hookgram/runtime";
import { Bot } from "hookgram";

/** What a process with idle bots says. */
export interface IdleReport {
  readonly residentBytes: number;
  readonly timers: number;
  /** How long it took to add them. */
  readonly addMs: number;
}

/** Garbage of the start is collected meanwhile. */
const REST_MS = 2_000;

async function main(count: number, kind: string): Promise<IdleReport> {
  const folder = mkdtempSync(join(tmpdir(), "hookgram-idle-"));
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const bots = mountBots({ store: join(folder, "bots.sqlite"), logger: silent });
  const bot = new Bot();
  const add = (id: number) =>
    bots.add({
      bot,
      token: `${id}:${"x".repeat(35)}`,
      me: { id, is_bot: true, first_name: "Bot", username: `bot_${id}` },
      secret: `secret-${id}`,
      logger: silent,
      ...(kind === "own" && { store: join(folder, `${id}.sqlite`) }),
    }).ready;
  const beganMs = performance.now();
  await add(1);
  const before = measure();
  await Promise.all(Array.from({ length: count }, (_, at) => add(at + 2)));
  const addMs = performance.now() - beganMs;
  await delay(REST_MS);
  const after = measure();
  await bots.stop();
  rmSync(folder, { recursive: true });
  return {
    residentBytes: (after.residentBytes - before.residentBytes) / count,
    timers: (after.timers - before.timers) / count,
    addMs: addMs / count,
  };
}

function measure(): { readonly residentBytes: number; readonly timers: number } {
  globalThis.gc?.();
  const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  return { residentBytes: process.memoryUsage.rss(), timers };
}

const [, , count, kind] = process.argv;
if (process.send !== undefined && kind !== undefined) {
  process.send(await main(Number(count), kind));
  process.disconnect();
}
