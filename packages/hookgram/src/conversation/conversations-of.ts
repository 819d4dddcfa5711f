import type { Scope } from "../context/scope.ts";
import type { StateRecord } from "../dispatch/invocation.ts";
import { HookgramError } from "../error.ts";
import type { AnyFilter } from "../filter/filter.ts";
import type { RouterNode } from "../router/router-node.ts";

/** A conversation as its node has it. */
export interface ConversationParts {
  readonly name: string;
  /** What cancels it, at whichever question. */
  readonly cancels: readonly AnyFilter[];
  /** Tells it that the conversation of the name `by` takes its place. */
  readonly replaced: (scope: Scope, stored: StateRecord, by: string) => Promise<void>;
}

/**
 * The conversations that a tree holds, by name.
 * @throws HookgramError `bad-argument` when two have the same name.
 */
export function conversationsOf(root: RouterNode): ReadonlyMap<string, ConversationParts> {
  const found = new Map<string, ConversationParts>();
  collect(root, found);
  return found;
}

function collect(
  { conversation, children }: RouterNode,
  found: Map<string, ConversationParts>,
): void {
  if (conversation !== undefined) {
    const { name } = conversation;
    if (found.has(name))
      throw new HookgramError(
        "bad-argument",
        `conversation("${name}"): two have this name, and would take each other's answers`,
      );
    found.set(name, conversation);
  }
  for (const child of children) collect(child, found);
}
