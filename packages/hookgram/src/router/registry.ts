import type { AnyKind } from "../event/event-kind.ts";
import { filterLabel } from "../filter/filter.ts";
import { type FlagMarks, flagsOf, type FlagValues, mergeMarks, valuesOf } from "../filter/flag.ts";
import { SCENE_HOOK_SIDES, type SceneHookSide } from "../scene/scene-parts.ts";
import type { NamedHook } from "./hooks.ts";
import type { ObserverKind, RouterNode, Scoped } from "./router-node.ts";

/** A handler as the registry shows it. */
export interface HandlerEntry {
  /** The kind of its observer. */
  readonly kind: ObserverKind;
  /** As in outcomes and errors: `bot/shop/message#2`. */
  readonly name: string;
  /** The labels of its filters and flags, in the order in which they are tried. */
  readonly filters: readonly string[];
  /** What is said about it, its routers' flags included. */
  readonly flags: FlagValues;
}

/** A filter, middleware or hook of a router. */
export interface PartEntry {
  readonly name: string;
  /** The one kind that it concerns; absent for every kind. */
  readonly kind?: AnyKind;
}

/** A router with everything in it, as plain data that fits into JSON. */
export interface RouterEntry {
  readonly name: string;
  /** The names from the root on: `bot/shop/orders`. */
  readonly path: string;
  /** False while it is switched off. */
  readonly enabled: boolean;
  readonly onStart: readonly PartEntry[];
  readonly onStop: readonly PartEntry[];
  /** The hooks of a scene, `onEnter greet` for example; empty for other routers. */
  readonly sceneHooks: readonly PartEntry[];
  readonly outer: readonly PartEntry[];
  readonly filters: readonly PartEntry[];
  readonly inner: readonly PartEntry[];
  /** By observer, in the order of registration; so they are tried, once those of one kind are picked. */
  readonly handlers: readonly HandlerEntry[];
  /** In the order of inclusion, which is that of trying. */
  readonly children: readonly RouterEntry[];
}

/** Lists a router and everything below it. */
export function registryOf(node: RouterNode, inherited: readonly RouterNode[] = []): RouterEntry {
  const line = [...inherited, node];
  return {
    name: node.name,
    path: node.path,
    enabled: node.enabled,
    onStart: node.hooks.onStart.map(hookEntry),
    onStop: node.hooks.onStop.map(hookEntry),
    sceneHooks: SCENE_HOOK_SIDES.flatMap(
      (side) => node.scene?.hooks[side].map((hook) => ({ name: named(side, hook) })) ?? [],
    ),
    outer: node.middlewares.outer.map(middlewareEntry),
    filters: node.rootFilters.map((one) => ({ name: filterLabel(one.value), ...kindOf(one) })),
    inner: node.middlewares.inner.map(middlewareEntry),
    handlers: [...node.handlers].flatMap(([kind, list]) =>
      list.map(({ name, filters, flags }) => ({
        kind,
        name: `${node.path}/${name}`,
        filters: filters.map(filterLabel),
        flags: valuesOf(mergeMarks(inheritedFlags(line, kind), flags)),
      })),
    ),
    children: node.children.map((child) => registryOf(child, line)),
  };
}

function inheritedFlags(line: readonly RouterNode[], kind: ObserverKind): FlagMarks {
  const filters = line.flatMap(({ rootFilters }) => rootFilters);
  return flagsOf(
    filters.filter((one) => one.kind === undefined || one.kind === kind).map((one) => one.value),
  );
}

function named(side: SceneHookSide, { name }: { readonly name: string }): string {
  return `${side} ${name === "" ? "(function)" : name}`;
}

function hookEntry({ name }: NamedHook): PartEntry {
  return { name: /^on(Start|Stop)#/.test(name) ? "(function)" : name };
}

function middlewareEntry(one: Scoped<{ readonly name: string }>): PartEntry {
  return { name: one.value.name === "" ? "(function)" : one.value.name, ...kindOf(one) };
}

function kindOf({ kind }: Scoped<unknown>): { readonly kind?: AnyKind } {
  return kind === undefined ? {} : { kind };
}
