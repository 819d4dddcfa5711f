import { HookgramError } from "../error.ts";
import type { AnyEventKind, AnyKind } from "../event/event-kind.ts";
import type { RouterNode } from "./router-node.ts";

/**
 * The own kinds of event that a tree has handlers for.
 * @throws HookgramError `bad-argument` when two of the same name have different schemas.
 */
export function eventKinds(root: RouterNode): ReadonlyMap<AnyKind, AnyEventKind> {
  const kinds = new Map<AnyKind, AnyEventKind>();
  collect(root, kinds);
  return kinds;
}

function collect(node: RouterNode, kinds: Map<AnyKind, AnyEventKind>): void {
  for (const kind of node.eventKinds) {
    const known = kinds.get(kind.kind) ?? kind;
    if (known.schema !== kind.schema) {
      const mend = "declare the kind once and import it";
      throw new HookgramError(
        "bad-argument",
        `eventKind("${kind.name}"): two kinds have this name and different schemas; ${mend}`,
      );
    }
    kinds.set(kind.kind, kind);
  }
  for (const child of node.children) collect(child, kinds);
}
