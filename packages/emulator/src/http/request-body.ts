import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream";
import { createUnzip } from "node:zlib";
import type { CallParams } from "./call-params.ts";
import { isParameterType, PARAMETERS_MAX_BYTES, readCallBody } from "./call-body.ts";
import { lenientInteger } from "./lenient-values.ts";

const CONTENT_LENGTH_MAX_BYTES = 2 ** 32 - 1;
const FILE_MAX_BYTES = 4000 * 2 ** 20;

/** A body that was read, or the status of the bare answer that refuses it. */
export type RequestBodyOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly status: number };

/** Reads the body of a request into `params`, with the limits of Telegram's server. */
export async function readRequestBody(
  request: IncomingMessage,
  params: CallParams,
): Promise<RequestBodyOutcome> {
  const { headers } = request;
  const lengthText = headers["content-length"];
  const transferEncoding = headers["transfer-encoding"]?.toLowerCase();
  const isChunked = transferEncoding === "chunked";
  if (!isChunked && transferEncoding !== undefined) return { ok: false, status: 501 };
  if (!isChunked && (lengthText === undefined || lenientInteger(lengthText) <= 0)) {
    return { ok: true };
  }
  const encoding = (headers["content-encoding"] ?? "none").toLowerCase();
  if (!["none", "gzip", "deflate"].includes(encoding)) return { ok: false, status: 415 };
  if (lenientInteger(lengthText ?? "0") >= CONTENT_LENGTH_MAX_BYTES) {
    return { ok: false, status: 413 };
  }
  const contentType = headers["content-type"] ?? "application/octet-stream";
  const limitBytes = isParameterType(contentType) ? PARAMETERS_MAX_BYTES : FILE_MAX_BYTES;
  const source = encoding === "none" ? request : unzip(request);
  const body = await collect(source, limitBytes);
  if (!body.ok) return body;
  return readCallBody(body.bytes, contentType, params);
}

/** A client that goes away in the middle ends the decoder too, with an error. */
function unzip(request: IncomingMessage): NodeJS.ReadableStream {
  return pipeline(request, createUnzip(), () => undefined);
}

type Collected =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly status: 400 | 413 };

function collect(source: NodeJS.ReadableStream, limitBytes: number): Promise<Collected> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    source.on("data", (chunk: Uint8Array) => {
      sizeBytes += chunk.byteLength;
      if (sizeBytes <= limitBytes) chunks.push(chunk);
      else resolve({ ok: false, status: 413 });
    });
    source.on("end", () => resolve({ ok: true, bytes: Buffer.concat(chunks) }));
    source.on("error", () => resolve({ ok: false, status: 400 }));
  });
}
