import { extendContext } from "../context/scope.ts";
import type { FilterFunction, Verdict } from "../filter/filter.ts";
import { isPromise } from "./is-promise.ts";

/** A filter as the walk runs it, whatever it needs and adds. */
export type AnyMatch = FilterFunction<object, object>;

/**
 * Runs filters from left to right and gives the context with all that they added; the given one is
 * never changed. Undefined when one of them does not match. Answers at once as long as they do.
 */
export function matchAll<C extends object>(
  filters: readonly AnyMatch[],
  context: C,
  from = 0,
): C | undefined | Promise<C | undefined> {
  let current = context;
  for (let index = from; index < filters.length; index += 1) {
    const verdict = filters[index]!(current);
    if (isPromise(verdict)) return matchRest(filters, current, { index, verdict });
    if (!verdict) return undefined;
    if (verdict !== true) current = extendContext(current, verdict);
  }
  return current;
}

async function matchRest<C extends object>(
  filters: readonly AnyMatch[],
  context: C,
  pending: { readonly index: number; readonly verdict: Promise<Verdict<object>> },
): Promise<C | undefined> {
  const verdict = await pending.verdict;
  if (!verdict) return undefined;
  const extended = verdict === true ? context : extendContext(context, verdict);
  return matchAll(filters, extended, pending.index + 1);
}

/** Runs filters from left to right until one matches, and gives its verdict. */
export function matchFirst(
  filters: readonly AnyMatch[],
  context: object,
  from = 0,
): Verdict<object> | Promise<Verdict<object>> {
  for (let index = from; index < filters.length; index += 1) {
    const verdict = filters[index]!(context);
    if (isPromise(verdict))
      return verdict.then((late) => late || matchFirst(filters, context, index + 1));
    if (verdict) return verdict;
  }
  return false;
}
