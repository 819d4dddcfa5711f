import { parseBotToken } from "@hookgram/bot-api";

import { CliError } from "./cli-error.ts";

/** The environment variables that the command reads. Secrets come this way, never as arguments. */
export interface BotEnvironment {
  /** The bot's token from BotFather. */
  readonly BOT_TOKEN?: string | undefined;
  /** The public HTTPS address that Telegram posts to. Without it `serve` polls. */
  readonly WEBHOOK_URL?: string | undefined;
  /** The secret that Telegram sends along; generated when absent. */
  readonly WEBHOOK_SECRET?: string | undefined;
  /** Where updates are kept; a place for an address with a password in it. */
  readonly STORE_URL?: string | undefined;
  /** The Bot API server, when it is not `https://api.telegram.org`. */
  readonly BOT_API_ROOT?: string | undefined;
}

/**
 * The token of the environment.
 * @throws CliError `bot-token` when it is missing or cannot be a token.
 */
export function tokenOf(environment: BotEnvironment): string {
  const token = environment.BOT_TOKEN?.trim();
  if (token === undefined || token === "") {
    throw new CliError(
      "bot-token",
      "BOT_TOKEN is not set: ask @BotFather for a token and run `BOT_TOKEN=… hookgram …`",
    );
  }
  const parsed = parseBotToken(token);
  if (!parsed.ok) {
    throw new CliError("bot-token", `BOT_TOKEN is not a bot token: ${parsed.reason}`);
  }
  return token;
}

/**
 * The Bot API server of the environment; undefined for Telegram's own.
 * @throws CliError `option` when it is not an address.
 */
export function apiRootOf({ BOT_API_ROOT: root }: BotEnvironment): string | undefined {
  return root === undefined || root === "" ? undefined : parseAddress("BOT_API_ROOT", root).href;
}

/**
 * An http or https address from an option or a variable.
 * @param name how the person named it, for the message.
 * @throws CliError `option` when it does not parse or has another scheme.
 */
export function parseAddress(name: string, text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CliError("option", `${name} must be an http or https address: got "${text}"`);
  }
  return url;
}
