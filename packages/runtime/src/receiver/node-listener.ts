import type { IncomingMessage, ServerResponse } from "node:http";

import { failpoint } from "../failpoint.ts";
import { ANSWERS, type Answer } from "./answer.ts";
import { findHeader } from "./plain-head.ts";
import type { Receiver, RequestHead } from "./receiver.ts";

/**
 * Handles one request of a `node:http` server. With `next`, as Express and Connect provide it,
 * requests for other paths are passed on; without it they are answered 404.
 */
export type NodeListener = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

export interface NodeListenerOptions {
  /** The client waits for `100 Continue` before it sends the body. */
  readonly expectsContinue?: boolean;
}

/** The bridge between `node:http` and a receiver. It must run before anything that reads bodies. */
export function createNodeListener(
  receiver: Receiver,
  options: NodeListenerOptions = {},
): NodeListener {
  return (request, response, next) => {
    const head = new NodeHead(request);
    if (next !== undefined && !receiver.isFor(head.target)) return next();
    const refusal = receiver.admit(head) ?? (isGone(request) ? receiver.bodyIsGone() : undefined);
    if (refusal !== undefined) return send(response, refusal);
    if (options.expectsContinue === true) response.writeContinue();
    readBody({ receiver, request, response });
  };
}

/** Express and Connect remove the prefix of a mount from `url` and keep the whole path here. */
type FrameworkRequest = IncomingMessage & { readonly originalUrl?: string };

/** The whole path of the URL, even below a prefix. */
export function targetOf(request: FrameworkRequest): string {
  return request.originalUrl ?? request.url ?? "";
}

/** Whether something else has read the body, or a part of it: the rest would look like bad JSON. */
function isGone(request: IncomingMessage): boolean {
  return request.readableDidRead || request.readableEnded;
}

/** Looks up single headers; `request.headers` would make an object of all of them each time. */
class NodeHead implements RequestHead {
  readonly #request: FrameworkRequest;

  constructor(request: FrameworkRequest) {
    this.#request = request;
  }

  get method(): string {
    return this.#request.method ?? "";
  }

  get target(): string {
    return targetOf(this.#request);
  }

  get peerAddress(): string | undefined {
    return this.#request.socket.remoteAddress;
  }

  header(name: string): string | undefined {
    return findHeader(this.#request.rawHeaders, name);
  }
}

interface Exchange {
  readonly receiver: Receiver;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function readBody({ receiver, request, response }: Exchange): void {
  const collector = receiver.collector();
  let settled = false;
  const settle = (answer?: Answer): void => {
    if (settled) return;
    settled = true;
    receiver.bodyDeadlines.end(deadline);
    if (answer !== undefined) send(response, answer);
  };
  const deadline = receiver.bodyDeadlines.begin(() => settle(ANSWERS.tooSlow));
  request.on("data", (chunk: Uint8Array) => {
    if (!settled && !collector.push(chunk)) finish();
  });
  request.on("end", () => finish());
  // If the client leaves in the middle of its body, nobody is left to answer.
  request.on("close", () => settle());

  function finish(): void {
    if (settled) return;
    failpoint("body.read");
    settle();
    void receiver.accept(collector.finish()).then((answer) => {
      send(response, answer);
      failpoint("update.answered");
    });
  }
}

/** The headers of each answer, in the form that `writeHead` takes fastest. */
const FLAT_HEADERS = new WeakMap<Answer, string[]>();

export function send(response: ServerResponse, answer: Answer): void {
  // Something else in the same server has answered already, perhaps a timeout of its own.
  if (response.headersSent) return answer.sent?.("gone");
  response.writeHead(answer.status, flatHeaders(answer));
  if (answer.sent === undefined) response.end();
  else sendReply(response, answer, answer.sent);
}

function sendReply(
  response: ServerResponse,
  { body }: Answer,
  sent: NonNullable<Answer["sent"]>,
): void {
  // The client has left while its answer waited, so no byte can be sent.
  if (response.destroyed || response.socket?.writable !== true) return sent("gone");
  let isWritten = false;
  response.once("finish", () => ((isWritten = true), sent("written")));
  response.once("close", () => isWritten || sent("cut"));
  response.end(body);
}

function flatHeaders(answer: Answer): string[] {
  const known = FLAT_HEADERS.get(answer);
  if (known !== undefined) return known;
  const flat = Object.entries(answer.headers).flat();
  if (answer.close) flat.push("connection", "close");
  FLAT_HEADERS.set(answer, flat);
  return flat;
}
