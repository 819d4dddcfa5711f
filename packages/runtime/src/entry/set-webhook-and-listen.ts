import type { UpdateKind } from "@hookgram/bot-api";

import { readCertificate, type TlsFiles } from "../receiver/node-server.ts";
import { type ListenHandle, listenThen, type ListenOptions } from "./listen.ts";
import { parseWebhookUrl } from "./set-webhook.ts";
import { assertNoToken } from "./webhook-host.ts";

/** Options of {@link setWebhookAndListen}. */
export interface SetWebhookOptions extends ListenOptions {
  /**
   * The public address of this bot: https, on port 443, 80, 88 or 8443. Its path is the path that
   * is listened for, unless `path` says otherwise because a proxy rewrites it. An address without a
   * path gets `path`, whose default is opaque.
   */
  readonly url: string;
  readonly tls?:
    | (TlsFiles & {
        /** Give the certificate to Telegram: needed when no public authority has signed it. */
        readonly uploadCertificate?: boolean;
      })
    | undefined;
  /** Requests that Telegram may have under way at once, 1 to 100. Default 40. */
  readonly maxConnections?: number | undefined;
  /** Telegram shall send to this address whatever the name in `url` resolves to. */
  readonly ipAddress?: string | undefined;
  /** Default: the kinds that the bot has handlers for. */
  readonly allowedUpdates?: readonly UpdateKind[] | undefined;
  /** Throws away what waits at Telegram. Default false, and rarely what one wants. */
  readonly dropPendingUpdates?: boolean | undefined;
}

/** What {@link setWebhookAndListen} returns. */
export interface SetWebhookHandle extends ListenHandle {
  /** The address that Telegram was given. */
  readonly url: string;
}

/**
 * Listens, then sets the webhook, then looks whether Telegram has it. In this order, so that there
 * is no moment in which Telegram sends to nobody. Stopping leaves the webhook as it is: Telegram
 * keeps what it cannot deliver, and the next process gets it.
 *
 * Several nodes may do this for one bot when `url`, `secret` and the store are the same for all.
 * @throws RuntimeError what {@link listen} throws. `ready` rejects with what `listen` and
 * `setWebhook` reject with.
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
