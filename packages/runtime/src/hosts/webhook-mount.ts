import type { NodeListener } from "../receiver/node-listener.ts";
import type { Receiver } from "../receiver/receiver.ts";

/** What a bridge to an HTTP framework needs. Handles of `mount`, `mountWithFlows` and `mountBots` are one. */
export interface WebhookMount {
  /**
   * The receiver of a request, by the whole path of its URL; undefined if it is not for a bot.
   * @param target The request target: the path as it was sent, with or without a query.
   */
  receiverFor(target: string): Receiver | undefined;
  /** For frameworks on `node:http` that expose its request and response. */
  readonly listener: NodeListener;
}
