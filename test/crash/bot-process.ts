/**
 * The bot that is killed: a webhook on any free port, a store in the given folder, and a handler that
 * appends to a file that it ran. Arguments: the folder, the most attempts per update.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createBotApi } from "@hookgram/bot-api";
import { listen } from "@hookgram/runtime";
import type { DispatchOutcome, Invocation, UpdateHandler } from "hookgram";

import type { HandlerRun } from "./check-history.ts";

export const BOT_ID = 42;
export const BOT_PATH = "/hook";
export const BOT_SECRET = "crash-secret-0123456789-0123456789-0123456789";
/** Messages that end the process, or leave it good for nothing, when they are handled. */
export const POISONS: Readonly<Record<string, () => void>> = {
  kill: () => void process.kill(process.pid, "SIGKILL"),
  exit: () => process.exit(1),
  memory: fillMemory,
  loop: () => {
    for (;;);
  },
};

/** What the process tells its parent when it is asked for `"report"`. */
export interface BotReport {
  readonly pending: number;
  readonly parked: readonly (number | undefined)[];
}

/** Handlers take a moment, so that kills find some of them at work. */
const HANDLE_MS_MAX = 4;

function fillMemory(): never {
  const hoard: number[][] = [];
  for (;;) hoard.push(Array.from({ length: 1_000_000 }, Math.random));
}

class CountingBot implements UpdateHandler {
  readonly allowedUpdates = ["message"] as const;
  readonly #runs: number;
  readonly #poisoned: number;

  constructor(folder: string) {
    this.#poisoned = openSync(join(folder, "poisoned"), "a");
    this.#runs = openSync(join(folder, "runs.jsonl"), "a");
  }

  async handle({ update, states }: Invocation): Promise<DispatchOutcome> {
    const { chat, text = "" } = update.message!;
    if (text in POISONS) {
      writeSync(this.#poisoned, ".");
      POISONS[text]!();
    }
    const key = `count:${chat.id}`;
    const before = ((await states.read(key))?.data as number | undefined) ?? 0;
    await setTimeout(update.update_id % (HANDLE_MS_MAX + 1));
    const count = before + 1;
    states.write(key, { state: "count:er", data: count, schemaVersion: 1 });
    const run = { chatId: chat.id, updateId: update.update_id, count, atMs: Date.now() };
    writeSync(this.#runs, `${JSON.stringify(run satisfies HandlerRun)}\n`);
    return { status: "handled", handler: "count" };
  }

  close(): void {
    closeSync(this.#runs);
    closeSync(this.#poisoned);
  }
}

async function main(folder: string, attemptsMax: number): Promise<void> {
  const bot = new CountingBot(folder);
  const handle = listen({
    bot,
    api: createBotApi({ token: `${BOT_ID}:${"A".repeat(35)}`, apiRoot: "http://127.0.0.1:9" }),
    botId: BOT_ID,
    me: { id: BOT_ID, is_bot: true, first_name: "Crash" } as never,
    store: join(folder, "bot.sqlite"),
    secret: BOT_SECRET,
    path: BOT_PATH,
    host: "127.0.0.1",
    port: 0,
    attemptsMax,
  });
  await handle.ready;
  process.on("message", (message) => {
    if (message === "report") void report().then((told) => process.send!(told));
    else
      void handle.stop({ drainMs: 5_000 }).then(() => {
        bot.close();
        process.disconnect();
      });
  });
  process.send!({ port: handle.port() });

  async function report(): Promise<BotReport> {
    const stats = handle.stats().engine;
    const parked = await handle.parked();
    return { pending: stats?.pending ?? NaN, parked: parked.map(({ updateId }) => updateId) };
  }
}

if (import.meta.main) await main(process.argv[2]!, Number(process.argv[3]));
