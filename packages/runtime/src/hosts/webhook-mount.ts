import type { NodeListener } from "../receiver/node-listener.ts";
import type { Receiver } from "../receiver/receiver.ts";

/** What a bridge to an HTTP framework needs; the handles of `mount` and `mountWithFlows` have it. */
export interface WebhookMount {
  /**
   * Who takes a request, by the whole path of its URL; undefined: it is somebody else's.
   * @param target The request target: the path as it was sent, with or without a query.
   */
  receiverFor(target: string): Receiver | undefined;
  /** For frameworks on `node:http`, whose own request and response are within reach. */
  readonly listener: NodeListener;
}
