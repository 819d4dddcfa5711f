import { existsSync } from "node:fs";

import { parseBotToken } from "@hookgram/bot-api";
import { createSqliteStore, openDesk, RuntimeError } from "@hookgram/runtime";

import type { BotEnvironment } from "../bot-environment.ts";
import { CliError } from "../cli-error.ts";
import { existingStoreUrlOf, openStore } from "../open-store.ts";
import { DESK_CALLS, type DeskAnswer, type DeskCallName, type DeskInput } from "./desk-calls.ts";
import { askOwner } from "./operator-socket.ts";

/** What to ask, and of which store. */
export interface DeskQuestion<N extends DeskCallName> {
  readonly environment: BotEnvironment;
  /** As the option `--store` of `serve`. */
  readonly store: string | undefined;
  /** As the option `--allow-not-durable` of `serve`. */
  readonly allowNotDurable: boolean | undefined;
  readonly call: N;
  readonly input: DeskInput<N>;
}

/**
 * Answers from the store itself or, if a running bot owns the store, asks that bot.
 * @throws CliError `option` if there is no store, or if its owner does not answer operators.
 */
export async function askDesk<N extends DeskCallName>(
  question: DeskQuestion<N>,
): Promise<DeskAnswer<N>> {
  const { environment, call, input, allowNotDurable } = question;
  const url = existingStoreUrlOf(question.store, environment);
  const found = await openStore(url, { allowNotDurable, mayCreate: false });
  const isFile = typeof found === "string";
  if (isFile && !existsSync(found)) {
    throw new CliError(
      "option",
      `there is no store at ${found}: run this where the bot runs, or name its store with --store`,
    );
  }
  const store = isFile ? createSqliteStore({ path: found }) : found;
  try {
    const desk = await openDesk(store, botIdsOf(environment));
    try {
      const run = DESK_CALLS[call] as (d: typeof desk, i: unknown) => Promise<DeskAnswer<N>>;
      return await run(desk, input);
    } finally {
      await desk.close();
    }
  } catch (error) {
    const isOwned = error instanceof RuntimeError && error.code === "store-in-use";
    if (!isOwned || !isFile) throw error;
    const reply = await askOwner(found, call, input);
    if (reply !== undefined) return reply.answer;
    const [what = ""] = error.message.split("; ");
    const repair = "stop it while you look, or have it call answerOperators of @hookgram/cli";
    throw new CliError("option", `${what}, which answers no operators; ${repair}`);
  }
}

/** The bot whose token is in the environment, if there is one. */
export function botIdsOf({ BOT_TOKEN: token = "" }: BotEnvironment): readonly number[] {
  const parsed = parseBotToken(token.trim());
  return parsed.ok ? [parsed.botId] : [];
}
