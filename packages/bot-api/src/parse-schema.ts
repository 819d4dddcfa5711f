/**
 * Reads the tables in `generated/`: a line for each method or object, and below it, indented, one for
 * each of its parameters or fields.
 *
 * ```text
 * sendDice Message
 *  chat_id! number|string
 *  business_connection_id
 *  emoji string lengthMin=1 lengthMax=64
 * MenuButton = MenuButtonCommands|MenuButtonDefault
 * ```
 *
 * `!` is for what is required, `[]` for a list, `=` for a union with `or` between lists of
 * alternatives. A type that is not named is `string`; values that are quoted or are numbers are the
 * only ones allowed. A third of the size of the same as JSON, and people can read what a new version
 * of the Bot API has changed.
 */
import type { FieldSchema, MethodSchema, ObjectSchema, TypeSchema } from "./schema.ts";

/** Every method of a table by its name. */
export function parseMethods(table: string): Readonly<Record<string, MethodSchema>> {
  return parseTable(table, (head, params) => ({ result: typeOf(head), params }));
}

/** Every object and union of a table by its name. */
export function parseObjects(table: string): Readonly<Record<string, ObjectSchema>> {
  return parseTable(table, (head, fields) =>
    head.startsWith("= ") ? { anyOf: head.slice(2).split(" or ").map(typeOf) } : { fields },
  );
}

function parseTable<T>(
  table: string,
  toEntry: (head: string, fields: readonly FieldSchema[]) => T,
): Record<string, T> {
  const entries: Record<string, T> = {};
  for (const block of table.trim().split(/\n(?! )/)) {
    const [first = "", ...rows] = block.split("\n");
    const [name = "", ...head] = first.split(" ");
    entries[name] = toEntry(head.join(" "), rows.map(parseField));
  }
  return entries;
}

function parseField(row: string): FieldSchema {
  const [, name = "", type = "string", ...limits] = row.split(" ");
  const required = name.endsWith("!");
  const field = { name: required ? name.slice(0, -1) : name, required, ...typeOf(type) };
  for (const limit of limits) Object.assign(field, parseLimit(limit));
  return field;
}

/** The same few types come thousands of times. */
const known = new Map<string, TypeSchema>();

function typeOf(text: string): TypeSchema {
  const found = known.get(text) ?? parseType(text);
  known.set(text, found);
  return found;
}

function parseType(text: string): TypeSchema {
  const depth = text.endsWith("[]") ? (text.endsWith("[][]") ? 2 : 1) : 0;
  const words = text.slice(0, text.length - 2 * depth).split("|");
  const array = depth === 0 ? {} : { array: depth };
  if (!/^["\d]/.test(text)) return { types: words, ...array };
  const values = words.map((word) => JSON.parse(word) as string | number);
  return { types: [typeof values[0]], values, ...array };
}

/** `max=100`, `file=nested` or, for what just holds, `afterEntities`. */
function parseLimit(limit: string): Partial<FieldSchema> {
  const [key = "", value = "true"] = limit.split(/=(.*)/s);
  return { [key]: /^(true|\d+)$/.test(value) ? (JSON.parse(value) as unknown) : value };
}
