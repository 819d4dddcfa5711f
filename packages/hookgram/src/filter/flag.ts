import type { HandlerInfo } from "../router/handler.ts";
import { HookgramError } from "../error.ts";
import type { AnyFilter, FilterObject } from "./filter.ts";

/** Values of flags by the flags' names. */
export type FlagValues = Readonly<Record<string, unknown>>;

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
 * `const adminOnly = flag("adminOnly")`, then `adminOnly()`.
 *
 * Two flags must not have the same name, as the name is the key that hosts find it under.
 * @throws HookgramError `bad-argument` for an empty name.
 */
export function flag<T = true>(name: string): Flag<T> {
  if (typeof name !== "string" || name === "")
    throw new HookgramError("bad-argument", "flag(): a flag needs a name, for hosts to find it");
  const make = (...value: readonly unknown[]): FilterObject<unknown> => {
    const said = value.length === 0 ? true : value[0];
    return Object.freeze({
      label: said === true ? name : `${name}(${JSON.stringify(said)})`,
      flags: Object.freeze({ [name]: said }),
      matches: always,
    });
  };
  return Object.freeze(
    Object.assign(make, {
      flagName: name,
      of: (handler: HandlerInfo | undefined) => handler?.flags[name] as T | undefined,
    }),
  );
}

/** Whether this only says something about the handler, so that there is nothing to match. */
export function isFlag(filter: AnyFilter): boolean {
  return typeof filter !== "function" && filter.matches === always;
}

/** What these filters say about the handler behind them; the last word on a subject holds. */
export function flagsOf(filters: readonly AnyFilter[]): FlagValues {
  const values: Record<string, unknown> = {};
  for (const filter of filters)
    if (typeof filter !== "function") Object.assign(values, filter.flags);
  return values;
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
