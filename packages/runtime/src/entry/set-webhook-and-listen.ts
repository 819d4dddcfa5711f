import type { UpdateKind } from "@hookgram/bot-api";

import { readCertificate, type TlsFiles } from "../receiver/node-server.ts";
import { type ListenHandle, listenThen, type ListenOptions } from "./listen.ts";
import { parseWebhookUrl } from "./set-webhook.ts";
import { assertNoToken } from "./webhook-host.ts";

/** Options of {@link setWebhookAndListen}. */
export interface SetWebhookOptions extends ListenOptions {
  /**
   * The bot's public address: https, on port 443, 80, 88 or 8443. Its path is also the path that the
   * server answers, unless `path` names another one because a proxy rewrites it. To an address
   * without a path, `path` is added.
   */
  readonly url: string;
  readonly tls?:
    | (TlsFiles & {
        /** Give the certificate to Telegram: needed if no public authority has signed it. */
        readonly uploadCertificate?: boolean;
      })
    | undefined;
  /** Requests that Telegram may have under way at once, 1 to 100. Default 40. */
  readonly maxConnections?: number | undefined;
  /** The IP address that Telegram sends to. Default: what the name in `url` resolves to. */
  readonly ipAddress?: string | undefined;
  /** Default: the kinds that the bot has handlers for. */
  readonly allowedUpdates?: readonly UpdateKind[] | undefined;
  /** Discard the updates that wait at Telegram. Default false; they would be lost. */
  readonly dropPendingUpdates?: boolean | undefined;
}

/** What {@link setWebhookAndListen} returns. */
export interface SetWebhookHandle extends ListenHandle {
  /** The address that Telegram was given. */
  readonly url: string;
}

/**
 * Listens, then sets the webhook, then verifies that Telegram has it. In this order Telegram never
 * sends to a server that does not listen yet. Stopping leaves the webhook as it is: Telegram keeps
 * what it cannot deliver, and the next process gets it.
 *
 * Several nodes may do this for one bot if they have the same `url`, `secret` and store.
 * @throws RuntimeError as {@link listen} does. `ready` rejects as `listen`'s and `setWebhook` do.
 * @see https://core.telegram.org/bots/api#setwebhook
 */
export function setWebhookAndListen(options: SetWebhookOptions): SetWebhookHandle {
  const address = parseWebhookUrl(options.url);
  assertNoToken("url", address.href, options.token);
  const hasPath = address.pathname !== "/";
  const urlWith = (path: string): string =>
    hasPath ? address.href : new URL(path + address.search, address).href;
  const path = options.path ?? (hasPath ? address.pathname : undefined);
  const { tls, maxConnections, ipAddress, allowedUpdates, dropPendingUpdates } = options;
  const certificate = tls?.uploadCertificate === true ? readCertificate(tls) : undefined;
  const wishes = { maxConnections, ipAddress, allowedUpdates, dropPendingUpdates, certificate };
  const handle = listenThen({ ...options, path }, (host, signal) =>
    host.setWebhook({ url: urlWith(host.receiver.path), ...wishes }, signal),
  );
  return { ...handle, url: urlWith(handle.path) };
}
