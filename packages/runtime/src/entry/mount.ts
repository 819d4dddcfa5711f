import type { WebhookMount } from "../hosts/webhook-mount.ts";
import { createNodeListener, type NodeListener } from "../receiver/node-listener.ts";
import type { Receiver } from "../receiver/receiver.ts";
import { createHandle } from "./handle.ts";
import { type WebhookHandle, WebhookHost, type WebhookOptions } from "./webhook-host.ts";

/** What {@link mount} returns. */
export interface MountHandle extends WebhookHandle, WebhookMount {
  /**
   * Handles the requests of a `node:http` server. Requests for other paths are passed to `next`, as
   * Express and Connect provide it; without `next` they are answered 404. It has to come before
   * anything that parses bodies. Even under a prefix, the whole path of the URL has to be the bot's.
   */
  readonly listener: NodeListener;
  /** For HTTP hosts other than `node:http`: `receive` turns a request into an answer. */
  readonly receiver: Receiver;
}

/**
 * Runs the bot inside an existing HTTP server. Requests before `ready` are answered 503, and Telegram
 * soon repeats them. The server, its TLS and its limits remain yours, except that a body that takes
 * longer than `bodyTimeoutMs` is refused.
 *
 * Set the webhook by `handle.setWebhook({ url })`, where `url` ends with `handle.path`.
 * @throws RuntimeError `bad-options`, `secret-file`. `ready` rejects as {@link listen}'s does.
 */
export function mount(options: WebhookOptions): MountHandle {
  return mountHost(new WebhookHost(options));
}

/** {@link mount}, for a host that exists already. */
export function mountHost(host: WebhookHost): MountHandle {
  const handle = createHandle({
    runner: host.runner,
    start: (signal) => host.start(signal),
    stop: (drainMs) => host.stop(drainMs),
    stats: () => host.stats(),
  });
  const { receiver } = host;
  return {
    ...handle,
    ...host.controls(),
    receiver,
    receiverFor: (target) => (receiver.isFor(target) ? receiver : undefined),
    listener: createNodeListener(receiver),
  };
}
