import type { Params } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** A JSON object from a bot, whose fields are read one by one with Telegram's rules. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * What is wrong with a value inside of a JSON parameter, in Telegram's words. `naming` makes it a
 * refusal that also says which parameter it is.
 */
export class FieldFault extends Error {
  override readonly name = "FieldFault";
}

/** Runs `read`; a fault in it becomes the refusal `Bad Request: SUBJECT: FAULT`. */
export function naming<T>(subject: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FieldFault) throw badRequest(`${subject}: ${error.message}`);
    throw error;
  }
}

/**
 * The parsed JSON of a parameter; undefined when it is absent or empty.
 * @throws {Refusal} `can't parse NAME JSON object` when it is not JSON.
 */
export function jsonParam(params: Params, name: string, subject: string): unknown {
  const text = params.text(name);
  if (text === undefined || text === "") return undefined;
  const value = params.json(name);
  if (value === undefined) throw badRequest(`Can't parse ${subject} JSON object`);
  return value;
}

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field that must be there; numbers count as texts. */
export function requiredText(fields: Fields, name: string): string {
  if (fields[name] === undefined) throw new FieldFault(`Can't find field "${name}"`);
  return optionalText(fields, name) ?? "";
}

export function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw new FieldFault(`Field "${name}" must be of type String`);
}

/** A whole number that must be there; a text of digits counts as one. */
export function requiredInteger(fields: Fields, name: string): number {
  if (fields[name] === undefined) throw new FieldFault(`Can't find field "${name}"`);
  return optionalInteger(fields, name) ?? 0;
}

export function optionalInteger(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" && typeof value !== "string") {
    throw new FieldFault(`Field "${name}" must be a Number`);
  }
  const number = value === "" ? Number.NaN : Number(value);
  if (!Number.isSafeInteger(number)) throw new FieldFault(`Field "${name}" must be a valid Number`);
  return number;
}

/** False when absent. */
export function optionalBoolean(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw new FieldFault(`Field "${name}" must be of type Boolean`);
  return value;
}

export function optionalObject(fields: Fields, name: string): Fields | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw new FieldFault(`Field "${name}" must be of type Object`);
  return value;
}

export function requiredObject(fields: Fields, name: string): Fields {
  const value = optionalObject(fields, name);
  if (value === undefined) throw new FieldFault(`Can't find field "${name}"`);
  return value;
}
