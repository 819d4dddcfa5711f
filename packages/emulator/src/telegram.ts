import { VirtualClock } from "./clock/virtual-clock.ts";
import { BotDirectory } from "./delivery/bot-directory.ts";
import { systemResolver } from "./delivery/resolve-host.ts";
import type { Resolver } from "./delivery/resolve-host.ts";
import { BotApiEndpoint } from "./http/bot-api-endpoint.ts";
import { HttpHost } from "./http/http-host.ts";
import type { RequestHandler } from "./http/http-host.ts";
import { MethodCaller } from "./http/method-caller.ts";
import { Journal } from "./journal/journal.ts";
import { webhookMethods } from "./methods/webhook-methods.ts";
import { registerBot } from "./world/directory.ts";
import { World } from "./world/world.ts";
import type { WorldFile } from "./world/world-file.ts";

export interface TelegramOptions {
  /** Default 8081, like the official server; 0 takes any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default: a clock that runs with real time. */
  readonly clock?: VirtualClock;
  /** Numbers from 0 to below 1 for ids and delays. Default `Math.random`. */
  readonly random?: () => number;
  /** Who is there at the start. When it names bots, no other token is let in. */
  readonly world?: WorldFile;
  /**
   * Webhooks by the rules of api.telegram.org: https only, four ports, no reserved addresses, at
   * most 100 connections. Default false: the rules of the official server's `--local`.
   */
  readonly cloudRules?: boolean;
  /** Finds the addresses of webhook hosts. Default: the machine's resolver. */
  readonly resolver?: Resolver;
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
  readonly world: World;
  readonly bots: BotDirectory;
  /** Stops listening, cuts all connections and forgets all timers. */
  close(): Promise<void>;
}

/** Starts a Bot API server on this machine. Resolves when it can be called. */
export async function startTelegram(options: TelegramOptions = {}): Promise<Telegram> {
  const clock = options.clock ?? new VirtualClock();
  const journal = new Journal({ clock });
  const random = options.random ?? Math.random;
  const world = new World(
    {
      clock,
      random,
      publish: (botId, kind, payload) => bots.session(botId)?.publish(kind, payload),
      record: (event) => void journal.append(event),
    },
    options.world === undefined ? {} : { file: options.world },
  );
  const bots: BotDirectory = new BotDirectory({
    clock,
    journal,
    random,
    resolver: options.resolver ?? systemResolver,
    isCloud: options.cloudRules ?? false,
    serverStartedAtMs: clock.monotonic(),
    onBot: (user) => registerBot(world, user),
    onReply: (bot, { method, params }) => {
      const { signal } = new AbortController();
      void caller.call({ bot, method, params, signal, via: "webhook-reply" });
    },
  });
  const methods = webhookMethods();
  const caller = new MethodCaller({ clock, journal, methods, knownMethods: [] });
  const endpoint = new BotApiEndpoint(bots, caller);
  const named = options.world?.bots ?? [];
  for (const spec of named) bots.add(spec);
  bots.setOpen(named.length === 0);
  const notFound: RequestHandler = (_request, response) => void response.writeHead(404).end();
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
    world,
    bots,
    async close() {
      bots.clear();
      await http.close();
      clock.close();
    },
  };
}
