import { type AroundCall, UPDATE_KINDS, type UpdateKind } from "@hookgram/bot-api";
import { ALBUM_KIND } from "../album/incoming-album.ts";
import { camelCase } from "../context/payload-name.ts";
import type { ConversationParts } from "../conversation/conversations-of.ts";
import { type Check, toCheck } from "../dispatch/match.ts";
import type { WalkResult } from "../dispatch/results.ts";
import { HookgramError } from "../error.ts";
import { type AnyEventKind, type AnyKind, isEventField, isEventKind } from "../event/event-kind.ts";
import { type AnyFilter, filterLabel } from "../filter/filter.ts";
import { type FlagMarks, flagsOf, isFlag, mergeMarks } from "../filter/flag.ts";
import { describeMisplaced, isFilter } from "../filter/misplaced.ts";
import type { SceneParts } from "../scene/scene-parts.ts";
import { type AnyHandler, toRunnable } from "./handler.ts";
import type { Hook, HookSide, NamedHook } from "./hooks.ts";
import { toAroundCall } from "./outgoing.ts";

/** A middleware as it is run, outer or inner. */
export type AnyMiddleware = (
  context: object,
  next: (data?: object) => Promise<WalkResult>,
) => unknown;

/** A handler with what it was registered with. */
export interface Registered {
  /** The handler function's own name, or the observer's with a number: `message#2`. */
  readonly name: string;
  readonly filters: readonly AnyFilter[];
  readonly checks: readonly Check[];
  /** What its filters and the handler itself say about it. */
  readonly flags: FlagMarks;
  readonly handler: AnyHandler;
}

/** Something that concerns one kind of update, or every kind. */
export interface Scoped<T> {
  readonly kind: AnyKind | undefined;
  readonly value: T;
}

/** Where a middleware stands. */
export type Side = "outer" | "inner";

/** Handlers of errors are kept beside those of updates. */
export type ObserverKind = AnyKind | "errors";

/**
 * What a router or bot consists of: a node of the tree.
 *
 * It is open while the tree is built, and closed for ever when its root starts or handles an update.
 * **Invariant:** a node has one parent at most, and is never its own ancestor.
 */
export class RouterNode {
  readonly name: string;
  readonly children: RouterNode[] = [];
  readonly handlers = new Map<ObserverKind, Registered[]>();
  readonly rootFilters: Scoped<AnyFilter>[] = [];
  readonly middlewares: Readonly<Record<Side, Scoped<AnyMiddleware>[]>> = { outer: [], inner: [] };
  readonly hooks: Readonly<Record<HookSide, NamedHook[]>> = { onStart: [], onStop: [] };
  readonly outgoing: AroundCall[] = [];
  /** The own kinds of event that it has handlers for. */
  readonly eventKinds: AnyEventKind[] = [];
  /** Set for a bot, which cannot be included. */
  readonly isRoot: boolean;
  /** Set for a scene. */
  scene: SceneParts | undefined;
  /** Set for a conversation. */
  conversation: ConversationParts | undefined;
  #parent: RouterNode | undefined;
  #closed = false;
  #enabled = true;
  #revision = 0;

  constructor(name: string, isRoot = false) {
    if (typeof name !== "string" || name === "")
      throw new HookgramError("bad-argument", "A router needs a name, for descriptions and errors");
    this.name = name;
    this.isRoot = isRoot;
  }

  get parent(): RouterNode | undefined {
    return this.#parent;
  }

  /** The bot that it is a part of, or the outermost router so far. */
  get root(): RouterNode {
    return this.#parent?.root ?? this;
  }

  /** Whether updates reach it, as far as it depends on itself. */
  get enabled(): boolean {
    return this.#enabled;
  }

  /** Allowed at any time. Updates that are on their way keep the tree with which they began. */
  set enabled(enabled: boolean) {
    this.#enabled = enabled;
    this.#revise();
  }

  /** Changes whenever a router in this tree is switched off or on. */
  get revision(): number {
    return this.#revision;
  }

  /** The names from the root on: `bot/shop/orders`. */
  get path(): string {
    return this.parent === undefined ? this.name : `${this.parent.path}/${this.name}`;
  }

  register(kind: ObserverKind, args: readonly unknown[]): void {
    this.assertOpen();
    const observer = observerName(kind);
    const list = this.handlers.get(kind) ?? [];
    const handler = toRunnable(args.at(-1));
    const filters = args.slice(0, -1);
    if (handler === undefined) throw this.#bad(`${observer}: ${describeNonHandler(args)}`);
    for (const [index, filter] of filters.entries())
      if (!isFilter(filter))
        throw this.#bad(`${observer}: filter ${index + 1} is ${describeMisplaced(filter)}`);
    const name = handler.name === "" ? `${observer}#${list.length + 1}` : handler.name;
    list.push({
      name,
      filters: filters as AnyFilter[],
      checks: (filters as AnyFilter[]).filter((filter) => !isFlag(filter)).map(toCheck),
      flags: mergeMarks(flagsOf(filters as AnyFilter[]), handler.flags),
      handler: handler.run,
    });
    this.handlers.set(kind, list);
  }

  /** A handler of an own kind of event, which is the first argument. */
  registerEvent([kind, ...args]: readonly unknown[]): void {
    if (!isEventKind(kind)) throw this.#bad("on: the first argument is what eventKind() gives");
    this.register(kind.kind, args);
    this.eventKinds.push(kind);
  }

  addRootFilter(args: readonly unknown[]): void {
    const { kind, value } = this.#scoped("filter", args);
    if (!isFilter(value)) throw this.#bad(`filter: it is given ${describeMisplaced(value)}`);
    this.rootFilters.push({ kind, value });
  }

  addMiddleware(side: Side, args: readonly unknown[]): void {
    const { kind, value } = this.#scoped(side, args);
    if (typeof value !== "function")
      throw this.#bad(`${side}: it takes a middleware, or a kind and a middleware`);
    this.middlewares[side].push({ kind, value: value as AnyMiddleware });
  }

  addHook(side: HookSide, hook: unknown): void {
    this.assertOpen();
    if (typeof hook !== "function") throw this.#bad(`${side}: it takes a function`);
    const list = this.hooks[side];
    const name = hook.name === "" ? `${side}#${list.length + 1}` : hook.name;
    list.push({ name, run: hook as Hook });
  }

  addOutgoing(args: readonly unknown[]): void {
    this.assertOpen();
    const around = toAroundCall(args);
    if (typeof around === "string") throw this.#bad(`outgoing: ${around}`);
    this.outgoing.push(around);
  }

  include(child: RouterNode): void {
    this.assertOpen();
    if (child.isRoot) throw this.#badTree(`"${child.name}" is a bot; a bot is the root`);
    if (child.parent !== undefined)
      throw this.#badTree(`"${child.name}" is part of "${child.parent.name}" already`);
    if (this.#isWithin(child)) throw this.#badTree(`"${child.name}" would be its own ancestor`);
    child.#parent = this;
    this.children.push(child);
  }

  #revise(): void {
    this.#revision += 1;
    if (this.#parent !== undefined) this.#parent.#revise();
  }

  #isWithin(ancestor: RouterNode): boolean {
    return this === ancestor || (this.#parent !== undefined && this.#parent.#isWithin(ancestor));
  }

  /** Ends the building of the tree from here down. */
  close(): void {
    this.#closed = true;
    for (const child of this.children) child.close();
  }

  /** Refuses changes once the bot runs: half of a conversation would see another tree. */
  assertOpen(): void {
    if (!this.#closed) return;
    throw new HookgramError(
      "tree-in-use",
      `Router "${this.name}": the bot runs already; register everything before`,
    );
  }

  #scoped(method: string, args: readonly unknown[]): Scoped<unknown> {
    this.assertOpen();
    if (args.length < 2) return { kind: undefined, value: args[0] };
    if (UPDATE_KINDS.includes(args[0] as UpdateKind))
      return { kind: args[0] as UpdateKind, value: args[1] };
    throw this.#bad(`${method}: ${describeNoKind(args[0])}`);
  }

  #bad(problem: string): HookgramError {
    return new HookgramError("bad-argument", `Router "${this.name}", ${problem}`);
  }

  #badTree(problem: string): HookgramError {
    return new HookgramError("bad-router-tree", `Router "${this.name}", include: ${problem}`);
  }
}

/** The name under which handlers of this kind are registered: `callbackQuery`, `on order_paid`. */
export function observerName(kind: ObserverKind): string {
  if (kind === "errors") return kind;
  if (kind === ALBUM_KIND.kind) return ALBUM_KIND.name;
  return isEventField(kind) ? `on ${kind.slice("event:".length)}` : camelCase(kind);
}

/** Says of a value that it is no kind of update, and which kind is probably meant. */
export function describeNoKind(value: unknown): string {
  const meant = UPDATE_KINDS.find((kind) => camelCase(kind) === value) ?? "callback_query";
  return `"${String(value)}" is no kind of update; write "${meant}"`;
}

function describeNonHandler(args: readonly unknown[]): string {
  const last = args.at(-1);
  if (args.length > 0 && isFilter(last))
    return `there is no handler behind the filter ${filterLabel(last)}`;
  const given = last === undefined ? describeMisplaced(last) : typeof last;
  return `the last argument is the handler, a function or an object with handle(), not ${given}`;
}
