import { isUtf8 } from "node:buffer";

/** What can be known about an update's bytes without building its object. */
export interface Inspection {
  /** Undefined when there is no integer `update_id` of 0 or more that a number holds exactly. */
  readonly updateId: number | undefined;
  /** Why the update cannot be handled; undefined when nothing speaks against parsing it later. */
  readonly fault: "unparsable" | "too-deep" | undefined;
}

/**
 * Deepest nesting of objects and arrays. Telegram's own updates stay below 20 levels; at some ten
 * thousand, `JSON.stringify` and `structuredClone` overflow the stack on what `JSON.parse` took.
 */
export const DEPTH_MAX = 64;

/**
 * Most object members in one update. An update of Telegram's largest size (512 KiB) has some
 * thousands; a body of 1 MiB can hold 200,000, which block the event loop while they are parsed.
 */
export const MEMBERS_MAX = 20_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** How Telegram begins every update; the digits follow at once. */
const PREFIX = Buffer.from('{"update_id":');
const KEY = Buffer.from("update_id");
/** Fifteen digits are below 2^53 whatever they are. */
const DIGITS_MAX = 15;

/**
 * Reads the id and the limits of an update in one pass over its bytes, several times cheaper than
 * parsing it. The id is the one that `JSON.parse` would give: where the bytes leave a doubt (another
 * order of keys, a repeated or escaped key, a number in another form) they are really parsed.
 *
 * What passes here may still be wrong JSON; whoever parses it later has to be ready for that.
 */
export function inspectUpdate(bytes: Uint8Array): Inspection {
  const shape = scanShape(bytes);
  const updateId = prefixedId(bytes);
  if (shape === "unparsable" || shape === "too-deep") return { updateId, fault: shape };
  if (!isUtf8(bytes)) return { updateId, fault: "unparsable" };
  if (updateId !== undefined && shape === "plain") return { updateId, fault: undefined };
  return parsedId(bytes);
}

/** The id when the update begins as Telegram's do, also when the rest is cut off or broken. */
export function prefixedId(bytes: Uint8Array): number | undefined {
  for (let at = 0; at < PREFIX.length; at += 1) if (bytes[at] !== PREFIX[at]) return undefined;
  let id = 0;
  let at = PREFIX.length;
  for (; isDigit(bytes[at]); at += 1) id = id * 10 + (bytes[at]! - 0x30);
  const digits = at - PREFIX.length;
  const leadingZero = digits > 1 && bytes[PREFIX.length] === 0x30;
  const ends = bytes[at] === 0x2c || bytes[at] === 0x7d;
  return digits > 0 && digits <= DIGITS_MAX && !leadingZero && ends ? id : undefined;
}

/** `plain`: the top level has exactly one key that can mean `update_id`. */
type Shape = "plain" | "doubtful" | "unparsable" | "too-deep";

function scanShape(bytes: Uint8Array): Shape {
  const length = bytes.length;
  let depth = 0;
  let members = 0;
  let ids = 0;
  let stringAt = 0;
  let stringEnd = 0;
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      stringAt = at + 1;
      at = endOfString(bytes, stringAt);
      stringEnd = at;
    } else if (byte === 0x3a) {
      members += 1;
      if (depth === 1) ids += meansUpdateId(bytes, stringAt, stringEnd);
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > DEPTH_MAX) return "too-deep";
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth < 0) return "unparsable";
    }
  }
  if (depth !== 0 || stringEnd >= length) return "unparsable";
  if (members > MEMBERS_MAX) return "too-deep";
  return ids === 1 ? "plain" : "doubtful";
}

/** Where the closing quote is; the length of the bytes when there is none. */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from;
  for (; at < bytes.length && bytes[at] !== QUOTE; at += 1) if (bytes[at] === BACKSLASH) at += 1;
  return Math.min(at, bytes.length);
}

/** 1 for the key itself; 2, which makes the count doubtful, for an escaped key that may be it. */
function meansUpdateId(bytes: Uint8Array, from: number, to: number): number {
  let same = to - from === KEY.length;
  for (let at = from; at < to; at += 1) {
    if (bytes[at] === BACKSLASH) return 2;
    if (same && bytes[at] !== KEY[at - from]) same = false;
  }
  return same ? 1 : 0;
}

function parsedId(bytes: Uint8Array): Inspection {
  try {
    const update: unknown = JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(),
    );
    const id = isRecord(update) ? update["update_id"] : undefined;
    if (typeof id === "number" && Number.isSafeInteger(id) && id >= 0) {
      return { updateId: id, fault: undefined };
    }
  } catch {
    // Not JSON: the same fault as JSON without an id.
  }
  return { updateId: undefined, fault: "unparsable" };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
