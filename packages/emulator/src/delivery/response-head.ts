/** The first part of a peer's response, as Telegram's server reads it. */
export interface ResponseHead {
  readonly status: number;
  /** The reason phrase, verbatim. */
  readonly reason: string;
  /** By lower-case name; of a repeated header the first one. */
  readonly headers: ReadonlyMap<string, string>;
  readonly isKeptAlive: boolean;
  /** 0 when there is none. */
  readonly contentLength: number;
  readonly transferEncoding: string;
  readonly contentEncoding: string;
  readonly contentType: string;
}

/** A response that cannot be read: the status line that is thrown back at the peer, and the error. */
export interface ResponseFault {
  readonly faultStatus: number;
  readonly text: string;
}

const BAD_REQUEST: ResponseFault = { faultStatus: 400, text: "Bad Request" };
const NOT_IMPLEMENTED: ResponseFault = { faultStatus: 501, text: "Not Implemented" };
const WRONG_VERSION: ResponseFault = { faultStatus: 505, text: "HTTP Version Not Supported" };

export function isFault(outcome: object): outcome is ResponseFault {
  return "faultStatus" in outcome;
}

/**
 * Parses a status line and headers, without the empty line after them.
 * @see tdlib/td, HttpReader.cpp
 */
export function parseResponseHead(head: string): ResponseHead | ResponseFault {
  const versionEnd = head.indexOf(" ");
  const version = versionEnd === -1 ? "" : head.slice(0, versionEnd);
  if (!version.startsWith("HTTP")) return NOT_IMPLEMENTED;
  if (version !== "HTTP/1.1" && version !== "HTTP/1.0") return WRONG_VERSION;
  // Without a reason phrase the original takes the text up to the next space, across lines.
  const statusEnd = head.indexOf(" ", versionEnd + 1);
  const reasonEnd = statusEnd === -1 ? -1 : head.indexOf("\r", statusEnd);
  if (reasonEnd === -1) return BAD_REQUEST;
  const status = Number(/^\d*/.exec(head.slice(versionEnd + 1, statusEnd))?.[0] ?? 0);
  const reason = Buffer.from(head.slice(statusEnd + 1, reasonEnd), "latin1").toString("utf8");
  const fields = parseFields(head.slice(reasonEnd));
  if (fields === undefined) return BAD_REQUEST;
  return { status, reason, ...interpretFields(fields, version === "HTTP/1.1") };
}

type Field = readonly [name: string, value: string];

function parseFields(text: string): readonly Field[] | undefined {
  const lines = text.replace(/\r\n(?=[ \t])/g, "  ").split("\r\n");
  if (lines.at(0) !== "" || lines.at(-1) !== "") return undefined;
  const fields: Field[] = [];
  for (const line of lines.slice(1, -1)) {
    const colon = line.indexOf(":");
    if (colon === -1) return undefined;
    fields.push([line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]);
  }
  return fields;
}

function interpretFields(
  fields: readonly Field[],
  isHttp11: boolean,
): Omit<ResponseHead, "status" | "reason"> {
  const headers = new Map<string, string>();
  for (const [name, value] of fields) if (!headers.has(name)) headers.set(name, value);
  const last = (name: string): string | undefined =>
    fields.findLast(([fieldName]) => fieldName === name)?.[1];
  const connection = last("connection");
  return {
    headers,
    // Whatever is not exactly `close` keeps the connection.
    isKeptAlive: connection === undefined ? isHttp11 : connection.toLowerCase() !== "close",
    contentLength: Number(/^\d*/.exec(last("content-length") ?? "")?.[0] ?? 0),
    transferEncoding: (last("transfer-encoding") ?? "").toLowerCase(),
    contentEncoding: (last("content-encoding") ?? "").toLowerCase(),
    contentType: last("content-type") ?? "application/octet-stream",
  };
}
