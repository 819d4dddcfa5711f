import { unzipSync } from "node:zlib";
import { isParameterType, PARAMETERS_MAX_BYTES } from "../http/call-body.ts";
import { ChunkedBody } from "./chunked-body.ts";
import { isFault, parseResponseHead } from "./response-head.ts";
import type { ResponseFault, ResponseHead } from "./response-head.ts";

/** A complete response with its decoded body. */
export interface PeerResponse extends ResponseHead {
  readonly body: Uint8Array;
}

const HEAD_MAX_BYTES = 1 << 18;
const BODY_MAX_BYTES = 2 ** 32 - 1;
const EMPTY = new Uint8Array(0);
const HEADERS_TOO_LARGE = {
  faultStatus: 431,
  text: "Request Header Fields Too Large: total headers size exceeded",
};
const UNSUPPORTED_TRANSFER = {
  faultStatus: 501,
  text: "Unimplemented: unsupported transfer-encoding",
};
const UNSUPPORTED_CONTENT = {
  faultStatus: 415,
  text: "Unsupported Media Type: unsupported content-encoding",
};
const TOO_MANY_PARAMETERS = {
  faultStatus: 413,
  text: "Request Entity Too Large: too many parameters",
};

/**
 * Reads responses from the bytes of one connection, the way Telegram's server does.
 *
 * States: head → (no body: head | body of a length → head | chunked body → head). A response
 * without `Content-Length` and without chunks has no body; what follows stays in the buffer and is
 * read as the beginning of the next response.
 * @see tdlib/td, HttpReader.cpp
 */
export class ResponseReader {
  #chunks: Uint8Array[] = [];
  #bufferedBytes = 0;
  #head: ResponseHead | undefined;
  #chunked: ChunkedBody | undefined;

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#bufferedBytes += bytes.byteLength;
  }

  /** The next response, as soon as it is complete; undefined while bytes are missing. */
  read(): PeerResponse | ResponseFault | undefined {
    if (this.#head === undefined) {
      const head = this.#readHead();
      if (head === undefined || isFault(head)) return head;
      const fault = refuseHead(head);
      if (fault !== undefined) return fault;
      if (!hasBody(head)) return { ...head, body: EMPTY };
      this.#head = head;
    }
    const outcome = this.#readBody(this.#head);
    if (outcome === undefined || isFault(outcome)) return outcome;
    const head = this.#head;
    this.#head = undefined;
    return decode(head, outcome);
  }

  #readHead(): ResponseHead | ResponseFault | undefined {
    const buffer = this.#takeAll();
    const end = buffer.indexOf("\r\n\r\n");
    if (end === -1) {
      this.push(buffer);
      return this.#bufferedBytes > HEAD_MAX_BYTES ? HEADERS_TOO_LARGE : undefined;
    }
    this.push(buffer.subarray(end + 4));
    return parseResponseHead(buffer.toString("latin1", 0, end + 2));
  }

  #readBody(head: ResponseHead): Uint8Array | ResponseFault | undefined {
    if (head.transferEncoding !== "") return this.#readChunked(head);
    const readyBytes = Math.min(this.#bufferedBytes, head.contentLength);
    if (isTooManyParameters(head, readyBytes)) return TOO_MANY_PARAMETERS;
    if (this.#bufferedBytes < head.contentLength) return undefined;
    const buffer = this.#takeAll();
    this.push(buffer.subarray(head.contentLength));
    return buffer.subarray(0, head.contentLength);
  }

  #readChunked(head: ResponseHead): Uint8Array | ResponseFault | undefined {
    this.#chunked ??= new ChunkedBody();
    const outcome = this.#chunked.push(this.#takeAll());
    if (typeof outcome !== "boolean") return outcome;
    if (isTooManyParameters(head, this.#chunked.sizeBytes)) return TOO_MANY_PARAMETERS;
    if (!outcome) return undefined;
    const { body, rest } = this.#chunked;
    this.#chunked = undefined;
    this.push(rest);
    return body;
  }

  #takeAll(): Buffer {
    const buffer = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#bufferedBytes = 0;
    return buffer;
  }
}

function hasBody(head: ResponseHead): boolean {
  return head.transferEncoding !== "" || head.contentLength > 0;
}

function refuseHead(head: ResponseHead): ResponseFault | undefined {
  if (!hasBody(head)) return undefined;
  if (!["", "chunked"].includes(head.transferEncoding)) return UNSUPPORTED_TRANSFER;
  if (!["", "none", "gzip", "deflate"].includes(head.contentEncoding)) return UNSUPPORTED_CONTENT;
  if (head.contentLength < BODY_MAX_BYTES) return undefined;
  const text = `Request Entity Too Large: content length is ${head.contentLength}`;
  return { faultStatus: 413, text };
}

function isCompressed(head: ResponseHead): boolean {
  return head.contentEncoding === "gzip" || head.contentEncoding === "deflate";
}

function isTooManyParameters(head: ResponseHead, sizeBytes: number): boolean {
  const isKnown = isParameterType(head.contentType) && !isCompressed(head);
  return isKnown && sizeBytes > PARAMETERS_MAX_BYTES;
}

function decode(head: ResponseHead, raw: Uint8Array): PeerResponse | ResponseFault {
  if (!isCompressed(head)) return { ...head, body: raw };
  try {
    return { ...head, body: unzipSync(raw) };
  } catch (error) {
    return { faultStatus: 400, text: `Bad Request: ${(error as Error).message}` };
  }
}
