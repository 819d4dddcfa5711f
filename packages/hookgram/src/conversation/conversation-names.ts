import { HookgramError } from "../error.ts";
import type { RouterNode } from "../router/router-node.ts";

/**
 * The names of the conversations that a tree holds.
 * @throws HookgramError `bad-argument` when two have the same name.
 */
export function conversationNames(root: RouterNode): ReadonlySet<string> {
  const names = new Set<string>();
  collect(root, names);
  return names;
}

function collect({ conversation, children }: RouterNode, names: Set<string>): void {
  if (conversation !== undefined) {
    if (names.has(conversation))
      throw new HookgramError(
        "bad-argument",
        `conversation("${conversation}"): two have this name, and would take each other's answers`,
      );
    names.add(conversation);
  }
  for (const child of children) collect(child, names);
}
