import { OBJECTS } from "@hookgram/bot-api/schema";
import type { FieldSchema, MethodSchema, TypeSchema } from "@hookgram/bot-api/schema";
import { isObject } from "../methods/json-fields.ts";
import type { Params } from "../methods/method.ts";
import { badRequest } from "../methods/refusals.ts";

/** Objects inside of objects are looked into so deep; the schema itself has no end. */
const DEPTH_MAX = 4;

/**
 * Holds the parameters of a call to the schema of its method: what is required is there, and values
 * that are not texts have the right shape. Parameters that the schema does not know are ignored, as
 * Telegram does.
 * @throws {Refusal} 400, naming the parameter. The words are this emulator's own: Telegram's differ
 * from method to method.
 */
export function checkParams(schema: MethodSchema, params: Params): void {
  for (const field of schema.params) checkParam(field, params);
}

function checkParam(field: FieldSchema, params: Params): void {
  const { name, required } = field;
  if (params.file(name) !== undefined) return;
  const text = params.text(name);
  if (text === undefined || text === "") {
    if (!required || field.types.includes("string")) return refuseAbsent(field, text);
    throw badRequest(`Parameter "${name}" is required`);
  }
  if (field.array === undefined && field.types.some(isText)) return checkText(field, text);
  const value = params.json(name);
  if (value === undefined) throw badRequest(`Can't parse ${name} JSON object`);
  if (!fits(field, value, DEPTH_MAX)) {
    throw badRequest(`Parameter "${name}" must be ${nameOf(field)}`);
  }
}

/** An empty text is a text, unless the documentation wants at least one character. */
function refuseAbsent({ name, required, lengthMin = 0 }: FieldSchema, text?: string): void {
  if (!required || (text === "" && lengthMin === 0)) return;
  throw badRequest(`Parameter "${name}" is required`);
}

/** Booleans and numbers are read leniently from any text. */
function isText(type: string): boolean {
  return ["string", "number", "boolean", "true", "InputFile"].includes(type);
}

function checkText({ name, values, types }: FieldSchema, text: string): void {
  const isKnown = values === undefined || values.some((value) => String(value) === text);
  if (isKnown || !types.includes("string")) return;
  throw badRequest(`Parameter "${name}" must be one of ${values.join(", ")}`);
}

function fits(type: TypeSchema, value: unknown, depth: number): boolean {
  const { array = 0 } = type;
  if (array > 0) {
    const item = { ...type, array: array - 1 };
    return Array.isArray(value) && value.every((one) => fits(item, one, depth));
  }
  return type.types.some((name) => fitsType(name, value, depth));
}

function fitsType(name: string, value: unknown, depth: number): boolean {
  switch (name) {
    case "string":
    case "InputFile":
      return typeof value === "string" || typeof value === "number";
    case "number":
      return typeof value === "number" || (typeof value === "string" && /^-?\d+$/.test(value));
    case "boolean":
    case "true":
      return typeof value === "boolean";
    default:
      return fitsObject(name, value, depth);
  }
}

function fitsObject(name: string, value: unknown, depth: number): boolean {
  const schema = OBJECTS[name];
  if (schema?.anyOf !== undefined) return schema.anyOf.some((type) => fits(type, value, depth));
  if (!isObject(value)) return false;
  if (depth === 0) return true;
  return (schema?.fields ?? []).every((field) => {
    const given = value[field.name];
    if (given === undefined || given === null) return !field.required;
    const isAllowed = field.values === undefined || field.values.includes(given as string);
    return isAllowed && fits(field, given, depth - 1);
  });
}

function nameOf({ types, array = 0 }: TypeSchema): string {
  return `${"an Array of ".repeat(array)}${types.join(" or ")}`;
}
