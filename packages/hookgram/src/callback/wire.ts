import { HookgramError } from "../error.ts";

/** What a button can carry: values that are told apart by one character. */
export type Packable = string | number | boolean | null;

/**
 * Bytes that Telegram takes as `callback_data`.
 * @see https://core.telegram.org/bots/api#inlinekeyboardbutton
 */
export const CALLBACK_DATA_BYTES_MAX = 64;

const utf8 = new TextEncoder();

/** How long a text is in UTF-8, which is how Telegram counts callback data. */
export function byteLength(text: string): number {
  return utf8.encode(text).length;
}

/** Tells values that can be packed from others, infinite numbers included. */
export function isPackable(value: unknown): value is Packable | undefined {
  return (
    value === undefined ||
    value === null ||
    typeof value === "string" ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value))
  );
}

/**
 * Joins values with `:`, each with its type, so that a text `1` does not come back as a number:
 * `t`, `f`, `n` (null), nothing (undefined), a number as it is written, `'` and a text.
 * Undefined values at the end leave no trace, so that a field may be appended later.
 */
export function encodeFields(head: string, values: readonly (Packable | undefined)[]): string {
  const last = values.findLastIndex((value) => value !== undefined);
  return [head, ...values.slice(0, last + 1).map(encodeValue)].join(":");
}

/** The values behind the head, or undefined when they were not written by `encodeFields`. */
export function decodeFields(fields: readonly string[]): (Packable | undefined)[] | undefined {
  const values: (Packable | undefined)[] = [];
  for (const field of fields) {
    const decoded = decodeValue(field);
    if (decoded === undefined) return undefined;
    values.push(decoded.value);
  }
  return values;
}

function encodeValue(value: Packable | undefined): string {
  if (value === undefined) return "";
  if (value === null) return "n";
  if (typeof value === "boolean") return value ? "t" : "f";
  if (typeof value === "number") return String(value);
  // Without a colon inside, the whole can be split at colons.
  return `'${value.replaceAll("\\", "\\\\").replaceAll(":", "\\c")}`;
}

const CONSTANTS: ReadonlyMap<string, Packable | undefined> = new Map([
  ["", undefined],
  ["n", null],
  ["t", true],
  ["f", false],
]);

function decodeValue(field: string): { readonly value: Packable | undefined } | undefined {
  if (CONSTANTS.has(field)) return { value: CONSTANTS.get(field) };
  if (field.startsWith("'"))
    return { value: field.slice(1).replace(/\\(.)/g, (_all, c: string) => (c === "c" ? ":" : c)) };
  const number = Number(field);
  return String(number) === field && Number.isFinite(number) ? { value: number } : undefined;
}

/** Refuses data that Telegram would refuse, and says by how much it is too long. */
export function assertFits(label: string, data: string): string {
  const bytes = byteLength(data);
  if (bytes <= CALLBACK_DATA_BYTES_MAX) return data;
  throw new HookgramError(
    "bad-callback-data",
    `${label}: ${JSON.stringify(data)} is ${bytes} bytes long and Telegram takes ` +
      `${CALLBACK_DATA_BYTES_MAX}; use a shorter name, or keep the data elsewhere and pack its id`,
  );
}
