import { BotApiError } from "./bot-api-error.ts";
import type { BotApi, CallOptions, Downloadable } from "./bot-api.ts";
import { parseBotToken } from "./bot-token.ts";
import { type Clock, systemClock } from "./clock.ts";
import { callMethod } from "./http/call-method.ts";
import type { Connection } from "./http/connection.ts";
import { downloadFile } from "./http/download-file.ts";
import { type AnyCall, botApiFromCall } from "./wrap-bot-api.ts";

/** Telegram's own server. @see https://core.telegram.org/bots/api#making-requests */
export const DEFAULT_API_ROOT = "https://api.telegram.org";

/** Longer than the 60 s that Telegram's own server grants a webhook; uploads may need more. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** Options of {@link createBotApi}. */
export interface BotApiOptions {
  /** The bot's token, from @BotFather. It is kept in a closure and cannot be read back. */
  readonly token: string;
  /** Where the Bot API server is: http or https, a path prefix is allowed. */
  readonly apiRoot?: string | undefined;
  /** Uses Telegram's separate test environment. @see https://core.telegram.org/bots/webapps#using-bots-in-the-test-environment */
  readonly testEnvironment?: boolean | undefined;
  /**
   * Longest time of a call in milliseconds, from its start to the end of the answer. Default: 60,000.
   * For `getUpdates` the parameter `timeout` comes on top; while a stream is uploaded, each piece
   * that is sent starts the time anew. There is no "never": pass a large number for that.
   */
  readonly timeoutMs?: number | undefined;
  /** Sends the requests. Default: the global `fetch`, which keeps connections alive. */
  readonly fetch?: typeof fetch | undefined;
  /** The time that `timeoutMs` is measured on. */
  readonly clock?: Clock | undefined;
}

/**
 * Creates a client of the Bot API for one bot. A call is attempted once: whether and when to repeat
 * it depends on `retryAfterSeconds` and `ambiguous` of the error and on what the bot can bear, and
 * belongs to the runtime's outbox or to the caller.
 * @throws BotApiError `bad-request` when an option is malformed.
 */
export function createBotApi(options: BotApiOptions): BotApi {
  const connection = connect(options);
  const call: AnyCall = (method, params, callOptions) =>
    callMethod(connection, method, params, callOptions);
  const api: BotApi = botApiFromCall(call, async (file, callOptions) => {
    const filePath = typeof file === "string" ? file : await pathOf(api, file, callOptions);
    return downloadFile(connection, filePath, callOptions);
  });
  return api;
}

async function pathOf(
  api: BotApi,
  { file_id, file_path }: Exclude<Downloadable, string>,
  options: CallOptions | undefined,
): Promise<string> {
  const found = file_path ?? (await api.getFile({ file_id }, options)).file_path;
  if (found !== undefined) return found;
  const description = "getFile named no file_path, so that there is nothing to fetch";
  throw new BotApiError({ code: "file", method: "download", description, ambiguous: false });
}

function connect(options: BotApiOptions): Connection {
  const { token, apiRoot = DEFAULT_API_ROOT, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const parsed = parseBotToken(token);
  if (!parsed.ok) throw refuse(parsed.reason);
  if (!(timeoutMs > 0)) throw refuse(`timeoutMs must be above 0, got ${timeoutMs}`);
  const root = parseApiRoot(apiRoot);
  const rest = `bot${token}${options.testEnvironment ? "/test" : ""}`;
  return {
    methodsUrl: `${root}/${rest}`,
    filesUrl: `${root}/file/${rest}`,
    secret: token.slice(token.indexOf(":") + 1),
    timeoutMs,
    fetch: options.fetch ?? ((...args) => fetch(...args)),
    clock: options.clock ?? systemClock,
  };
}

function parseApiRoot(apiRoot: string): string {
  const url = URL.canParse(apiRoot) ? new URL(apiRoot) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash)
    throw refuse(
      "apiRoot must be an http or https URL without user, query and fragment, such as http://127.0.0.1:8081",
    );
  return url.href.replace(/\/+$/, "");
}

function refuse(description: string): BotApiError {
  return new BotApiError({
    code: "bad-request",
    method: "createBotApi",
    description,
    ambiguous: false,
  });
}
