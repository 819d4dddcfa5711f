import type { HandlerResult } from "../dispatch/results.ts";
import type { AnyFilter, FilterObject } from "../filter/filter.ts";
import { type FlagMarks, flagsOf, type FlagValues } from "../filter/flag.ts";

/** Deals with an update; what it may return says {@link HandlerResult}. */
export type HandlerFunction<C> = (context: C) => HandlerResult | Promise<HandlerResult>;

/**
 * A handler with something of its own, usually an instance of a class: `new RefundHandler(bank)`.
 * One object serves all updates, several of them at the same time.
 */
export interface HandlerObject<C> {
  /** What is said about the handler; it wins over the flags at the registration. */
  readonly flags?: readonly FilterObject<unknown>[];
  handle(context: C): HandlerResult | Promise<HandlerResult>;
}

/**
 * A handler as a class: each update gets an instance of its own, so that its methods can share what
 * they find out in fields.
 */
export interface HandlerClass<C> {
  new (context: C): {
    handle(): HandlerResult | Promise<HandlerResult>;
  };
  /** What is said about the handler; it wins over the flags at the registration. */
  readonly flags?: readonly FilterObject<unknown>[];
}

/** A handler in any of its three forms. */
export type Handler<C> = HandlerFunction<C> | HandlerObject<C> | HandlerClass<C>;

/** What is known about the handler whose filters have matched. */
export interface HandlerInfo {
  /** Routers and handler from the root on: `bot/shop/message#2`. */
  readonly name: string;
  /** What is said about it, by the names of the flags; a `Flag` reads it with its type. */
  readonly flags: FlagValues;
}

/** A handler as it is run. */
export type AnyHandler = (context: object) => HandlerResult | Promise<HandlerResult>;

/** A handler of any form, taken apart. */
export interface RunnableHandler {
  /** Empty for a function or an object without a name. */
  readonly name: string;
  readonly flags: FlagMarks;
  readonly run: AnyHandler;
}

/** Brings a handler of any form into the one that is run; undefined for anything else. */
export function toRunnable(handler: unknown): RunnableHandler | undefined {
  if (isHandlerClass(handler))
    return {
      name: handler.name,
      flags: flagsOf(handler.flags ?? []),
      run: (context) => new handler(context).handle(),
    };
  if (typeof handler === "function")
    return { name: handler.name, flags: {}, run: handler as AnyHandler };
  if (typeof (handler as Partial<HandlerObject<object>> | null | undefined)?.handle !== "function")
    return undefined;
  const object = handler as HandlerObject<object> & { readonly flags?: readonly AnyFilter[] };
  const { name } = object.constructor;
  return {
    name: name === "Object" ? "" : name,
    flags: flagsOf(object.flags ?? []),
    run: (context) => object.handle(context),
  };
}

function isHandlerClass(
  handler: unknown,
): handler is HandlerClass<object> & { readonly name: string } {
  if (typeof handler !== "function") return false;
  const { prototype } = handler as { readonly prototype?: { readonly handle?: unknown } };
  return typeof prototype?.handle === "function";
}
