import type { Store } from "@hookgram/runtime";

import type { BotEnvironment } from "./bot-environment.ts";
import { CliError } from "./cli-error.ts";

const DEFAULT_STORE = "sqlite:.hookgram/bot.sqlite";

/** The option, or what the environment says, or a SQLite file in `.hookgram`. */
export function storeUrlOf(option: string | undefined, { STORE_URL }: BotEnvironment): string {
  return option ?? STORE_URL ?? DEFAULT_STORE;
}

/**
 * The store behind an address; of a SQLite file its path. PostgreSQL's client is loaded only when it
 * is asked for.
 * @throws CliError `option` for any other scheme, without what may be a password.
 */
export async function openStore(url: string): Promise<Store | string> {
  const [, scheme, rest = ""] = /^(\w+):(?:\/\/)?(.+)$/.exec(url) ?? [];
  if (scheme === "sqlite") return rest;
  if (scheme === "postgres" || scheme === "postgresql") {
    const { createPostgresStore } = await import("@hookgram/runtime/postgres");
    return createPostgresStore({ url });
  }
  const shown = url.replace(/\/\/.*@/, "//…@");
  throw new CliError("option", `--store must be sqlite:PATH or postgres://…: got "${shown}"`);
}
