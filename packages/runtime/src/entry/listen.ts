import { closeServer, createNodeServer, listenOn, type TlsFiles } from "../receiver/node-server.ts";
import { wholeNumber } from "../whole-number.ts";
import { createHandle } from "./handle.ts";
import { type WebhookHandle, WebhookHost, type WebhookOptions } from "./webhook-host.ts";

/** Options of {@link listen}. */
export interface ListenOptions extends WebhookOptions {
  /** Default 8443, one of the four ports that Telegram sends to. 0 to 65535; 0: any free one. */
  readonly port?: number | undefined;
  /** The address to listen on. Default `0.0.0.0`: all of IPv4. */
  readonly host?: string | undefined;
  /** Serve HTTPS with these files. Default: HTTP, for a proxy in front that terminates TLS. */
  readonly tls?: TlsFiles | undefined;
  /** Connections beyond this number are closed at once. Default 2,048, at least 1. */
  readonly connectionsMax?: number | undefined;
}

/** What {@link listen} returns. */
export interface ListenHandle extends WebhookHandle {
  /** The port of the server; undefined before `ready`. */
  port(): number | undefined;
}

const PORT = 8_443;
const PORT_MAX = 65_535;
const HOST = "0.0.0.0";
/** Once the engine has stopped, answers only have to be written out. */
const CLOSE_GRACE_MS = 1_000;

/**
 * Runs the bot behind an HTTP server of its own and does not set the webhook: call
 * `handle.setWebhook`, or leave it to another node or to `hookgram webhook set`.
 *
 * Several processes may listen for one bot if they share a store and a secret. An update that was
 * answered 200 survives the crash of any of them.
 * @throws RuntimeError `bad-options`, `secret-file`, `tls-files`. `ready` rejects with `port-in-use`,
 * `listen-failed`, `token-refused`, `telegram-refused`, `telegram-unreachable`,
 * `start-hook-failed` or what the store says.
 */
export function listen(options: ListenOptions): ListenHandle {
  return listenThen(options, () => Promise.resolve());
}

/** {@link listen}, with one more step before it is ready. */
export function listenThen(
  options: ListenOptions,
  last: (host: WebhookHost, signal: AbortSignal) => Promise<void>,
): ListenHandle {
  const wantedPort = wholeNumber("port", options.port ?? PORT, { min: 0, max: PORT_MAX });
  const host = new WebhookHost(options);
  const { tls, connectionsMax } = options;
  const server = createNodeServer({ receiver: host.receiver, tls, connectionsMax });
  let port: number | undefined;
  const handle = createHandle({
    runner: host.runner,
    start: async (signal) => {
      // First, because a busy port is the likeliest mistake, and then nothing has to be undone.
      port = await listenOn(server, options.host ?? HOST, wantedPort);
      await host.start(signal);
      await last(host, signal);
    },
    stop: async (drainMs) => {
      const report = await host.stop(drainMs);
      await closeServer(server, CLOSE_GRACE_MS, host.runner.clock);
      return report;
    },
    stats: () => host.stats(),
  });
  return { ...handle, ...host.controls(), port: () => port };
}
