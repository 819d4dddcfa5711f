import type { AroundCall, UpdateKind } from "@hookgram/bot-api";
import type { CommonContext } from "../context/context.ts";
import type { UpdateHandler } from "../dispatch/invocation.ts";
import type { Filter, NoData } from "../filter/filter.ts";
import type { InnerMiddleware, OuterMiddleware } from "./middleware.ts";
import type { Observers } from "./observer.ts";
import type { At, Includable, Registration } from "./router.ts";

/** How a bot is put together. */
export interface BotOptions {
  /** The name in descriptions and errors; `bot` by default. */
  readonly name?: string;
  /** Child routers, tried in this order after the bot's own handlers. */
  readonly routers?: readonly Includable<NoData>[];
  /** Kinds that Telegram is asked for although no handler is registered for them. */
  readonly moreUpdates?: readonly UpdateKind[];
}

/** The root of the tree: a router that a host runs. It cannot be included anywhere. */
export interface BotMethods<Seen extends object, Given, Kinds>
  extends Registration<Seen, Given>, UpdateHandler {
  /** As on a router: a root filter, for every kind or for one. */
  filter<A extends object = NoData>(
    filter: Filter<CommonContext & Seen, A>,
  ): Bot<Seen & A, Given, Kinds>;
  filter<K extends UpdateKind, A extends object = NoData>(
    kind: K,
    filter: Filter<At<K, Seen, Kinds>, A>,
  ): Bot<Seen, Given, Kinds & { readonly [P in K]: A }>;
  /** As on a router: an {@link OuterMiddleware}, for every kind or for one. */
  outer<A extends object = NoData>(
    middleware: OuterMiddleware<CommonContext & Seen, A>,
  ): Bot<Seen & A, Given, Kinds>;
  outer<K extends UpdateKind, A extends object = NoData>(
    kind: K,
    middleware: OuterMiddleware<At<K, Seen, Kinds>, A>,
  ): Bot<Seen, Given, Kinds & { readonly [P in K]: A }>;
  /** As on a router: an {@link InnerMiddleware}, for every kind or for one. */
  inner<A extends object = NoData>(
    middleware: InnerMiddleware<CommonContext & Seen & Given, A>,
  ): Bot<Seen, Given & A, Kinds>;
  inner<K extends UpdateKind, A extends object = NoData>(
    kind: K,
    middleware: InnerMiddleware<At<K, Seen, Kinds> & Given, A>,
  ): Bot<Seen, Given, Kinds>;
  /**
   * Stands around every API call that the bot's handlers, filters and middlewares make. The first
   * one that is added is the outermost.
   */
  outgoing(around: AroundCall): Bot<Seen, Given, Kinds>;
  /** The tree as text: routers, their filters and middlewares, and every handler in order. */
  describe(): string;
}

/** @see {@link BotMethods} */
export type Bot<Seen extends object = NoData, Given = unknown, Kinds = NoData> = BotMethods<
  Seen,
  Given,
  Kinds
> &
  Observers<Seen, Given, Kinds>;

export declare const Bot: {
  /** @throws HookgramError `bad-router-tree` when one of the routers has a parent already. */
  new (options?: BotOptions): Bot;
};
