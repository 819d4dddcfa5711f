import { createBotApi, type User } from "@hookgram/bot-api";
import { type Handle, poll, setWebhookAndListen } from "@hookgram/runtime";

import { loadBotFile } from "../bot-file.ts";
import { apiRootOf, parseAddress, tokenOf } from "../bot-environment.ts";
import type { CommandContext } from "../command-context.ts";
import { openStore, storeUrlOf } from "../open-store.ts";
import { deskOf, listenForOperators } from "../operate/operator-socket.ts";
import { runAtTerminal } from "../run-at-terminal.ts";
import { createTerminalLogger } from "../terminal-logger.ts";

/** The options of `hookgram serve`, as the command line gives them. */
export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  /** `sqlite:PATH` or `postgres://…`. Default: `STORE_URL`, or a SQLite file in `.hookgram`. */
  readonly store?: string | undefined;
  /** Whether a PostgreSQL may be used that forgets commits when the power fails. Default: no. */
  readonly allowNotDurable?: boolean | undefined;
  readonly json?: boolean;
}

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
  const { allowNotDurable } = options;
  const store = await openStore(storeUrlOf(options.store, environment), { allowNotDurable });
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
  const announceBot = async (): Promise<void> => {
    if (typeof store === "string") await listenForOperators(store, () => deskOf(handle));
    announce(await createBotApi({ token, apiRoot }).getMe(), options, context);
  };
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
