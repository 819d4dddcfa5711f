/** A bot of examples/ on the runtime and the local Telegram, for its conversation. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { startTelegram, type Telegram, type UserClient } from "@hookgram/emulator";
import { listen, type ListenHandle } from "@hookgram/runtime";
import type { UpdateHandler } from "hookgram";
import { PATIENT } from "../telegram-user.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);

export const TOKEN = "1234567:AAexampleTokenThatNobodyCanUse";

/** Ada owns the group and Bob is a member; Olga is nobody special. */
export const [ADA, BOB, OLGA] = [101, 102, 103];
export const GROUP = -1001000000001;

const silent = (): void => {};

/** What a test of an example gets. */
export interface ExampleStage {
  readonly telegram: Telegram;
  readonly person: (id: number) => UserClient;
  /** Ada in private says each text in turn; gives the texts of the bot's answers. */
  readonly talk: (...texts: readonly string[]) => Promise<string[]>;
  /** Stops the bot and starts it again on the store that it left. */
  readonly restart: () => Promise<void>;
}

/** The local Telegram with one bot, three people and a group. */
export function startExampleTelegram(): Promise<Telegram> {
  return startTelegram({
    port: 0,
    world: {
      bots: [{ token: TOKEN, username: "example_bot", name: "Example" }],
      people: [
        { id: ADA, first_name: "Ada" },
        { id: BOB, first_name: "Bob" },
        { id: OLGA, first_name: "Olga", language_code: "de" },
      ],
      chats: [
        {
          id: GROUP,
          type: "supergroup",
          title: "Friends",
          members: [
            { user: ADA, status: "creator" },
            { user: BOB },
            { user: 1234567, status: "administrator" },
          ],
        },
      ],
    },
  });
}

/** Runs `examples/FILE` by webhook for as long as the conversation lasts. */
export async function onStage(
  file: string,
  conversation: (stage: ExampleStage) => Promise<void>,
): Promise<void> {
  const { default: bot } = (await import(new URL(file, EXAMPLES).href)) as {
    readonly default: UpdateHandler;
  };
  const folder = mkdtempSync(path.join(tmpdir(), "example-"));
  const telegram = await startExampleTelegram();
  const store = path.join(folder, "bot.sqlite");
  let handle = await run(bot, telegram, store);
  const restart = async (): Promise<void> => {
    await handle.stop();
    handle = await run(bot, telegram, store);
  };
  try {
    await conversation({ ...createStage(telegram), restart });
  } finally {
    await handle.stop({ drainMs: 0 });
    await telegram.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(bot: UpdateHandler, telegram: Telegram, store: string): Promise<ListenHandle> {
  const logger = { debug: silent, info: silent, warn: silent, error: silent };
  const handle = listen({ bot, token: TOKEN, apiRoot: telegram.url, store, port: 0, logger });
  await handle.ready;
  await handle.setWebhook({ url: `http://127.0.0.1:${handle.port()}${handle.path}` });
  return handle;
}

function createStage(telegram: Telegram): Omit<ExampleStage, "restart"> {
  const person = (id: number): UserClient => telegram.users.get(id);
  return {
    telegram,
    person,
    async talk(...texts) {
      const answers: string[] = [];
      for (const text of texts) {
        await person(ADA).say(text);
        answers.push(textOf(await person(ADA).answer(PATIENT)));
      }
      return answers;
    },
  };
}

/** The text of a message that has one. */
export function textOf({ text }: { readonly text?: string }): string {
  assert.ok(text !== undefined, "the bot answers with a text");
  return text;
}
