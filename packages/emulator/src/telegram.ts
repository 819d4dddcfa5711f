import { VirtualClock } from "./clock/virtual-clock.ts";
import { BotDirectory } from "./delivery/bot-directory.ts";
import type { BotSpec } from "./delivery/bot-directory.ts";
import { BotApiEndpoint } from "./http/bot-api-endpoint.ts";
import { HttpHost } from "./http/http-host.ts";
import type { RequestHandler } from "./http/http-host.ts";
import { MethodCaller } from "./http/method-caller.ts";
import { Journal } from "./journal/journal.ts";
import type { MethodHandler } from "./methods/method.ts";
import { webhookMethods } from "./methods/webhook-methods.ts";

export interface TelegramOptions {
  /** Default 8081, like the official server; 0 takes any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default: a clock that runs with real time. */
  readonly clock?: VirtualClock;
  /** Numbers from 0 to below 1 for ids and delays. Default `Math.random`. */
  readonly random?: () => number;
  /** The bots that exist. Without any, every well-formed token makes a bot. */
  readonly bots?: readonly BotSpec[];
  /** Serves every path that the emulator does not; 404 without it. */
  readonly page?: RequestHandler;
}

/** A local Telegram that is running. */
export interface Telegram {
  /** The root of the Bot API, for a client's `apiRoot`: `http://127.0.0.1:8081`. */
  readonly url: string;
  /** The root of the control interface. */
  readonly controlUrl: string;
  readonly clock: VirtualClock;
  readonly journal: Journal;
  readonly bots: BotDirectory;
  /** Stops listening, cuts all connections and forgets all timers. */
  close(): Promise<void>;
}

/** Starts a Bot API server on this machine. Resolves when it can be called. */
export async function startTelegram(options: TelegramOptions = {}): Promise<Telegram> {
  const clock = options.clock ?? new VirtualClock();
  const journal = new Journal({ clock });
  const random = options.random ?? Math.random;
  const bots = new BotDirectory({ clock, journal, random });
  for (const spec of options.bots ?? []) bots.add(spec);
  if (options.bots !== undefined) bots.close();
  const methods = new Map<string, MethodHandler>(webhookMethods());
  const caller = new MethodCaller({ clock, journal, methods, knownMethods: [] });
  const endpoint = new BotApiEndpoint(bots, caller);
  const notFound: RequestHandler = (_request, response) => response.writeHead(404).end();
  const http = await HttpHost.listen({
    host: options.host ?? "127.0.0.1",
    port: options.port ?? 8081,
    api: (request, response, target) => endpoint.handle(request, response, target),
    file: async (request, response) => notFound(request, response),
    control: notFound,
    page: options.page,
  });
  return {
    url: http.url,
    controlUrl: `${http.url}/control`,
    clock,
    journal,
    bots,
    async close() {
      await http.close();
      clock.close();
    },
  };
}
