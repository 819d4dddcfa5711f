import { HookgramError } from "../error.ts";
import type { HandlerInfo } from "../router/handler.ts";
import type { AnyMiddleware } from "../router/router-node.ts";
import type { AnyFilter, FilterObject } from "./filter.ts";

/** Values of flags by the flags' names. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** What is said about a handler, and what is done around it because of that. */
export interface FlagMark {
  /** A list where marks add up. */
  readonly value: unknown;
  readonly arounds?: readonly AnyMiddleware[];
  /** A mark nearer to the handler does not replace this one: both hold. */
  readonly addsUp?: boolean;
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

/** One of these by somebody else would take the place of what guards a handler. */
const OWN_NAMES: ReadonlySet<string> = new Set(["access", "autoAnswer", "chatAction", "rateLimit"]);

/**
 * Declares a flag: a typed remark about handlers. Without a type it is a plain mark:
 * `const adminOnly = flag("adminOnly")`, then `adminOnly()`. What it means is the business of whoever
 * reads it, an inner middleware as a rule.
 *
 * Two flags must not have the same name, as the name is the key that hosts find it under.
 * @throws HookgramError `bad-argument` for an empty name, or one of hookgram's own flags.
 */
export function flag<T = true>(name: string): Flag<T> {
  if (typeof name !== "string" || name === "")
    throw new HookgramError("bad-argument", "flag(): a flag needs a name, for hosts to find it");
  if (OWN_NAMES.has(name))
    throw new HookgramError(
      "bad-argument",
      `flag("${name}"): the name is hookgram's; take another`,
    );
  const make = (...value: readonly unknown[]): FilterObject<unknown> =>
    markWith(name, { value: value.length === 0 ? true : value[0] });
  return Object.freeze(
    Object.assign(make, {
      flagName: name,
      of: (handler: HandlerInfo | undefined) => handler?.flags[name] as T | undefined,
    }),
  );
}

/** A flag that does something by itself: `arounds` run around the handlers, like inner middlewares. */
export function markWith<In>(name: string, mark: FlagMark): FilterObject<In> {
  const [only] = mark.addsUp === true ? (mark.value as readonly unknown[]) : [mark.value];
  return Object.freeze({
    label: only === true ? name : `${name}(${JSON.stringify(only)})`,
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
  let marks: FlagMarks = {};
  for (const filter of filters)
    if (typeof filter !== "function") marks = mergeMarks(marks, filter.flags ?? {});
  return marks;
}

/** What holds where the second marks are nearer to the handler than the first. */
export function mergeMarks(outer: FlagMarks, nearer: FlagMarks): FlagMarks {
  const merged: Record<string, FlagMark> = { ...outer };
  for (const [name, mark] of Object.entries(nearer)) {
    const before = outer[name];
    merged[name] = before === undefined || mark.addsUp !== true ? mark : addUp(before, mark);
  }
  return merged;
}

function addUp(one: FlagMark, other: FlagMark): FlagMark {
  const values = [one, other].map(({ value }) => value as readonly unknown[]);
  const arounds = [one, other].flatMap((mark) => mark.arounds ?? []);
  return { value: values.flat(), arounds, addsUp: true };
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
