import { HookgramError } from "../error.ts";
import type { AnyFilter } from "../filter/filter.ts";
import { isState, type StateGroupInfo } from "../state/states.ts";
import type { RouterNode } from "./router-node.ts";

/**
 * The groups of states that a tree knows: those whose states it uses as filters.
 * @throws HookgramError `bad-argument` when two groups have the same name.
 */
export function stateGroups(root: RouterNode): readonly StateGroupInfo[] {
  const groups = new Map<string, StateGroupInfo>();
  for (const filter of filtersOf(root)) collect(filter, groups);
  return [...groups.values()];
}

function* filtersOf(node: RouterNode): Generator<AnyFilter> {
  for (const { value } of node.rootFilters) yield value;
  for (const list of node.handlers.values()) for (const { filters } of list) yield* filters;
  for (const child of node.children) yield* filtersOf(child);
}

function collect(filter: AnyFilter, groups: Map<string, StateGroupInfo>): void {
  if (typeof filter === "function") return;
  for (const part of filter.parts ?? []) collect(part, groups);
  if (!isState(filter)) return;
  const { group } = filter;
  const known = groups.get(group.name) ?? group;
  if (known !== group)
    throw new HookgramError(
      "bad-argument",
      `states("${group.name}"): two groups have this name, and would take each other's states`,
    );
  groups.set(group.name, group);
}
