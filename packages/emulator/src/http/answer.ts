import type { ServerResponse } from "node:http";
import { Described } from "../methods/method.ts";
import type { Refusal } from "../methods/method.ts";
import { toAsciiJson } from "./raw-json.ts";

/** One answer of the Bot API: what goes over the wire and what the journal says about it. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly description?: string;
  /** Seconds for the `Retry-After` header, which only 429 has. */
  readonly retryAfterSeconds?: number;
}

/** Reason phrases of Telegram's server where they differ from Node's, or where Node has none. */
const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  413: "Request Entity Too Large",
  415: "Unsupported Media Type",
  421: "Misdirected Request",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  501: "Not Implemented",
  505: "HTTP Version Not Supported",
};

/** The reason phrase for a status; unknown ones read like 500, as in the original. */
export function reasonPhrase(status: number): string {
  return REASONS[status] ?? "Internal Server Error";
}

/** `{"ok":true,"result":…}`, with a `description` after it for the webhook methods. */
export function successAnswer(outcome: unknown): Answer {
  if (!(outcome instanceof Described)) {
    return { status: 200, body: `{"ok":true,"result":${toAsciiJson(outcome)}}` };
  }
  const { result, description } = outcome;
  const text = toAsciiJson(description);
  const body = `{"ok":true,"result":${toAsciiJson(result)},"description":${text}}`;
  return { status: 200, body, description };
}

/** `{"ok":false,"error_code":…,"description":…}`, with `parameters` after it if there are any. */
export function refusalAnswer(refusal: Refusal): Answer {
  const { errorCode, message: description, parameters } = refusal;
  const body = toAsciiJson({
    ok: false,
    error_code: errorCode,
    description,
    ...(parameters === undefined ? {} : { parameters }),
  });
  const retryAfter = errorCode === 429 ? parameters?.retry_after : undefined;
  return {
    status: errorCode,
    body,
    description,
    ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
  };
}

/** Writes an answer with the headers of the original, in its order, and keeps the connection. */
export function writeAnswer(response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const headers = ["Connection", "keep-alive", "Content-Type", "application/json"];
  if (answer.retryAfterSeconds !== undefined) {
    headers.push("Retry-After", String(answer.retryAfterSeconds));
  }
  headers.push("Content-Length", String(Buffer.byteLength(answer.body)));
  response.sendDate = false;
  response.writeHead(answer.status, reasonPhrase(answer.status), headers);
  response.end(answer.body);
}

/** How long a client may go on sending after it was refused, so that it can read why. */
const LINGER_MS = 2_000;

/** Answers a transport fault: a bare status line, no body, and the connection is closed. */
export function writeTransportFault(response: ServerResponse, status: number): void {
  if (response.headersSent || response.destroyed) return;
  const { socket } = response;
  response.sendDate = false;
  response.shouldKeepAlive = false;
  response.removeHeader("Connection");
  response.writeHead(status, reasonPhrase(status), ["Content-Length", "0"]);
  response.req.resume();
  socket?.setTimeout(LINGER_MS, () => socket.destroy());
  response.end();
}
