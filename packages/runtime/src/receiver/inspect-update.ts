import type { Update } from "@hookgram/bot-api";
import { isUtf8 } from "node:buffer";

/** What has to be known about the bytes of an update before they are stored. */
export type Inspection =
  | { readonly fault: undefined; readonly updateId: number; readonly content: Update }
  | {
      /** Why the update cannot be handled. */
      readonly fault: "unparsable" | "too-deep";
      /** Undefined unless there is an `update_id` that is a safe integer of at least 0. */
      readonly updateId: number | undefined;
    };

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

/** The shortest member there is, `"":0`, with the comma before the next one. */
const MEMBER_BYTES_MIN = 5;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
/** Takes away the one bit in which `{` and `[` differ, and `}` and `]`. */
const BRACKET_MASK = 0xdf;
const OPENING = 0x5b;
const CLOSING = 0x5d;

/** How Telegram begins every update; the digits follow at once. */
const PREFIX = Buffer.from('{"update_id":');
/** Fifteen digits are below 2^53 whatever they are. */
const DIGITS_MAX = 15;

/** Parses an update, unless parsing it could do harm. */
export function inspectUpdate(bytes: Uint8Array): Inspection {
  const text = toText(bytes);
  if (text !== undefined && mayBeTooDeep(text) && isTooDeep(bytes)) {
    return { fault: "too-deep", updateId: prefixedId(bytes) };
  }
  const content = text === undefined ? undefined : parse(text);
  if (content === undefined) return { fault: "unparsable", updateId: prefixedId(bytes) };
  const updateId = readId(content);
  return updateId === undefined
    ? { fault: "unparsable", updateId }
    : { fault: undefined, updateId, content: content as unknown as Update };
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

/** A quick check that is false for nearly every update: there are not enough brackets in it. */
function mayBeTooDeep(text: string): boolean {
  if (text.length > MEMBERS_MAX * MEMBER_BYTES_MIN) return true;
  return !hasAtMost(text, "{", DEPTH_MAX / 2) || !hasAtMost(text, "[", DEPTH_MAX / 2);
}

/** `indexOf` is many times faster than a loop over all characters. */
function hasAtMost(text: string, bracket: string, count: number): boolean {
  let found = 0;
  for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
    found += 1;
    if (found > count) return false;
  }
  return true;
}

/** Counts brackets and members outside of strings. For text that is not JSON, any result will do. */
function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let members = 0;
  for (let at = 0; at < bytes.length && depth <= DEPTH_MAX; at += 1) {
    const byte = bytes[at]!;
    if (byte === QUOTE) at = endOfString(bytes, at + 1);
    else if (byte === COLON) members += 1;
    else if ((byte & BRACKET_MASK) === OPENING) depth += 1;
    else if ((byte & BRACKET_MASK) === CLOSING) depth -= 1;
  }
  return depth > DEPTH_MAX || members > MEMBERS_MAX;
}

/** The position of the closing quote, or the end of the bytes if there is none. */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from;
  for (; at < bytes.length && bytes[at] !== QUOTE; at += 1) if (bytes[at] === BACKSLASH) at += 1;
  return Math.min(at, bytes.length);
}

/** Undefined for bytes that are not UTF-8. */
function toText(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  const { buffer, byteOffset, length } = bytes;
  return Buffer.from(buffer, byteOffset, length).toString();
}

/** The object that the text is the JSON of; undefined for everything else. */
function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readId({ update_id: id }: Readonly<Record<string, unknown>>): number | undefined {
  return typeof id === "number" && Number.isSafeInteger(id) && id >= 0 ? id : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
