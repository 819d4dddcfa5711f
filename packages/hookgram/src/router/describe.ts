import type { HandlerEntry, PartEntry, RouterEntry } from "./registry.ts";
import { observerName } from "./router-node.ts";

/**
 * A router's entry as indented text, one line for each hook, filter, middleware and handler, in the
 * order of trying.
 */
export function describeEntry(entry: RouterEntry, indent = ""): string {
  const inside = `${indent}  `;
  const parts = (label: string, list: readonly PartEntry[]): string[] =>
    list.map(
      ({ name, kind }) => `${inside}${label} ${name}${kind === undefined ? "" : ` (${kind})`}`,
    );
  return [
    `${indent}${entry.name}${entry.enabled ? "" : " (switched off)"}`,
    ...parts("onStart", entry.onStart),
    ...parts("onStop", entry.onStop),
    ...entry.sceneHooks.map(({ name }) => `${inside}${name}`),
    ...parts("outer", entry.outer),
    ...parts("filter", entry.filters),
    ...parts("inner", entry.inner),
    ...entry.handlers.map((handler) => `${inside}${describeHandler(entry, handler)}`),
    ...entry.children.map((child) => describeEntry(child, inside)),
  ].join("\n");
}

function describeHandler({ path }: RouterEntry, { kind, name, filters }: HandlerEntry): string {
  const observer = observerName(kind);
  const call = `${observer}(${filters.join(", ")})`;
  const own = name.slice(path.length + 1);
  return own.startsWith(`${observer}#`) ? call : `${call} → ${own}`;
}
