import type { Clock } from "@hookgram/bot-api";
import { systemClock } from "@hookgram/bot-api";
import type { IncomingMessage, ServerResponse } from "node:http";

import { ANSWERS, type Answer } from "./answer.ts";
import type { Receiver, RequestHead } from "./receiver.ts";

/**
 * Takes one request of a `node:http` server. With `next` (as Express and Connect give it), requests
 * for other paths are passed on; without it they are answered 404.
 */
export type NodeListener = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

export interface NodeListenerOptions {
  readonly clock?: Clock;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly expectsContinue?: boolean;
}

/** The bridge between `node:http` and a receiver. It must run before anything that reads bodies. */
export function createNodeListener(
  receiver: Receiver,
  options: NodeListenerOptions = {},
): NodeListener {
  const clock = options.clock ?? systemClock;
  return (request, response, next) => {
    const head = headOf(request);
    if (next !== undefined && !receiver.isFor(head.target)) return next();
    const refusal = receiver.admit(head) ?? refuseConsumed(request);
    if (refusal !== undefined) return send(response, refusal);
    if (options.expectsContinue === true) response.writeContinue();
    readBody({ receiver, request, response, clock });
  };
}

function headOf(request: IncomingMessage): RequestHead {
  return {
    method: request.method ?? "",
    target: request.url ?? "",
    headers: request.headers,
    peerAddress: request.socket.remoteAddress,
  };
}

/** A body that something else has read can never be stored: say so instead of waiting for it. */
function refuseConsumed(request: IncomingMessage): Answer | undefined {
  return request.readableEnded ? ANSWERS.unavailable : undefined;
}

interface Exchange {
  readonly receiver: Receiver;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly clock: Clock;
}

function readBody({ receiver, request, response, clock }: Exchange): void {
  const collector = receiver.collector();
  let settled = false;
  const settle = (answer?: Answer): void => {
    if (settled) return;
    settled = true;
    cancel();
    if (answer !== undefined) send(response, answer);
  };
  const cancel = clock.after(receiver.bodyTimeoutMs, () => settle(ANSWERS.tooSlow));
  request.on("data", (chunk: Uint8Array) => {
    if (!settled && !collector.push(chunk)) finish();
  });
  request.on("end", () => finish());
  // The client went away in the middle of its body: nobody is left to answer.
  request.on("error", () => settle());
  request.on("close", () => settle());

  function finish(): void {
    if (settled) return;
    settle();
    void receiver.accept(collector.finish()).then((answer) => send(response, answer));
  }
}

/** `send` for the answers that a receiver gives: their headers, flattened once. */
const FLAT_HEADERS = new WeakMap<Answer, string[]>();

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, flatHeaders(answer));
  response.end();
}

function flatHeaders(answer: Answer): string[] {
  const known = FLAT_HEADERS.get(answer);
  if (known !== undefined) return known;
  const flat = Object.entries(answer.headers).flat();
  if (answer.close) flat.push("connection", "close");
  FLAT_HEADERS.set(answer, flat);
  return flat;
}
