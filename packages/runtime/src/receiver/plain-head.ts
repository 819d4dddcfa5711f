import type { RequestHead } from "./receiver.ts";

/** Telegram's own heads have some 300 bytes; a proxy in front may add as many. */
const HEAD_MAX_BYTES = 4_096;

/**
 * A plain head: HTTP/1.1, complete lines, ASCII, no folding. Both repetitions end at a byte that they
 * cannot contain, so the time to match is linear in the length of the head.
 */
const PLAIN =
  /^POST \/[\w\-.~%/?&=:@]* HTTP\/1\.1\r\n(?:[\w\-.!#$%&'*+^`|~]+:[\t\x20-\x7e]*\r\n)+$/;
const TARGET_AT = "POST ".length;
const VERSION_LENGTH = " HTTP/1.1\r\n".length;

/** Headers that change what the bytes after the head mean, or how they must be answered. */
const NOT_PLAIN = ["transfer-encoding", "expect", "upgrade", "trailer"] as const;

/** The head of a request in the one form in which Telegram and the usual proxies send it. */
export class PlainHead implements RequestHead {
  readonly method = "POST";
  readonly target: string;
  /** Where the body begins in the bytes that were parsed. */
  readonly bodyAt: number;
  readonly contentLength: number;
  readonly #headers: readonly string[];
  readonly #peer: Peer;

  constructor(parsed: Parsed, peer: Peer) {
    this.target = parsed.target;
    this.bodyAt = parsed.bodyAt;
    this.contentLength = parsed.contentLength;
    this.#headers = parsed.headers;
    this.#peer = peer;
  }

  get peerAddress(): string | undefined {
    return this.#peer.remoteAddress;
  }

  header(name: string): string | undefined {
    return findHeader(this.#headers, name);
  }
}

interface Parsed {
  readonly target: string;
  readonly bodyAt: number;
  readonly contentLength: number;
  /** Names and values, alternating. */
  readonly headers: readonly string[];
}

/** The other end of the connection. */
interface Peer {
  readonly remoteAddress?: string | undefined;
}

/**
 * The plain head at the beginning of `bytes`. Undefined if it is incomplete, has another form, or is
 * not HTTP at all: what the bytes mean is then for `node:http` to say.
 * @see https://www.rfc-editor.org/rfc/rfc9112
 */
export function parsePlainHead(bytes: Buffer, peer: Peer): PlainHead | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1 || end > HEAD_MAX_BYTES) return undefined;
  const text = bytes.toString("latin1", 0, end + 2);
  if (!PLAIN.test(text)) return undefined;
  const lineEnd = text.indexOf("\r\n");
  const target = text.slice(TARGET_AT, lineEnd + 2 - VERSION_LENGTH);
  const headers = toFlatHeaders(text, lineEnd + 2);
  if (!isPlain(headers)) return undefined;
  const length = findHeader(headers, "content-length");
  if (length === undefined || !/^\d{1,9}$/.test(length)) return undefined;
  return new PlainHead({ target, headers, bodyAt: end + 4, contentLength: Number(length) }, peer);
}

/**
 * The value of a header, whose name is in lower case, in a list of alternating names and values such
 * as `rawHeaders`. Repeated headers are joined by `, `.
 */
export function findHeader(flat: readonly string[], name: string): string | undefined {
  let found: string | undefined;
  for (let at = 0; at < flat.length; at += 2) {
    const other = flat[at]!;
    if (other.length !== name.length || other.toLowerCase() !== name) continue;
    const value = flat[at + 1]!;
    found = found === undefined ? value : `${found}, ${value}`;
  }
  return found;
}

function isPlain(headers: readonly string[]): boolean {
  if (NOT_PLAIN.some((name) => findHeader(headers, name) !== undefined)) return false;
  const connection = findHeader(headers, "connection");
  if (connection !== undefined && connection.toLowerCase() !== "keep-alive") return false;
  return findHeader(headers, "host") !== undefined;
}

function toFlatHeaders(text: string, from: number): string[] {
  const flat: string[] = [];
  let at = from;
  while (at < text.length) {
    const colon = text.indexOf(":", at);
    const end = text.indexOf("\r\n", colon);
    flat.push(text.slice(at, colon), text.slice(colon + 1, end).trim());
    at = end + 2;
  }
  return flat;
}
