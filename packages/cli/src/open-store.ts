import { existsSync } from "node:fs";

import type { Store } from "@hookgram/runtime";
import type { PostgresStoreOptions } from "@hookgram/runtime/postgres";
import { Option } from "commander";

import type { BotEnvironment } from "./bot-environment.ts";
import { CliError, errorToLine } from "./cli-error.ts";

/** What `dev` and `serve` keep of a bot, in the folder `.hookgram` or another one. */
export const STORE_FILES = { serve: "bot.sqlite", dev: "local-bot.sqlite" } as const;

const FOLDER = ".hookgram";
const SERVED = `${FOLDER}/${STORE_FILES.serve}`;
const DEVELOPED = `${FOLDER}/${STORE_FILES.dev}`;

/** Goes with every `--store`: who runs a bot on such a server has to look at it, too. */
export function allowNotDurableOption(): Option {
  const meaning = "PostgreSQL may have fsync or synchronous_commit off, and lose updates";
  return new Option("--allow-not-durable", meaning);
}

/** The option, or what the environment says, or a SQLite file in `.hookgram`. */
export function storeUrlOf(option: string | undefined, { STORE_URL }: BotEnvironment): string {
  return option ?? STORE_URL ?? `sqlite:${SERVED}`;
}

/** As {@link storeUrlOf}, for who looks at a store: that of `dev`, where `serve` has never run. */
export function existingStoreUrlOf(
  option: string | undefined,
  environment: BotEnvironment,
): string {
  const found = existsSync(SERVED) || !existsSync(DEVELOPED) ? SERVED : DEVELOPED;
  return option ?? environment.STORE_URL ?? `sqlite:${found}`;
}

/** How a command is with a PostgreSQL store. */
export type StoreAccess = Pick<PostgresStoreOptions, "allowNotDurable" | "mayCreate">;

/**
 * The store behind an address; of a SQLite file its path. PostgreSQL's client is loaded only when it
 * is asked for.
 * @throws CliError `option` for any other scheme, without what may be a password.
 */
export async function openStore(url: string, access: StoreAccess): Promise<Store | string> {
  const [, scheme, rest = ""] = /^(\w+):(?:\/\/)?(.+)$/.exec(url) ?? [];
  if (scheme === "sqlite") return rest;
  if (scheme === "postgres" || scheme === "postgresql") {
    return createPostgres(url, access);
  }
  const shown = url.replace(/\/\/.*@/, "//…@");
  throw new CliError("option", `--store must be sqlite:PATH or postgres://…: got "${shown}"`);
}

async function createPostgres(url: string, access: StoreAccess): Promise<Store> {
  try {
    const { createPostgresStore } = await import("@hookgram/runtime/postgres");
    return createPostgresStore({ url, ...access });
  } catch (error) {
    // The client is for those who use it to install.
    if (!errorToLine(error).startsWith("Cannot find package 'pg'")) throw error;
    throw new CliError("option", "PostgreSQL needs its client: run `npm install pg`");
  }
}
