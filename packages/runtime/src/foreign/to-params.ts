import { type AnyParams, type InputFile, isInputFile } from "@hookgram/bot-api";

/** The place of a value within the parameters. */
export interface Place {
  readonly key: string;
  /** 1 for a parameter, 2 for a value inside of it, and so on. */
  readonly depth: number;
  /** The object or array that contains it. */
  readonly parent: object;
}

/** Converts a framework's file object to one for our client; undefined for other objects. */
export type ToFile = (value: object, place: Place) => InputFile | undefined;

/**
 * Converts a framework's payload to parameters. Files are replaced, and values that are not set are left
 * out, because Telegram's server reads JSON's `null` as the text "null".
 */
export function toParams(payload: object, toFile: ToFile): AnyParams {
  return copyObject(payload, toFile, 1);
}

function copyObject(source: object, toFile: ToFile, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(source)) {
    if (value === undefined || value === null) continue;
    copy[key] = copyValue(value, toFile, { key, depth, parent: source });
  }
  return copy;
}

function copyValue(value: unknown, toFile: ToFile, place: Place): unknown {
  if (typeof value !== "object" || value === null || isInputFile(value)) return value;
  const file = toFile(value, place);
  if (file !== undefined) return file;
  const { key, depth } = place;
  if (Array.isArray(value))
    return value.map((item) => copyValue(item, toFile, { key, depth: depth + 1, parent: value }));
  if ("toJSON" in value && typeof value.toJSON === "function")
    return copyValue(value.toJSON(key), toFile, place);
  return copyObject(value, toFile, depth + 1);
}
