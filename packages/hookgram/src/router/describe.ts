import { camelCase } from "../context/payload-name.ts";
import { filterLabel } from "../filter/filter.ts";
import type { HookSide } from "./hooks.ts";
import type { RouterNode, Scoped } from "./router-node.ts";

/**
 * The tree as indented text, one line for each hook, filter, middleware and handler, in the order of
 * trying.
 */
export function describeTree(node: RouterNode, indent = ""): string {
  const inside = `${indent}  `;
  return [
    `${indent}${node.name}`,
    ...node.hooks.onStart.map(({ name }) => hook("onStart", name, inside)),
    ...node.hooks.onStop.map(({ name }) => hook("onStop", name, inside)),
    ...node.middlewares.outer.map((one) => `${inside}outer ${middleware(one)}`),
    ...node.rootFilters.map((one) => `${inside}filter ${filterLabel(one.value)}${concerns(one)}`),
    ...node.middlewares.inner.map((one) => `${inside}inner ${middleware(one)}`),
    ...[...node.handlers].flatMap(([kind, list]) =>
      list.map(({ name, filters }) => {
        const observer = kind === "errors" ? kind : camelCase(kind);
        const call = `${observer}(${filters.map(filterLabel).join(", ")})`;
        return name.startsWith(`${observer}#`) ? `${inside}${call}` : `${inside}${call} → ${name}`;
      }),
    ),
    ...node.children.map((child) => describeTree(child, inside)),
  ].join("\n");
}

function hook(side: HookSide, name: string, indent: string): string {
  return `${indent}${side} ${name.startsWith(`${side}#`) ? "(function)" : name}`;
}

function middleware(one: Scoped<{ readonly name: string }>): string {
  return `${one.value.name === "" ? "(function)" : one.value.name}${concerns(one)}`;
}

function concerns({ kind }: Scoped<unknown>): string {
  return kind === undefined ? "" : ` (${kind})`;
}
