import { CallParams } from "../http/call-params.ts";
import { readCallBody } from "../http/call-body.ts";
import type { ResponseFault } from "./response-head.ts";
import { parseRetryAfter } from "./retry-policy.ts";
import type { PeerResponse } from "./response-reader.ts";

/** A peer's answer to a delivery, understood. */
export interface DeliveryResponse {
  readonly status: number;
  readonly reason: string;
  readonly isKeptAlive: boolean;
  readonly retryAfterS: number;
  /** The parameters in the body, of which a method call may be made. */
  readonly params: CallParams;
}

/** A method call found in the answer to a delivery. */
export interface WebhookReply {
  /** In lower case. */
  readonly method: string;
  readonly params: CallParams;
}

/** Methods that an answer cannot call, besides those that begin with `get`. */
const FORBIDDEN: ReadonlySet<string> = new Set(["setwebhook", "deletewebhook", "close", "logout"]);
const FAULT_TEXTS = {
  400: "Bad Request",
  413: "Request Entity Too Large: too many parameters",
} as const;

/** Reads the parameters out of a response, as out of a request, whatever its status is. */
export async function understandResponse(
  response: PeerResponse,
): Promise<DeliveryResponse | ResponseFault> {
  const { status, reason, isKeptAlive, headers, body, contentType } = response;
  const params = new CallParams();
  if (body.byteLength > 0) {
    const outcome = await readCallBody(body, contentType, params);
    if (!outcome.ok) return { faultStatus: outcome.status, text: FAULT_TEXTS[outcome.status] };
  }
  const retryAfterS = parseRetryAfter(headers.get("retry-after"));
  return { status, reason, isKeptAlive, retryAfterS, params };
}

/**
 * The method call in a successful answer; undefined when there is none. Its result goes nowhere and
 * its failure cannot make the delivery fail.
 * @see https://core.telegram.org/bots/api#making-requests-when-getting-updates
 */
export function findWebhookReply(response: DeliveryResponse): WebhookReply | undefined {
  const method = (response.params.text("method") ?? "").toLowerCase();
  if (method === "" || method.startsWith("get") || FORBIDDEN.has(method)) return undefined;
  return { method, params: response.params };
}
