import path from "node:path";

import type { Telegram } from "@hookgram/emulator";
import { type Handle, type ListenHandle, listen } from "@hookgram/runtime";
import type { UpdateHandler } from "hookgram";

import { loadBotFile } from "../bot-file.ts";
import type { CommandContext } from "../command-context.ts";
import { toColumns } from "../output.ts";
import { STORE_FILES } from "../open-store.ts";
import { deskOf, listenForOperators } from "../operate/operator-socket.ts";
import { runAtTerminal } from "../run-at-terminal.ts";
import { createTerminalLogger } from "../terminal-logger.ts";
import { runServe } from "./serve.ts";
import { botApiOf, chatOf, readWorld, startLocalTelegram } from "./telegram.ts";

/** The options of `hookgram dev`, as the command line gives them. */
export interface DevOptions {
  readonly port: number;
  readonly host: string;
  readonly world?: string;
  /** The folder that holds the local Telegram and the bot's updates between starts. */
  readonly data: string;
  readonly json?: boolean;
}

/** The bot of a local Telegram whose world names none. Nobody else can use this token. */
const LOCAL_TOKEN = "1000000000:AAlocalBotOfHookgramDevelopment";

/** How long Ctrl-C waits for handlers that are running. */
const DRAIN_MS = 5_000;

/**
 * Runs a bot behind a real webhook of a local Telegram and prints where to chat with it. Ends on
 * Ctrl-C; the next start goes on where this one stopped. With `BOT_TOKEN` the same bot runs on the
 * real Telegram instead.
 */
export async function runDev(
  file: string,
  options: DevOptions,
  context: CommandContext,
): Promise<void> {
  if (context.environment.BOT_TOKEN !== undefined) {
    const store = `sqlite:${path.join(options.data, STORE_FILES.serve)}`;
    return runServe(file, { ...options, store }, context);
  }
  const bot = await loadBotFile(file);
  const snapshotPath = path.join(options.data, "telegram.json");
  const world = await readWorld(options.world);
  const telegram = await startLocalTelegram({
    ...options,
    world,
    worldName: options.world,
    snapshotPath,
    output: context.output,
  });
  try {
    const token = world?.bots?.[0]?.token ?? addLocalBot(telegram);
    const handle = await listenLocally({ bot, token, telegram }, options, context);
    await runAtTerminal(runningClock(handle, telegram), {
      output: context.output,
      drainMs: DRAIN_MS,
      cleanUp: () => telegram.close(),
      announce: async () => {
        await listenForOperators(path.join(options.data, STORE_FILES.dev), () => deskOf(handle));
        printAddresses(telegram, options, context);
      },
    });
  } catch (error) {
    await telegram.close();
    throw error;
  }
}

/** Where somebody has stopped time, waiting for the last handlers would never end. */
function runningClock(handle: ListenHandle, telegram: Telegram): Handle {
  return {
    ...handle,
    stop: (options) => {
      telegram.clock.resume();
      return handle.stop(options);
    },
  };
}

interface LocalBot {
  readonly bot: UpdateHandler;
  readonly token: string;
  readonly telegram: Telegram;
}

async function listenLocally(
  { bot, token, telegram }: LocalBot,
  options: DevOptions,
  { output }: CommandContext,
): Promise<ListenHandle> {
  const handle = listen({
    bot,
    token,
    apiRoot: botApiOf(telegram),
    store: path.join(options.data, STORE_FILES.dev),
    host: "127.0.0.1",
    port: 0,
    // One time for both: an hour that passes on the page passes for the bot's conversations, too.
    clock: telegram.clock,
    logger: createTerminalLogger(output, { json: options.json === true, quiet: true }),
  });
  try {
    await handle.ready;
    await handle.setWebhook({ url: `http://127.0.0.1:${handle.port()}${handle.path}` });
  } catch (error) {
    await handle.stop({ drainMs: 0 });
    throw error;
  }
  return handle;
}

/** For a world that names no bot. */
function addLocalBot(telegram: Telegram): string {
  telegram.bots.add({ token: LOCAL_TOKEN, username: "local_bot", name: "Your bot" });
  return LOCAL_TOKEN;
}

function printAddresses(
  telegram: Telegram,
  { data, json }: DevOptions,
  { output }: CommandContext,
): void {
  const chat = chatOf(telegram);
  const botApi = botApiOf(telegram);
  if (json === true) return output.print(JSON.stringify({ chat, botApi, data }));
  output.print(
    toColumns([
      ["Chat", chat],
      ["Bot API", botApi],
      ["Data", path.relative(process.cwd(), path.resolve(data)) || "."],
    ]),
  );
}
