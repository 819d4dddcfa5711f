import type { HookContext } from "../dispatch/invocation.ts";
import { HookgramError } from "../error.ts";
import type { RouterNode } from "./router-node.ts";

/**
 * Runs when the host starts or stops the bot: for what a bot needs once per process and not per
 * update, such as its list of commands, a database or a timer. It is awaited; what it gives is of no
 * interest.
 */
export type Hook = (context: HookContext) => unknown;

/** When a hook runs. */
export type HookSide = "onStart" | "onStop";

/** A hook with the name that errors and descriptions have for it. */
export interface NamedHook {
  readonly name: string;
  readonly run: Hook;
}

/**
 * Starts and stops the routers of a tree, for each bot that is run with it.
 *
 * **Invariant:** the stop hooks that run are those of the routers whose start hooks have all
 * succeeded, a child's before its parent's.
 */
export class TreeHooks {
  readonly #root: RouterNode;
  /** By the bot's id, since one tree may serve several bots. */
  readonly #started = new Map<number, RouterNode[]>();

  constructor(root: RouterNode) {
    this.#root = root;
  }

  /** @throws HookgramError `start-hook-failed`, after the stop hooks of what had been started. */
  async start(context: HookContext): Promise<void> {
    const started: RouterNode[] = [];
    this.#started.set(context.me.id, started);
    try {
      for (const node of nodesOf(this.#root)) {
        for (const hook of node.hooks.onStart) await runStartHook(node, hook, context);
        started.push(node);
      }
    } catch (error) {
      await this.stop(context);
      throw error;
    }
  }

  /** Never rejects: a stop hook that fails is logged, and the others run all the same. */
  async stop(context: HookContext): Promise<void> {
    const started = this.#started.get(context.me.id) ?? [];
    this.#started.delete(context.me.id);
    for (const node of started.toReversed())
      for (const hook of node.hooks.onStop) await runStopHook(node, hook, context);
  }
}

/** Parents before their children, which may use what the parents have made. */
function* nodesOf(node: RouterNode): Generator<RouterNode> {
  yield node;
  for (const child of node.children) yield* nodesOf(child);
}

async function runStartHook(
  { path }: RouterNode,
  { name, run }: NamedHook,
  context: HookContext,
): Promise<void> {
  try {
    await run(context);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HookgramError("start-hook-failed", `Start hook ${path}/${name} failed: ${reason}`, {
      cause: error,
    });
  }
}

async function runStopHook(
  { path }: RouterNode,
  { name, run }: NamedHook,
  context: HookContext,
): Promise<void> {
  try {
    await run(context);
  } catch (error) {
    context.logger.error({ error }, `Stop hook ${path}/${name} failed`);
  }
}
