import {
  type AroundCall,
  type BotApi,
  type MethodName,
  UPDATE_KINDS,
  type UpdateKind,
} from "@hookgram/bot-api";
import { AlbumGatherer, type AlbumOptions } from "../album/album-gatherer.ts";
import type { CommonContext } from "../context/context.ts";
import { conversationsOf } from "../conversation/conversations-of.ts";
import { Dispatcher } from "../dispatch/dispatcher.ts";
import type {
  DispatchOutcome,
  HookContext,
  Invocation,
  UpdateHandler,
} from "../dispatch/invocation.ts";
import { UnknownUpdates, type UnknownUpdateHandler } from "../dispatch/unknown-update.ts";
import { HookgramError } from "../error.ts";
import type { Filter, NoData } from "../filter/filter.ts";
import { attemptLimits } from "../flags/attempts.ts";
import { describeEntry } from "./describe.ts";
import { explainUpdates, formatDemands, type UpdateDemand } from "./explain-updates.ts";
import { eventKinds } from "./event-kinds.ts";
import { TreeHooks } from "./hooks.ts";
import type { InnerMiddleware, OuterMiddleware } from "./middleware.ts";
import type { GivenOfKind, Observers } from "./observer.ts";
import type { AroundMethod } from "./outgoing.ts";
import type { ContextAt, Includable, Registration } from "./router.ts";
import { registryOf, type RouterEntry } from "./registry.ts";
import { RouterFace } from "./router-face.ts";
import { describeNoKind, type RouterNode } from "./router-node.ts";
import { Scenes } from "../scene/scenes.ts";
import { stateGroups } from "./state-groups.ts";

/** How a bot is put together. */
export interface BotOptions {
  /** The name in descriptions and errors; `bot` by default. */
  readonly name?: string;
  /** Child routers, tried in this order after the bot's own handlers. */
  readonly routers?: readonly Includable<unknown>[];
  /** Kinds that Telegram is asked for although no handler is registered for them. */
  readonly moreUpdates?: readonly UpdateKind[];
  /** How long parts of albums wait for each other, where there is a handler for albums. */
  readonly albums?: AlbumOptions;
}

/** The root of the tree: a router that a host runs. It cannot be included anywhere. */
export interface BotMethods<Seen, Given, Kinds>
  extends Registration<Seen, Given>, Required<UpdateHandler> {
  /** As on a router: a root filter, for every kind or for one. */
  filter<A extends object = NoData>(
    filter: Filter<CommonContext & Seen, A>,
  ): Bot<Seen & A, Given, Kinds>;
  filter<K extends UpdateKind, A extends object = NoData>(
    kind: K,
    filter: Filter<ContextAt<K, Seen, Kinds>, A>,
  ): Bot<Seen, Given, Kinds & { readonly [P in K]: A }>;
  /** As on a router: an {@link OuterMiddleware}, for every kind or for one. */
  outer<A extends object = NoData>(
    middleware: OuterMiddleware<CommonContext & Seen, A>,
  ): Bot<Seen & A, Given, Kinds>;
  outer<K extends UpdateKind, A extends object = NoData>(
    kind: K,
    middleware: OuterMiddleware<ContextAt<K, Seen, Kinds>, A>,
  ): Bot<Seen, Given, Kinds & { readonly [P in K]: A }>;
  /** As on a router: an {@link InnerMiddleware}, for every kind or for one. */
  inner<A extends object = NoData>(
    middleware: InnerMiddleware<CommonContext & Seen & Given, A>,
  ): Bot<Seen, Given & A, Kinds>;
  inner<K extends UpdateKind, A extends object = NoData>(
    kind: K,
    middleware: InnerMiddleware<ContextAt<K, Seen, Kinds> & Given & GivenOfKind<Kinds, K>, A>,
  ): Bot<Seen, Given, Kinds & { readonly [P in `inner ${K}`]: A }>;
  /**
   * Stands around every API call that the bot's handlers, filters, middlewares and hooks make. The
   * first one that is added is the outermost.
   */
  outgoing(around: AroundCall): Bot<Seen, Given, Kinds>;
  /** The same for one method, or for some, whose parameters and results are known then. */
  outgoing<const M extends MethodName>(
    method: M | readonly M[],
    around: AroundMethod<M>,
  ): Bot<Seen, Given, Kinds>;
  /** A client with them around it. From then on the tree is closed. */
  withOutgoing(api: BotApi): BotApi;
  /**
   * Adds a handler for updates of a kind that is newer than this version of hookgram; it gets them
   * raw. Without one each is logged as a warning. What it throws fails the attempt.
   */
  onUnknown(handler: UnknownUpdateHandler): Bot<Seen, Given, Kinds>;
  /** How many updates of unknown kinds have come to this process, by kind. */
  readonly unknownKinds: ReadonlyMap<string, number>;
  /** The tree as text: routers, their filters and middlewares, and every handler in order. */
  describe(): string;
  /** The same as data that fits into JSON. */
  registry(): RouterEntry;
  /**
   * Why `allowedUpdates` is what it is, one line for each kind: the handlers that ask for it, and
   * what is made for a kind that nobody asks for. `updateDemands` has it as data.
   */
  explainAllowedUpdates(): string;
  /** @see explainAllowedUpdates */
  readonly updateDemands: readonly UpdateDemand[];
}

/** @see {@link BotMethods} */
export type Bot<Seen = unknown, Given = unknown, Kinds = NoData> = BotMethods<Seen, Given, Kinds> &
  Observers<Seen, Given, Kinds>;

class BotFace extends RouterFace implements UpdateHandler {
  readonly #node: RouterNode;
  readonly #moreUpdates: readonly UpdateKind[];
  readonly #hooks: TreeHooks;
  readonly #unknown: UnknownUpdates;
  readonly #albums: AlbumGatherer;
  #dispatcher: Dispatcher | undefined;

  constructor(options: BotOptions = {}) {
    assertOptions(options);
    const { name = "bot", routers = [], moreUpdates = [], albums } = options;
    super(name, true);
    this.#node = RouterFace.nodeOf(this);
    this.#hooks = new TreeHooks(this.#node);
    this.#unknown = new UnknownUpdates(name);
    this.#moreUpdates = moreUpdates.map(assertKind);
    this.#albums = new AlbumGatherer(albums);
    this.include(...routers);
  }

  get allowedUpdates(): readonly UpdateKind[] {
    // A host asks this before anything else, so contradictions show at the start.
    new Scenes(this.#node, stateGroups(this.#node));
    eventKinds(this.#node);
    conversationsOf(this.#node);
    return this.updateDemands.filter(({ asked }) => asked).map(({ kind }) => kind);
  }

  get updateDemands(): readonly UpdateDemand[] {
    return explainUpdates(this.registry(), this.#moreUpdates);
  }

  get unknownKinds(): ReadonlyMap<string, number> {
    return this.#unknown.counts;
  }

  get attemptsMax(): number {
    return mostOf("attemptsMax", this.registry());
  }

  get retryDelayMaxMs(): number {
    return mostOf("retryDelayMaxMs", this.registry());
  }

  async start(context: HookContext): Promise<void> {
    await this.#hooks.start(this.#inHook(context));
  }

  handle(invocation: Invocation): Promise<DispatchOutcome> {
    return this.#dispatch().handle(invocation);
  }

  async stop(context: HookContext): Promise<void> {
    await this.#hooks.stop(this.#inHook(context));
  }

  withOutgoing(api: BotApi): BotApi {
    return this.#dispatch().withOutgoing(api);
  }

  outgoing(...args: unknown[]): this {
    this.#node.addOutgoing(args);
    return this;
  }

  onUnknown(handler: UnknownUpdateHandler): this {
    this.#node.assertOpen();
    if (typeof handler !== "function")
      throw new HookgramError("bad-argument", `Bot "${this.name}", onUnknown: it takes a function`);
    this.#unknown.add(handler);
    return this;
  }

  describe(): string {
    return describeEntry(this.registry());
  }

  registry(): RouterEntry {
    return registryOf(this.#node);
  }

  explainAllowedUpdates(): string {
    return formatDemands(this.updateDemands);
  }

  #dispatch(): Dispatcher {
    const options = { unknown: this.#unknown, albums: this.#albums };
    return (this.#dispatcher ??= new Dispatcher(this.#node, options));
  }

  #inHook(context: HookContext): HookContext {
    return { ...context, api: this.#dispatch().withOutgoing(context.api) };
  }
}

function mostOf(
  limit: "attemptsMax" | "retryDelayMaxMs",
  { handlers, children }: RouterEntry,
): number {
  const own = handlers.map((handler) => attemptLimits(handler)?.[limit] ?? 0);
  return Math.max(0, ...own, ...children.map((child) => mostOf(limit, child)));
}

/** The habit of other frameworks, where a bot has its token. The token is not repeated here. */
function assertOptions(options: BotOptions | string): void {
  const isToken = typeof options === "string" || "token" in options;
  const { routers = [] } = isToken ? {} : options;
  if (!isToken && Array.isArray(routers)) return;
  const problem = isToken
    ? "the token goes to what runs the bot, such as listen({ bot, token })"
    : "routers is a list";
  throw new HookgramError("bad-argument", `Bot: ${problem}`);
}

function assertKind(kind: UpdateKind): UpdateKind {
  if (UPDATE_KINDS.includes(kind)) return kind;
  throw new HookgramError("bad-argument", `Bot, moreUpdates: ${describeNoKind(kind)}`);
}

/** @see {@link BotMethods} */
export const Bot = BotFace as unknown as {
  /** @throws HookgramError `bad-router-tree` when one of the routers has a parent already. */
  new (options?: BotOptions): Bot;
};
