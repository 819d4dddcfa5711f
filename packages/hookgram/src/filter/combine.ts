import { addedData } from "../context/scope.ts";
import { HookgramError } from "../error.ts";
import { describeMisplaced, isFilter } from "./misplaced.ts";
import { isPromise } from "../dispatch/is-promise.ts";
import { matchAll, matchFirst, toCheck } from "../dispatch/match.ts";
import { assertNoFlags, flagsOf, isFlag } from "./flag.ts";
import {
  type AnyFilter,
  type Filter,
  filterFunction,
  filterLabel,
  type FilterObject,
  type NoData,
} from "./filter.ts";

/** What a filter needs beyond what the filters before it have found already. */
type StillNeeded<Found, Needed> = Found extends Needed ? unknown : Omit<Needed, keyof Found>;

/**
 * Matches when all of the filters do, from left to right. Each sees what those before it add, and
 * the handler sees it all: the same as listing them, but as one value. For more than three nest it.
 */
export function and<In, A extends object, B extends object>(
  a: Filter<In, A>,
  b: Filter<In & A, B>,
): FilterObject<In, A & B>;
export function and<In, A extends object, Second, B extends object>(
  a: Filter<In, A>,
  b: Filter<Second, B>,
): FilterObject<In & StillNeeded<In & A, Second>, A & B>;
export function and<In, A extends object, B extends object, C extends object>(
  a: Filter<In, A>,
  b: Filter<In & A, B>,
  c: Filter<In & A & B, C>,
): FilterObject<In, A & B & C>;
export function and<In, A extends object, Second, B extends object, Third, C extends object>(
  a: Filter<In, A>,
  b: Filter<Second, B>,
  c: Filter<Third, C>,
): FilterObject<
  In & StillNeeded<In & A, Second> & StillNeeded<In & Second & A & B, Third>,
  A & B & C
>;
export function and(...parts: readonly AnyFilter[]): FilterObject<object, object> {
  assertFilters("and", parts);
  const checks = parts.filter((part) => !isFlag(part)).map(toCheck);
  return {
    label: `and(${parts.map(filterLabel).join(", ")})`,
    parts,
    flags: flagsOf(parts),
    matches(context) {
      const matched = matchAll(checks, context);
      const collect = (found: object | undefined): object | boolean =>
        found !== undefined && (found === context || addedData(found));
      return isPromise(matched) ? matched.then(collect) : collect(matched);
    },
  };
}

/**
 * Matches when one of the filters does; the first one that matches adds its data. The handler gets
 * the union, so only what all of them add can be read without a look at which it was.
 */
export function or<In, A extends object, Second, B extends object>(
  a: Filter<In, A>,
  b: Filter<Second, B>,
): FilterObject<In & Second, A | B>;
export function or<In, A extends object, Second, B extends object, Third, C extends object>(
  a: Filter<In, A>,
  b: Filter<Second, B>,
  c: Filter<Third, C>,
): FilterObject<In & Second & Third, A | B | C>;
export function or<
  In,
  A extends object,
  Second,
  B extends object,
  Third,
  C extends object,
  Fourth,
  D extends object,
>(
  a: Filter<In, A>,
  b: Filter<Second, B>,
  c: Filter<Third, C>,
  d: Filter<Fourth, D>,
): FilterObject<In & Second & Third & Fourth, A | B | C | D>;
export function or(...parts: readonly AnyFilter[]): FilterObject<object, object> {
  assertFilters("or", parts);
  assertNoFlags("or", parts);
  const checks = parts.map(toCheck);
  return {
    label: `or(${parts.map(filterLabel).join(", ")})`,
    parts,
    matches: (context) => matchFirst(checks, context),
  };
}

/** Matches when the filter does not. Adds nothing and narrows nothing. */
export function not<In>(filter: Filter<In, object>): FilterObject<In, NoData> {
  assertFilters("not", [filter]);
  assertNoFlags("not", [filter]);
  const matches = filterFunction(filter);
  return {
    label: `not(${filterLabel(filter)})`,
    parts: [filter],
    matches(context) {
      const verdict = matches(context);
      return isPromise(verdict) ? verdict.then((late) => !late) : !verdict;
    },
  };
}

function assertFilters(name: string, parts: readonly unknown[]): void {
  for (const [index, part] of parts.entries())
    if (!isFilter(part)) {
      const problem = `filter ${index + 1} is ${describeMisplaced(part)}`;
      throw new HookgramError("bad-argument", `${name}(): ${problem}`);
    }
}
