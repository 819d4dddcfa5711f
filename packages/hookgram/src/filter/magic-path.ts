import type { Chat, UpdateKind, UpdatePayload, User } from "@hookgram/bot-api";
import type { PayloadName } from "../context/context.ts";
import type { FilterFunction, FilterObject, NoData } from "./filter.ts";

/** What `F` begins with: the payload of every kind under its name, and what all contexts have. */
export type MagicContext = {
  readonly [K in UpdateKind as PayloadName<K>]: UpdatePayload<K>;
} & {
  readonly kind: UpdateKind;
  readonly chat: Chat | undefined;
  readonly from: User | undefined;
  readonly me: User;
  readonly attempt: number;
};

/** The context's properties, each the beginning of a path. */
export type MagicRoot<Root> = {
  readonly [K in keyof Root & string]-?: Magic<{ readonly [P in K]: Root[K] }, [K], Root[K]>;
};

/** The names of properties from the context on; null once the value is computed from it. */
type Path = readonly string[] | null;

/** What is known of the context when the value at the path is `Value`. */
type At<P extends Path, Value> = P extends readonly [
  infer Head extends string,
  ...infer Rest extends readonly string[],
]
  ? { readonly [K in Head]: Rest extends readonly [] ? Value : At<Rest, Value> }
  : NoData;

/** What a value is where a filter matches only when something is there. */
type There<Value> = Exclude<NonNullable<Value>, false | 0 | "">;

/** A filter by the value that a path leads to. */
export interface MagicTest<In, Out extends object, Value> extends FilterObject<In, Out> {
  /** Gives the handler the value under this name. */
  as<Name extends string>(name: Name): FilterObject<In, Out & { readonly [K in Name]: Value }>;
}

/** What any value can be asked for. */
interface AnyValue<In, P extends Path, Value> {
  /** Gives the handler the value under this name; matches when something is there. */
  as<Name extends string>(
    name: Name,
  ): FilterObject<In, At<P, There<Value>> & { readonly [K in Name]: There<Value> }>;
  /** The value is this one, or one of these. */
  is<const Wanted extends NonNullable<Value>>(
    ...wanted: readonly [Wanted, ...Wanted[]]
  ): MagicTest<In, At<P, Wanted>, Wanted>;
  /** The function says true of the value; a type guard narrows it. */
  where<Narrow extends NonNullable<Value>>(
    guard: (value: NonNullable<Value>) => value is Narrow,
  ): MagicTest<In, At<P, Narrow>, Narrow>;
  where(
    test: (value: NonNullable<Value>) => boolean,
  ): MagicTest<In, At<P, NonNullable<Value>>, NonNullable<Value>>;
  /** Goes on with what the function makes of the value; undefined does not match. */
  map<Result>(change: (value: NonNullable<Value>) => Result): Magic<In, null, Result>;
}

/** What texts can be asked for. */
interface TextValue<In, P extends Path, Value> {
  readonly length: Magic<In, null, number>;
  startsWith(start: string): MagicTest<In, At<P, Value>, Value>;
  endsWith(end: string): MagicTest<In, At<P, Value>, Value>;
  includes(part: string): MagicTest<In, At<P, Value>, Value>;
  /** The pattern finds something; goes on with what it has found. */
  match(pattern: RegExp): Magic<In, null, RegExpExecArray>;
  /** Goes on with the text in lower case. */
  toLowerCase(): Magic<In, null, string>;
}

/** What numbers can be asked for. */
interface NumberValue<In, P extends Path> {
  above(limit: number): MagicTest<In, At<P, number>, number>;
  below(limit: number): MagicTest<In, At<P, number>, number>;
  atLeast(limit: number): MagicTest<In, At<P, number>, number>;
  atMost(limit: number): MagicTest<In, At<P, number>, number>;
}

/** What lists can be asked for. */
interface ListValue<In, P extends Path, Item> {
  readonly length: Magic<In, null, number>;
  /** The item at this place; from the end when it is negative. */
  at(index: number): Magic<In, null, Item | undefined>;
  some(test: (item: Item) => boolean): MagicTest<In, At<P, Item[]>, Item[]>;
  every(test: (item: Item) => boolean): MagicTest<In, At<P, Item[]>, Item[]>;
}

/** The properties of an object, or of any member of a union. */
type Fields<In, P extends Path, Value> = {
  readonly [K in FieldName<Value>]: Magic<
    In,
    P extends readonly string[] ? [...P, K] : null,
    FieldValue<Value, K>
  >;
};

type FieldName<Value> = Value extends object ? keyof Value & string : never;

type FieldValue<Value, K extends string> = Value extends { readonly [P in K]?: infer Found }
  ? Found
  : undefined;

/** What a value can be asked for because of its type. */
type Typed<In, P extends Path, Value> = [Value] extends [string]
  ? TextValue<In, P, Value>
  : [Value] extends [number]
    ? NumberValue<In, P>
    : [Value] extends [boolean]
      ? unknown
      : [Value] extends [readonly (infer Item)[]]
        ? ListValue<In, P, Item>
        : Fields<In, P, Value>;

/**
 * A value that is found by a path from the context. By itself it is a filter that matches when
 * something is there: not undefined or null, and neither `false`, 0, an empty text nor an empty list.
 * A path that ends early does not match, and never throws.
 */
export type Magic<In, P extends Path, Value> = FilterFunction<In, At<P, There<Value>>> &
  AnyValue<In, P, Value> &
  Typed<In, P, NonNullable<Value>>;
