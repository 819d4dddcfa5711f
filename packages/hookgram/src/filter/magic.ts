import { type FilterObject, labelled } from "./filter.ts";
import type { MagicContext, MagicRoot } from "./magic-path.ts";

/**
 * Filters by paths into the context, as short as they can be written, with types that follow:
 * `F.message.photo` matches messages with photos and lets the handler read `message.photo` without a
 * question; `F.message.chat.type.is("private")`, `F.message.text.match(/(\d+)/).as("match")`.
 *
 * A path ends in a test (`is`, `where`, `startsWith`, `above`, `some`, …), in a change (`map`,
 * `toLowerCase`, `match`, `at`) or in nothing, and `as(name)` gives the handler what it leads to.
 * Combine with `and`, `or` and `not`. For data of middlewares see {@link magic}.
 */
export const F: MagicRoot<MagicContext> = magic<MagicContext>();

/**
 * As {@link F}, for the data that middlewares and filters have added:
 * `magic<{ customer: Customer }>().customer.isVip`. Where the data is not provided, the filter does
 * not compile.
 */
export function magic<Root extends object>(): MagicRoot<Root> {
  const root = new Proxy(Object.freeze({}), {
    get: (_target, name) =>
      typeof name === "string"
        ? pathTo({ label: name, read: (context) => property(context, name) })
        : undefined,
  });
  return root as MagicRoot<Root>;
}

/** A value, how it is read from the context, and how the way to it is written. */
interface Reading {
  readonly label: string;
  readonly read: (context: unknown) => unknown;
}

/** Operations by name; a property of Telegram's that has the same name cannot be reached. */
const OPERATIONS: Readonly<
  Record<string, (from: Reading, argument: never, ...more: never[]) => unknown>
> = {
  as: (from: Reading, name: string) => named(from, isThere, name),
  is: (from: Reading, ...wanted: unknown[]) =>
    test(from, `is(${wanted.map(show).join(", ")})`, (value) => wanted.includes(value)),
  where: (from: Reading, accept: (value: unknown) => boolean) =>
    test(from, `where(${accept.name || "…"})`, accept),
  map: (from: Reading, change: (value: unknown) => unknown) =>
    changed(from, `map(${change.name || "…"})`, change),
  startsWith: (from: Reading, start: string) =>
    test(from, `startsWith(${show(start)})`, (text) => (text as string).startsWith(start)),
  endsWith: (from: Reading, end: string) =>
    test(from, `endsWith(${show(end)})`, (text) => (text as string).endsWith(end)),
  includes: (from: Reading, part: string) =>
    test(from, `includes(${show(part)})`, (text) => (text as string).includes(part)),
  match: (from: Reading, pattern: RegExp) => {
    // Without `g` and `y`, which make a pattern remember where its last search ended.
    const search = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
    return changed(from, `match(${String(pattern)})`, (text) => search.exec(text as string));
  },
  toLowerCase: (from: Reading) =>
    changed(from, "toLowerCase()", (text) => (text as string).toLowerCase()),
  above: (from: Reading, limit: number) =>
    test(from, `above(${limit})`, (value) => (value as number) > limit),
  below: (from: Reading, limit: number) =>
    test(from, `below(${limit})`, (value) => (value as number) < limit),
  atLeast: (from: Reading, limit: number) =>
    test(from, `atLeast(${limit})`, (value) => (value as number) >= limit),
  atMost: (from: Reading, limit: number) =>
    test(from, `atMost(${limit})`, (value) => (value as number) <= limit),
  at: (from: Reading, index: number) =>
    changed(from, `at(${index})`, (list) => (list as unknown[]).at(index)),
  some: (from: Reading, accept: (item: unknown) => boolean) =>
    test(from, `some(${accept.name || "…"})`, (list) => (list as unknown[]).some(accept)),
  every: (from: Reading, accept: (item: unknown) => boolean) =>
    test(from, `every(${accept.name || "…"})`, (list) => (list as unknown[]).every(accept)),
};

/** A path as a filter function with properties: the operations, and the way on. */
function pathTo(reading: Reading): object {
  const filter = labelled((context: object) => isThere(reading.read(context)), reading.label);
  return new Proxy(filter, {
    get(target, name) {
      // "prototype" and "then" are asked for by whoever looks for a class or a promise.
      if (typeof name !== "string" || name === "prototype" || name === "then")
        return Reflect.get(target, name) as unknown;
      const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name]! : undefined;
      if (operation !== undefined)
        return (...given: never[]) => operation(reading, ...(given as [never, ...never[]]));
      return pathTo({
        label: `${reading.label}.${name}`,
        read: (context) => property(reading.read(context), name),
      });
    },
  });
}

type Accept = (value: unknown) => boolean;

function test(
  from: Reading,
  call: string,
  accept: Accept,
): FilterObject<object, object> & { as(name: string): FilterObject<object, object> } {
  const label = `${from.label}.${call}`;
  const accepts: Accept = (value) => value !== undefined && value !== null && accept(value);
  return {
    label,
    matches: (context) => accepts(from.read(context)),
    as: (name) => named({ label, read: from.read }, accepts, name),
  };
}

function named(from: Reading, accept: Accept, name: string): FilterObject<object, object> {
  return {
    label: `${from.label}.as(${name})`,
    matches(context) {
      const value = from.read(context);
      return accept(value) && { [name]: value };
    },
  };
}

function changed(from: Reading, call: string, change: (value: unknown) => unknown): object {
  return pathTo({
    label: `${from.label}.${call}`,
    read(context) {
      const value = from.read(context);
      return value === undefined || value === null ? undefined : change(value);
    },
  });
}

function property(value: unknown, name: string): unknown {
  return value === undefined || value === null
    ? undefined
    : (value as Readonly<Record<string, unknown>>)[name];
}

function isThere(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
