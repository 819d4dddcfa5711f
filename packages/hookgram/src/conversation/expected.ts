import type { Context } from "../context/context.ts";
import { type Check, toCheck } from "../dispatch/match.ts";
import { HookgramError } from "../error.ts";
import type { EventContext } from "../event/event-context.ts";
import type { AnyKind } from "../event/event-kind.ts";
import type { AnyFilter, Filter } from "../filter/filter.ts";

declare const answer: unique symbol;

/** An update that a conversation may wait for; `Answer` is the context that it gives. */
export interface Expected<Answer extends object> {
  readonly kind: AnyKind;
  readonly filter?: AnyFilter | undefined;
  /** Exists for the compiler only. */
  readonly [answer]: Answer;
}

/** That nothing came for so long. */
export interface After {
  readonly afterMs: number;
}

/** What a wait may wait for under one name. */
export type WaitCase = Filter<Context<"message">, object> | Expected<object> | After;

/** Names and what is waited for under them; the answer has the name as its `case`. */
export type WaitCases = Readonly<Record<string, WaitCase>>;

type AnswerOf<Case> = Case extends After
  ? EventContext<unknown>
  : Case extends Expected<infer Answer>
    ? Answer
    : Case extends Filter<never, infer Found>
      ? Context<"message"> & Found
      : never;

/**
 * The answer to a wait for several: a union that `case` tells apart. A condition, so that editors show
 * it.
 */
export type AnswerIn<Cases> = Cases extends unknown
  ? {
      readonly [Name in keyof Cases]: { readonly case: Name } & AnswerOf<Cases[Name]>;
    }[keyof Cases]
  : never;

/** One thing that is waited for, as it is run. */
export interface Want {
  /** Undefined where there is only one. */
  readonly name: string | undefined;
  readonly kind: AnyKind;
  readonly checks: readonly Check[];
}

/** Everything that one wait waits for. */
export interface Wants {
  readonly wants: readonly Want[];
  /** The shortest `after`. */
  readonly late: { readonly name: string; readonly afterMs: number } | undefined;
}

/** @throws HookgramError `bad-argument` for what is neither a filter nor made by `on` or `after`. */
export function toWants(wanted: unknown): Wants {
  if (isFilter(wanted) || isExpected(wanted))
    return { wants: [toWant(undefined, wanted)], late: undefined };
  const cases = Object.entries((wanted ?? {}) as WaitCases);
  const wants: Want[] = [];
  let late: Wants["late"];
  for (const [name, one] of cases) {
    if (!isAfter(one)) wants.push(toWant(name, one));
    else if (late === undefined || one.afterMs < late.afterMs) late = { name, ...one };
  }
  if (cases.length > 0) return { wants, late };
  throw badArgument("it waits for a filter, for what on() gives, or for several of them by name");
}

/** @throws HookgramError `bad-argument` */
export function assertDelay(afterMs: number, option: string): void {
  if (afterMs > 0) return;
  throw badArgument(`${option} is a number of milliseconds above 0, not ${String(afterMs)}`);
}

function toWant(name: string | undefined, one: unknown): Want {
  if (isFilter(one)) return { name, kind: "message", checks: [toCheck(one)] };
  if (!isExpected(one)) throw badArgument(`case "${name}" is no filter and not made by on()`);
  const { kind, filter } = one;
  return { name, kind, checks: filter === undefined ? [] : [toCheck(filter)] };
}

function isFilter(value: unknown): value is AnyFilter {
  if (typeof value === "function") return true;
  return typeof (value as { matches?: unknown } | null | undefined)?.matches === "function";
}

function isExpected(value: unknown): value is Expected<object> {
  return typeof (value as { kind?: unknown } | null | undefined)?.kind === "string";
}

function isAfter(value: WaitCase): value is After {
  return "afterMs" in value;
}

function badArgument(problem: string): HookgramError {
  return new HookgramError("bad-argument", `conversation: ${problem}`);
}
