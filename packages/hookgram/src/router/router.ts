import type { UpdateKind } from "@hookgram/bot-api";
import type { AlbumContext } from "../album/incoming-album.ts";
import type { CommonContext, Context } from "../context/context.ts";
import type { EventObserver } from "../event/event-context.ts";
import type { Filter, NoData } from "../filter/filter.ts";
import type { ErrorObserver } from "./error-context.ts";
import type { Hook } from "./hooks.ts";
import type { InnerMiddleware, OuterMiddleware } from "./middleware.ts";
import type { GivenOfKind, Observer, Observers, OfKind } from "./observer.ts";
import { RouterFace } from "./router-face.ts";

/** Named for the compiler's messages: it is what they say when a router stands where data is missing. */
declare const dataFromRoutersAbove: unique symbol;

/** A router that may be included where `Provided` is what filters see. */
export interface Includable<in Provided> {
  readonly name: string;
  readonly [dataFromRoutersAbove]: (provided: Provided) => void;
}

/** Where a handler of kind `K` with root filters and outer middlewares of that kind stands. */
export type ContextAt<K extends UpdateKind, Seen, Kinds> = Context<K> & Seen & OfKind<Kinds, K>;

/** What routers and bots have in common; see {@link Router}. */
export interface Registration<Seen, Given> {
  /** The name in descriptions, logs and errors. */
  readonly name: string;
  /**
   * Registers a handler for what is thrown in this router or below it. The nearest router is asked
   * first; an error that no handler takes (or for which all return `skip`) fails the attempt.
   */
  readonly errors: ErrorObserver<Seen, Given>;
  /**
   * Registers a handler for whole albums: messages with the same `media_group_id`, as one update. While
   * a bot has one, such messages wait for each other; an album that no handler takes goes on as
   * its parts. Asks Telegram for messages; albums of channel posts and business messages come too
   * when the bot asks for these, by a handler or `moreUpdates`.
   */
  readonly album: Observer<AlbumContext & Seen, Given>;
  /** Registers a handler for an own kind of event. */
  readonly on: EventObserver<Seen, Given>;
  /**
   * Adds a hook that runs each time the host starts the bot, before the first update; a parent's run
   * before its children's. One that throws ends the start: the host's `ready` rejects. With several
   * nodes each runs it.
   */
  onStart(hook: Hook): this;
  /**
   * Adds a hook that runs when the host stops the bot and no update is handled any more, a child's
   * before its parent's; only after a start, so not when the process is killed. One that throws is
   * logged.
   */
  onStop(hook: Hook): this;
  /**
   * Adds child routers, which are tried after the own handlers in the order of inclusion.
   * @throws HookgramError `bad-router-tree` for a second parent or a circle.
   */
  include(...children: readonly Includable<Seen>[]): this;
}

/**
 * Handlers that belong together, with the filters and middlewares that they share. It has a method
 * for every kind of update: `router.message(...filters, handler)`, `router.callbackQuery(…)`, ….
 *
 * A router has one parent for good. One that a module exports is a singleton, so the file of a bot is
 * loaded once per process; for a second bot of the same kind make its routers anew, in a function.
 *
 * `filter`, `outer` and `inner` change the router itself and give it back with a type that knows
 * what they add, so write `const router = new Router("shop").outer(customer)`.
 *
 * `Needs` is what an ancestor provides (`new Router<{ user: Customer }>("orders")`), `Seen` what
 * filters see in addition to the context, `Given` what only handlers see, `Kinds` both by kind.
 */
export interface RouterMethods<Needs, Seen, Given, Kinds>
  extends Registration<Seen, Given>, Includable<Needs> {
  /** False between `disable` and `enable`. */
  readonly isEnabled: boolean;
  /**
   * Switches the router off while the bot runs: updates pass by it and its children as if it were
   * not there. Updates that have reached the tree already go on as they began. It holds for this
   * process until `enable` or its end, and does not change `allowedUpdates`: what comes meanwhile
   * goes to the routers behind it, or is unhandled.
   */
  disable(): void;
  /** Switches the router on again. */
  enable(): void;
  /**
   * A root filter: updates for which it does not match pass by the router and its children. What it
   * adds is there for the handlers of both. With a kind it concerns updates of that kind only.
   */
  filter<A extends object = NoData>(
    filter: Filter<CommonContext & Seen, A>,
  ): Router<Needs, Seen & A, Given, Kinds>;
  filter<K extends UpdateKind, A extends object = NoData>(
    kind: K,
    filter: Filter<ContextAt<K, Seen, Kinds>, A>,
  ): Router<Needs, Seen, Given, Kinds & { readonly [P in K]: A }>;
  /** Adds an {@link OuterMiddleware}, for every kind or for one. */
  outer<A extends object = NoData>(
    middleware: OuterMiddleware<CommonContext & Seen, A>,
  ): Router<Needs, Seen & A, Given, Kinds>;
  outer<K extends UpdateKind, A extends object = NoData>(
    kind: K,
    middleware: OuterMiddleware<ContextAt<K, Seen, Kinds>, A>,
  ): Router<Needs, Seen, Given, Kinds & { readonly [P in K]: A }>;
  /** Adds an {@link InnerMiddleware}, for every kind or for one. */
  inner<A extends object = NoData>(
    middleware: InnerMiddleware<CommonContext & Seen & Given, A>,
  ): Router<Needs, Seen, Given & A, Kinds>;
  inner<K extends UpdateKind, A extends object = NoData>(
    kind: K,
    middleware: InnerMiddleware<ContextAt<K, Seen, Kinds> & Given & GivenOfKind<Kinds, K>, A>,
  ): Router<Needs, Seen, Given, Kinds & { readonly [P in `inner ${K}`]: A }>;
}

/** @see {@link RouterMethods} */
export type Router<Needs = unknown, Seen = Needs, Given = unknown, Kinds = NoData> = RouterMethods<
  Needs,
  Seen,
  Given,
  Kinds
> &
  Observers<Seen, Given, Kinds>;

/** @see {@link RouterMethods} */
export const Router = RouterFace as unknown as {
  /**
   * `name` is for descriptions and errors.
   * @throws HookgramError `bad-argument` when it is empty.
   */
  new <Needs = unknown>(name: string): Router<Needs>;
};
