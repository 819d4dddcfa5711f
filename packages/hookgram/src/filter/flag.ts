import { HookgramError } from "../error.ts";
import type { HandlerInfo } from "../router/handler.ts";
import type { AnyMiddleware } from "../router/router-node.ts";
import type { AnyFilter, FilterObject } from "./filter.ts";

/** Values of flags by the flags' names. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** What is said about a handler, and what is done around it because of that. */
export interface FlagMark {
  readonly value: unknown;
  readonly around?: AnyMiddleware;
}

/** Marks by the flags' names. */
export type FlagMarks = Readonly<Record<string, FlagMark>>;

/**
 * Says something about a handler that middlewares and the host can read, in the place of a filter:
 * `router.message(command("refund"), audit("full"), refund)`. As a root filter it is said about every
 * handler of the router and its children; what is said nearer to the handler wins.
 */
export interface Flag<T> {
  (...value: [T] extends [true] ? [] : [value: T]): FilterObject<unknown>;
  /** The key in {@link HandlerInfo.flags}. */
  readonly flagName: string;
  /**
   * What is said about a handler; undefined when nothing is. Inner middlewares find the handler in
   * their context: `({ handler }) => audit.of(handler)`.
   */
  readonly of: (handler: HandlerInfo | undefined) => T | undefined;
}

/**
 * Declares a flag: a typed remark about handlers. Without a type it is a plain mark:
 * `const adminOnly = flag("adminOnly")`, then `adminOnly()`. What it means is the business of whoever
 * reads it, an inner middleware as a rule.
 *
 * Two flags must not have the same name, as the name is the key that hosts find it under.
 * @throws HookgramError `bad-argument` for an empty name.
 */
export function flag<T = true>(name: string): Flag<T> {
  if (typeof name !== "string" || name === "")
    throw new HookgramError("bad-argument", "flag(): a flag needs a name, for hosts to find it");
  const make = (...value: readonly unknown[]): FilterObject<unknown> =>
    markWith(name, { value: value.length === 0 ? true : value[0] });
  return Object.freeze(
    Object.assign(make, {
      flagName: name,
      of: (handler: HandlerInfo | undefined) => handler?.flags[name] as T | undefined,
    }),
  );
}

/** A flag that does something by itself: `around` runs around the handlers, like an inner middleware. */
export function markWith<In>(name: string, mark: FlagMark): FilterObject<In> {
  return Object.freeze({
    label: mark.value === true ? name : `${name}(${JSON.stringify(mark.value)})`,
    flags: Object.freeze({ [name]: mark }),
    matches: always,
  });
}

/** Whether this only says something about the handler, so that there is nothing to match. */
export function isFlag(filter: AnyFilter): boolean {
  return typeof filter !== "function" && filter.matches === always;
}

/** What these filters say about the handler behind them; the last word on a subject holds. */
export function flagsOf(filters: readonly AnyFilter[]): FlagMarks {
  const marks: Record<string, FlagMark> = {};
  for (const filter of filters)
    if (typeof filter !== "function") Object.assign(marks, filter.flags);
  return marks;
}

/** The marks as whoever reads them finds them. */
export function valuesOf(marks: FlagMarks): FlagValues {
  return Object.fromEntries(Object.entries(marks).map(([name, { value }]) => [name, value]));
}

/** Refuses flags where they could only be lost: whether they hold would depend on the update. */
export function assertNoFlags(combination: string, parts: readonly AnyFilter[]): void {
  const [name] = Object.keys(flagsOf(parts));
  if (name === undefined) return;
  throw new HookgramError(
    "bad-argument",
    `${combination}(): the flag "${name}" has no meaning in it; list it beside ${combination}(…)`,
  );
}

function always(): true {
  return true;
}
