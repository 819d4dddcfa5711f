import type { AnyKind } from "../event/event-kind.ts";
import type { AnyFilter } from "../filter/filter.ts";
import { type FlagMarks, flagsOf, isFlag, mergeMarks, valuesOf } from "../filter/flag.ts";
import type { AnyHandler, HandlerInfo } from "../router/handler.ts";
import type { AnyMiddleware, RouterNode, Scoped } from "../router/router-node.ts";
import { type Check, toCheck } from "./match.ts";

/** A middleware with what is said about it when it fails. */
export interface Layer {
  readonly label: string;
  readonly router: RouterNode;
  readonly run: AnyMiddleware;
}

/** A handler with everything that is known about its way before an update comes. */
export interface Route {
  readonly info: HandlerInfo;
  readonly router: RouterNode;
  readonly checks: readonly Check[];
  /** Those of flags, then from the root's to the own router's; the first is the outermost. */
  readonly inner: readonly Layer[];
  readonly handler: AnyHandler;
  /** Where in the group's list the handler's router is over: the way that `reject` takes. */
  readonly end: number;
}

/** A router that stands before others, because it has outer middlewares or root filters. */
export interface Group {
  readonly router: RouterNode;
  readonly outer: readonly Layer[];
  readonly rootChecks: readonly Check[];
  readonly entries: readonly (Route | Group)[];
}

/**
 * The tree as one kind of update walks it. Routers that only hold handlers are dissolved into their
 * parent's list, and what cannot concern the kind is left out, so that the walk is a short loop.
 */
export function planFor(kind: AnyKind, root: RouterNode): Group {
  return planGroup(kind, root, { inner: [], flags: {} });
}

/** What a router hands down to its children. */
interface Inherited {
  readonly inner: readonly Layer[];
  readonly flags: FlagMarks;
}

function planGroup(kind: AnyKind, router: RouterNode, inherited: Inherited): Group {
  const entries: (Route | Group)[] = [];
  addRouter({ kind, entries }, router, inherited);
  return {
    router,
    outer: layers("outer", kind, router),
    rootChecks: rootFilters(kind, router).map(toCheck),
    entries,
  };
}

/** The list that is being written. */
interface Draft {
  readonly kind: AnyKind;
  readonly entries: (Route | Group)[];
}

function addRouter(draft: Draft, router: RouterNode, inherited: Inherited): void {
  const { kind, entries } = draft;
  const inner = [...inherited.inner, ...layers("inner", kind, router)];
  const flags = mergeMarks(inherited.flags, flagsOf(ofKind(kind, router.rootFilters)));
  const own: { -readonly [P in keyof Route]: Route[P] }[] = [];
  for (const { name, checks, handler, flags: ownFlags } of router.handlers.get(kind) ?? []) {
    const marks = mergeMarks(flags, ownFlags);
    const info = { name: `${router.path}/${name}`, flags: valuesOf(marks) };
    const around = [...marked(router, marks), ...inner];
    own.push({ info, router, checks, inner: around, handler, end: 0 });
  }
  entries.push(...own);
  for (const child of router.children) addChild(draft, child, { inner, flags });
  for (const route of own) route.end = entries.length;
}

function addChild(draft: Draft, child: RouterNode, inherited: Inherited): void {
  const { kind, entries } = draft;
  if (!child.enabled) return;
  const guarded =
    ofKind(kind, child.middlewares.outer).length > 0 || rootFilters(kind, child).length > 0;
  if (!guarded) return addRouter(draft, child, inherited);
  const group = planGroup(kind, child, inherited);
  if (group.entries.length > 0 || group.outer.length > 0) entries.push(group);
}

function layers(side: "outer" | "inner", kind: AnyKind, router: RouterNode): readonly Layer[] {
  return ofKind(kind, router.middlewares[side]).map((run, index) => ({
    label: `${router.path}/${run.name === "" ? `${side}#${index + 1}` : run.name}`,
    router,
    run,
  }));
}

/** What flags do around a handler, outside of its inner middlewares: they may refuse the update. */
function marked(router: RouterNode, marks: FlagMarks): readonly Layer[] {
  return Object.entries(marks).flatMap(([name, { arounds = [] }]) =>
    arounds.map((run) => ({ label: `${router.path}/${name}`, router, run })),
  );
}

function rootFilters(kind: AnyKind, router: RouterNode): AnyFilter[] {
  return ofKind(kind, router.rootFilters).filter((filter) => !isFlag(filter));
}

function ofKind<T>(kind: AnyKind, list: readonly Scoped<T>[]): T[] {
  return list.filter((one) => one.kind === undefined || one.kind === kind).map((one) => one.value);
}
