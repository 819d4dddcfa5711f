import type { FlagMarks } from "./flag.ts";

/** The type of a filter that finds something out but adds nothing to the context. */
export type NoData = Record<never, never>;

/**
 * What a filter says: `true` or an object for a match, `false` or nothing for none. The properties
 * of the object are merged into the context of what follows; an empty object is a match too. What
 * else counts as true in JavaScript, such as a text, does not compile; at run time it is a match that
 * adds nothing.
 */
export type Verdict<Out> = Out | boolean | null | undefined;

/** A filter as a plain function, sync or async. */
export type FilterFunction<In, Out extends object = NoData> = (
  context: In,
) => Verdict<Out> | Promise<Verdict<Out>>;

/** A filter with a name of its own; those of hookgram have this form. */
export interface FilterObject<In, Out extends object = NoData> {
  /** How this filter is called in descriptions and errors. */
  readonly label: string;
  readonly matches: FilterFunction<In, Out>;
  /** The filters of which this one is made, for whoever looks into the tree. */
  readonly parts?: readonly Filter<never, object>[] | undefined;
  /** What the filter says about the handler behind it, by the names of the flags; see `flag`. */
  readonly flags?: FlagMarks | undefined;
}

/**
 * Decides whether a handler runs, and what it is given. `In` is what the filter needs to find in
 * the context, `Out` what the handler finds there in addition. Where `Out` repeats a property of
 * the context, that property's type is narrowed: `has("photo")` gives
 * `{ message: { photo: PhotoSize[] } }`.
 */
export type Filter<In, Out extends object = NoData> =
  | FilterFunction<In, Out>
  | FilterObject<In, Out>;

/** Any filter, for code that only hands it on. */
export type AnyFilter = Filter<never, object>;

/** The function of a filter in either form. */
export function filterFunction<In, Out extends object>(
  filter: Filter<In, Out>,
): FilterFunction<In, Out> {
  return typeof filter === "function" ? filter : filter.matches;
}

/** How a filter is called in descriptions and errors; a function goes by its own name. */
export function filterLabel(filter: AnyFilter): string {
  if (typeof filter !== "function") return filter.label;
  const given = (filter as { readonly [label]?: string })[label];
  return given ?? (filter.name === "" ? "(function)" : filter.name);
}

/** A symbol, since a function whose properties are paths has no name to spare. */
const label = Symbol("label");

/** Gives a filter function the label that descriptions and errors have for it. */
export function labelled<In>(filter: FilterFunction<In>, text: string): FilterFunction<In> {
  return Object.assign(filter, { [label]: text });
}
