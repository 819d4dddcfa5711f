import { BotApiError } from "../bot-api-error.ts";
import type { CallOptions } from "../bot-api.ts";
import type { MethodName } from "../methods.ts";
import type { AnyParams } from "../wrap-bot-api.ts";
import { readAnswer } from "./answer.ts";
import { type Connection, type Exchange, startExchange } from "./connection.ts";
import { encodeRequestBody, type RequestBody } from "./request-body.ts";

/** Makes one attempt at one call. Nothing is repeated here. */
export async function callMethod(
  connection: Connection,
  method: MethodName,
  params: AnyParams = {},
  options: CallOptions = {},
): Promise<unknown> {
  const timeoutMs = options.timeoutMs ?? connection.timeoutMs + longPollMs(method, params);
  const exchange = startExchange(connection, method, { ...options, timeoutMs });
  const { deadline } = exchange;
  try {
    const request = encode(method, params, exchange);
    const response = await connection.fetch(
      `${connection.methodsUrl}/${method}`,
      requestInit(request, deadline.signal),
    );
    return await readAnswer(method, response);
  } catch (error) {
    throw exchange.errorFrom(error);
  } finally {
    deadline.release();
  }
}

/** TypeScript's DOM types do not know `duplex` yet; without it Node refuses to send a stream. */
function requestInit(
  { contentType, body }: RequestBody,
  signal: AbortSignal,
): RequestInit & { readonly duplex: "half" } {
  const headers = { "content-type": contentType };
  // A redirect would carry the token, which is in the path, to another place.
  return { method: "POST", headers, body, signal, redirect: "manual", duplex: "half" };
}

function encode(method: MethodName, params: AnyParams, exchange: Exchange): RequestBody {
  const { deadline, fileFailed } = exchange;
  try {
    return encodeRequestBody(params, {
      signal: deadline.signal,
      onFileError: fileFailed,
      onProgress: deadline.restart,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
    const description = `the parameters cannot be written as JSON: ${why}`;
    throw new BotApiError({ code: "bad-request", method, description, ambiguous: false });
  }
}

/** `getUpdates` is meant to be silent for its own `timeout`, which is in seconds. */
function longPollMs(method: MethodName, params: AnyParams): number {
  const seconds = method === "getUpdates" ? Number(params["timeout"] ?? 0) : 0;
  return seconds > 0 ? seconds * 1000 : 0;
}
