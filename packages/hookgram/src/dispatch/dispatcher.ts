import { type BotApi, type UpdateKind, updateKind, wrapBotApi } from "@hookgram/bot-api";
import { originOf } from "../context/origin.ts";
import { type Attempt, Scope } from "../context/scope.ts";
import type { RouterNode } from "../router/router-node.ts";
import { stateGroups } from "../router/state-groups.ts";
import { Conversation } from "../state/conversation.ts";
import { StateControl } from "../state/state-control.ts";
import type { StateGroupInfo } from "../state/states.ts";
import { handleFailure } from "./failure.ts";
import type { DispatchOutcome, Invocation } from "./invocation.ts";
import { type Group, planFor } from "./plan.ts";
import type { WalkResult } from "./results.ts";
import type { UnknownUpdates } from "./unknown-update.ts";
import { Walk } from "./walk.ts";

/** Sends updates through a finished tree. What it works out about the tree, it works out once. */
export class Dispatcher {
  readonly #root: RouterNode;
  readonly #groups: readonly StateGroupInfo[];
  readonly #unknown: UnknownUpdates;
  readonly #plans = new Map<UpdateKind, Group>();
  #revision: number;

  /** Closes the tree. @throws HookgramError when the tree contradicts itself. */
  constructor(root: RouterNode, unknown: UnknownUpdates) {
    this.#groups = stateGroups(root);
    this.#root = root;
    this.#unknown = unknown;
    this.#revision = root.revision;
    root.close();
  }

  async handle(invocation: Invocation): Promise<DispatchOutcome> {
    const kind = updateKind(invocation.update);
    if (kind === undefined)
      return this.#unknown.handle(invocation, this.withOutgoing(invocation.api));
    const walk = new Walk();
    try {
      return toOutcome(await walk.run(this.#plan(kind), this.#scope(kind, invocation)));
    } catch (error) {
      const failure = walk.failureOf(error);
      if (failure === undefined) throw error;
      return handleFailure(failure);
    }
  }

  /** The client with the bot's outgoing middlewares around it, the first one outermost. */
  withOutgoing(api: BotApi): BotApi {
    return this.#root.outgoing.reduceRight((inner, around) => wrapBotApi(inner, around), api);
  }

  #plan(kind: UpdateKind): Group {
    if (this.#revision !== this.#root.revision) {
      this.#plans.clear();
      this.#revision = this.#root.revision;
    }
    let plan = this.#plans.get(kind);
    if (plan === undefined) {
      plan = planFor(kind, this.#root);
      this.#plans.set(kind, plan);
    }
    return plan;
  }

  #scope(kind: UpdateKind, invocation: Invocation): Scope {
    const origin = originOf(kind, invocation.update);
    const attempt: Attempt = {
      invocation,
      kind,
      payload: invocation.update[kind],
      origin,
      api: this.withOutgoing(invocation.api),
    };
    const conversation = new Conversation(invocation, origin);
    return new Scope(attempt, new StateControl(conversation, this.#groups));
  }
}

function toOutcome(result: WalkResult): DispatchOutcome {
  if (result.status === "handled") return { status: "handled", handler: result.handler };
  if (result.status === "drop") return { status: "dropped", middleware: result.middleware };
  return { status: "unhandled" };
}
