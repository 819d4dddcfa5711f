import type { WebhookMount } from "../hosts/webhook-mount.ts";
import { createNodeListener, type NodeListener } from "../receiver/node-listener.ts";
import type { Receiver } from "../receiver/receiver.ts";
import { createHandle } from "./handle.ts";
import { type WebhookHandle, WebhookHost, type WebhookOptions } from "./webhook-host.ts";

/** What {@link mount} returns. */
export interface MountHandle extends WebhookHandle, WebhookMount {
  /**
   * Takes the requests of a `node:http` server, alone or among others: with `next`, as Express and
   * Connect pass it, requests for other paths go on to `next`; without it they are answered 404.
   * It has to come before anything that parses bodies. Mounted under a prefix, the whole path of the
   * URL still has to be the bot's.
   */
  readonly listener: NodeListener;
  /** For HTTP hosts that are not `node:http`: `receive` turns a request into an answer. */
  readonly receiver: Receiver;
}

/**
 * Runs the bot inside an HTTP server that exists already. Requests that come before `ready` are
 * answered 503, which Telegram repeats at once. The server, its TLS and its limits are its owner's;
 * a body that takes longer than 10 seconds is cut here.
 *
 * Set the webhook by `handle.setWebhook({ url })`, where `url` ends with `handle.path`.
 * @throws RuntimeError `bad-options`, `secret-file`. `ready` rejects as {@link listen}'s does.
 */
export function mount(options: WebhookOptions): MountHandle {
  return mountHost(new WebhookHost(options));
}

/** {@link mount}, of a bot that is made already. */
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
