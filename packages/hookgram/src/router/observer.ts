import type { UpdateKind } from "@hookgram/bot-api";
import type { CamelCase, Context } from "../context/context.ts";
import type { Filter } from "../filter/filter.ts";
import type { Handler } from "./handler.ts";

/**
 * Registers a handler for one kind of update. The filters before it are tried from left to right;
 * each sees what those before it added, and the handler sees it all. For more than five use `and`.
 * `C` is what filters see, `Given` what inner middlewares add for the handler.
 */
export interface Observer<C, Given = unknown> {
  (handler: Handler<C & Given>): void;
  <A extends object>(a: Filter<C, A>, handler: Handler<C & Given & A>): void;
  <A extends object, B extends object>(
    a: Filter<C, A>,
    b: Filter<C & A, B>,
    handler: Handler<C & Given & A & B>,
  ): void;
  <A extends object, B extends object, D extends object>(
    a: Filter<C, A>,
    b: Filter<C & A, B>,
    c: Filter<C & A & B, D>,
    handler: Handler<C & Given & A & B & D>,
  ): void;
  <A extends object, B extends object, D extends object, E extends object>(
    a: Filter<C, A>,
    b: Filter<C & A, B>,
    c: Filter<C & A & B, D>,
    d: Filter<C & A & B & D, E>,
    handler: Handler<C & Given & A & B & D & E>,
  ): void;
  <A extends object, B extends object, D extends object, E extends object, F extends object>(
    a: Filter<C, A>,
    b: Filter<C & A, B>,
    c: Filter<C & A & B, D>,
    d: Filter<C & A & B & D, E>,
    e: Filter<C & A & B & D & E, F>,
    handler: Handler<C & Given & A & B & D & E & F>,
  ): void;
}

/** The part of `Kinds` that concerns kind `K`, for filters and all that follows. */
export type OfKind<Kinds, K extends string> = Kinds extends { readonly [P in K]: infer Data }
  ? Data
  : unknown;

/** The part of `Kinds` that inner middlewares of kind `K` have added, which only handlers see. */
export type GivenOfKind<Kinds, K extends UpdateKind> = OfKind<Kinds, `inner ${K}`>;

/** An observer for each kind of update: `message`, `editedMessage`, `callbackQuery`, … */
export type Observers<Seen, Given, Kinds> = {
  readonly [K in UpdateKind as CamelCase<K>]: Observer<
    Context<K> & Seen & OfKind<Kinds, K>,
    Given & GivenOfKind<Kinds, K>
  >;
};
