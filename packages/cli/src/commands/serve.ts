import { createBotApi, type User } from "@hookgram/bot-api";
import { type Handle, poll, setWebhookAndListen, type Store } from "@hookgram/runtime";

import { loadBotFile } from "../bot-file.ts";
import { apiRootOf, parseAddress, tokenOf } from "../bot-environment.ts";
import { CliError } from "../cli-error.ts";
import type { CommandContext } from "../command-context.ts";
import { runAtTerminal } from "../run-at-terminal.ts";
import { createTerminalLogger } from "../terminal-logger.ts";

/** The options of `hookgram serve`, as the command line gives them. */
export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  /** `sqlite:PATH` or `postgres://…`. Default: `STORE_URL`, or a SQLite file in `.hookgram`. */
  readonly store?: string | undefined;
  readonly json?: boolean;
}

const DEFAULT_STORE = "sqlite:.hookgram/bot.sqlite";

/**
 * Runs a bot on the real Telegram: behind a webhook when `WEBHOOK_URL` says where Telegram posts
 * to, by long polling otherwise. Ends on SIGTERM or Ctrl-C after the running handlers.
 */
export async function runServe(
  file: string,
  options: ServeOptions,
  context: CommandContext,
): Promise<void> {
  const { environment, output } = context;
  const token = tokenOf(environment);
  const apiRoot = apiRootOf(environment);
  const bot = await loadBotFile(file);
  const store = await openStore(options.store ?? environment.STORE_URL ?? DEFAULT_STORE);
  const address = environment.WEBHOOK_URL;
  const common = {
    bot,
    token,
    apiRoot,
    store,
    logger: createTerminalLogger(output, { json: options.json === true }),
  };
  const handle: Handle =
    address === undefined
      ? poll(common)
      : setWebhookAndListen({
          ...common,
          url: parseAddress("WEBHOOK_URL", address).href,
          secret: environment.WEBHOOK_SECRET,
          host: options.host,
          port: options.port,
        });
  const announceBot = async (): Promise<void> =>
    announce(await createBotApi({ token, apiRoot }).getMe(), options, context);
  await runAtTerminal(handle, { output, announce: announceBot });
}

function announce(me: User, options: ServeOptions, { environment, output }: CommandContext): void {
  const by = environment.WEBHOOK_URL === undefined ? "long polling" : "webhook";
  const listening = `${options.host}:${options.port}`;
  if (options.json === true) {
    const where = by === "webhook" ? { listening } : {};
    return output.print(JSON.stringify({ bot: me.username, by, ...where }));
  }
  const where = by === "webhook" ? `, listening on ${listening}` : "";
  output.print(`Serving @${me.username} by ${by}${where}. Ctrl-C stops it`);
}

/**
 * The store behind an address. PostgreSQL's client is loaded only when it is asked for.
 * @throws CliError `option` for any other scheme, without what may be a password.
 */
async function openStore(url: string): Promise<Store | string> {
  const [, scheme, rest = ""] = /^(\w+):(?:\/\/)?(.+)$/.exec(url) ?? [];
  if (scheme === "sqlite") return rest;
  if (scheme === "postgres" || scheme === "postgresql") {
    const { createPostgresStore } = await import("@hookgram/runtime/postgres");
    return createPostgresStore({ url });
  }
  const shown = url.replace(/\/\/.*@/, "//…@");
  throw new CliError("option", `--store must be sqlite:PATH or postgres://…: got "${shown}"`);
}
