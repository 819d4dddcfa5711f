import { extendContext } from "../context/scope.ts";
import type { AnyFilter, FilterFunction, Verdict } from "../filter/filter.ts";
import { filterFunction, filterLabel } from "../filter/filter.ts";
import { isPromise } from "./is-promise.ts";

/** A filter as it is run, whatever it needs and adds: the compiler has checked that by now. */
export interface Check {
  readonly label: string;
  readonly matches: FilterFunction<object, object>;
}

/** Told about a filter that threw, and the context that the filter had. The error goes on. */
export type FilterFailed = (error: unknown, check: Check, context: object) => void;

/** A filter in the form in which it is run. */
export function toCheck(filter: AnyFilter): Check {
  return {
    label: filterLabel(filter),
    matches: filterFunction(filter) as unknown as Check["matches"],
  };
}

/** What `matchAll` is at. */
interface Progress<C> {
  readonly checks: readonly Check[];
  readonly context: C;
  readonly index: number;
  readonly failed: FilterFailed | undefined;
}

/**
 * Runs filters from left to right and gives the context with all that they added; the given one is
 * never changed. Undefined when one of them does not match. Answers at once as long as they do.
 */
export function matchAll<C extends object>(
  checks: readonly Check[],
  context: C,
  failed?: FilterFailed,
): C | undefined | Promise<C | undefined> {
  return checks.length === 0 ? context : matchFrom({ checks, context, index: 0, failed });
}

function matchFrom<C extends object>(start: Progress<C>): C | undefined | Promise<C | undefined> {
  const { checks, failed } = start;
  let { context, index } = start;
  try {
    for (; index < checks.length; index += 1) {
      const verdict = checks[index]!.matches(context);
      if (isPromise(verdict)) return matchLate({ checks, context, index, failed }, verdict);
      if (!verdict) return undefined;
      if (isData(verdict)) context = extendContext(context, verdict);
    }
  } catch (error) {
    failed?.(error, checks[index]!, context);
    throw error;
  }
  return context;
}

async function matchLate<C extends object>(
  progress: Progress<C>,
  pending: Promise<Verdict<object>>,
): Promise<C | undefined> {
  let { context } = progress;
  try {
    const verdict = await pending;
    if (!verdict) return undefined;
    if (isData(verdict)) context = extendContext(context, verdict);
  } catch (error) {
    progress.failed?.(error, progress.checks[progress.index]!, context);
    throw error;
  }
  return matchFrom({ ...progress, context, index: progress.index + 1 });
}

/** A program without types may answer with anything that counts as true: only objects are data. */
function isData(verdict: object | boolean): verdict is object {
  return typeof verdict === "object";
}

/** Runs filters from left to right until one matches, and gives its verdict. */
export function matchFirst(
  checks: readonly Check[],
  context: object,
  from = 0,
): Verdict<object> | Promise<Verdict<object>> {
  for (let index = from; index < checks.length; index += 1) {
    const verdict = checks[index]!.matches(context);
    if (isPromise(verdict))
      return verdict.then((late) => late || matchFirst(checks, context, index + 1));
    if (verdict) return verdict;
  }
  return false;
}
