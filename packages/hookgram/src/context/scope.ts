import { type BotApi, type Chat, type Clock, systemClock, type User } from "@hookgram/bot-api";
import type { Invocation, Logger } from "../dispatch/invocation.ts";
import type { Blame } from "../dispatch/failure.ts";
import type { OutboxSession } from "../dispatch/outbox-session.ts";
import { HookgramError } from "../error.ts";
import type { HandlerInfo } from "../router/handler.ts";
import type { SceneNavigator } from "../scene/scene-navigator.ts";
import { StateControl } from "../state/state-control.ts";
import { TimerControl } from "../timer/timer-control.ts";
import { answerFor } from "./answer.ts";
import type { AnyKind } from "../event/event-kind.ts";
import type { CommonContext, Edit, Emit, Reply, Send } from "./context.ts";
import { editFor } from "./edit.ts";
import { emitFor } from "./emit.ts";
import type { Origin } from "./origin.ts";
import { PAYLOAD_NAMES, payloadNameOf } from "./payload-name.ts";
import { replyFor, sendFor } from "./reply.ts";
import { type WebhookReply, webhookReplyFor } from "./webhook-reply.ts";

/** What all contexts of one attempt share. */
export interface Attempt {
  readonly invocation: Invocation;
  readonly kind: AnyKind;
  /**
   * What the update carries: the value of its one field besides `update_id`, or the `OwnEvent` that
   * was made of it.
   */
  readonly payload: unknown;
  readonly origin: Origin;
  /** The client with the bot's outgoing middlewares around it. */
  readonly api: BotApi;
  /** Makes the context of an update from its invocation, with a client that is complete already. */
  readonly reopen: (made: Pick<Attempt, "invocation" | "api" | "blame">) => Promise<Scope>;
  /** For what fails in a place of its own, which the handler that has led there does not know. */
  readonly blame: Blame;
  /** Set for hooks of scenes, which may run in updates of every kind. */
  readonly isHook?: boolean;
}

/**
 * The context as filters, middlewares and handlers get it. What the update and the attempt give is
 * read through the prototype, and helpers are made when they are asked for, so that a context costs
 * next to nothing for the many handlers that are not meant. Own properties are the added data.
 *
 * **Invariant:** a context never changes once a filter or handler has seen it; data is added to a
 * copy. So nothing leaks from a handler that was passed over to the next one.
 */
export class Scope implements CommonContext {
  readonly #attempt: Attempt;
  readonly #state: StateControl;
  readonly #handler: HandlerInfo | undefined;

  constructor(attempt: Attempt, state: StateControl, handler?: HandlerInfo) {
    this.#attempt = attempt;
    this.#state = state;
    this.#handler = handler;
  }

  static {
    for (const name of PAYLOAD_NAMES)
      Object.defineProperty(this.prototype, name, {
        get(this: Scope): unknown {
          const { kind, payload } = this.#attempt;
          return payloadNameOf(kind) === name ? payload : undefined;
        },
      });
  }

  get kind(): AnyKind {
    return this.#attempt.kind;
  }
  get update(): CommonContext["update"] {
    return this.#attempt.invocation.update;
  }
  get chat(): Chat | undefined {
    return this.#attempt.origin.chat;
  }
  get from(): User | undefined {
    return this.#attempt.origin.user;
  }
  get api(): BotApi {
    return this.#attempt.api;
  }
  get me(): User {
    return this.#attempt.invocation.me;
  }
  get attempt(): number {
    return this.#attempt.invocation.attempt;
  }
  get attemptsMax(): number {
    return this.#attempt.invocation.attemptsMax;
  }
  get signal(): AbortSignal {
    return this.#attempt.invocation.signal;
  }
  get now(): () => number {
    return this.#attempt.invocation.now;
  }
  get clock(): Clock {
    return this.#attempt.invocation.clock ?? systemClock;
  }
  get logger(): Logger {
    return this.#attempt.invocation.logger;
  }
  get step(): Invocation["step"] {
    return this.#attempt.invocation.step;
  }
  get emit(): Emit {
    return emitFor(this.#attempt);
  }
  get timers(): TimerControl {
    return new TimerControl(this.#attempt.invocation, this.#attempt.origin);
  }
  get webhookReply(): WebhookReply {
    return webhookReplyFor(this.#attempt);
  }
  get outbox(): OutboxSession {
    return this.#attempt.invocation.outbox;
  }
  get state(): StateControl {
    return this.#state;
  }
  /** In the types of a scene's handlers only; `Scene.enter` finds it everywhere. */
  get scene(): SceneNavigator {
    return this.#state.scenesIn(this);
  }
  get handler(): HandlerInfo | undefined {
    return this.#handler;
  }
  get reply(): Reply | undefined {
    return replyFor(this.#attempt);
  }
  get send(): Send | undefined {
    return sendFor(this.#attempt);
  }
  get answer(): unknown {
    return answerFor(this.#attempt);
  }
  get edit(): Edit | undefined {
    return editFor(this.#attempt);
  }

  /** What the contexts of an attempt share, for helpers that are no part of the context. */
  static attemptOf(scope: Scope): Attempt {
    return scope.#attempt;
  }

  /** A copy for the way to a handler whose filters have matched. */
  forHandler(handler: HandlerInfo): Scope {
    return Object.assign(new Scope(this.#attempt, this.#state, handler), this);
  }

  /** A copy for a hook of a scene: one that always has `reply`, and says so when it reaches nobody. */
  forHook(): Scope {
    const attempt = { ...this.#attempt, isHook: true };
    return Object.assign(new Scope(attempt, this.#state, this.#handler), this);
  }

  /** A copy for a part of what the update carries, as if it had come alone. */
  forPart(kind: AnyKind, payload: unknown): Scope {
    const attempt = { ...this.#attempt, kind, payload };
    return Object.assign(new Scope(attempt, this.#state, this.#handler), this);
  }

  /**
   * A copy with more data. Of the context's own properties `state` may be narrowed by a state filter,
   * and `api` be replaced by a client around it.
   * @throws HookgramError `name-taken` for other names of the context itself.
   */
  extend(data: object): Scope {
    const { state, api } = data as { readonly state?: unknown; readonly api?: BotApi };
    const control = state instanceof StateControl ? state : this.#state;
    const attempt = typeof api?.call === "function" ? { ...this.#attempt, api } : this.#attempt;
    const copy = new Scope(attempt, control, this.#handler);
    Object.assign(copy, this);
    const target = copy as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(data)) {
      if (!(name in Scope.prototype)) target[name] = value;
      else if (target[name] !== value) throw nameTaken(name);
    }
    return copy;
  }
}

/** The context with more data; the given one stays as it is. */
export function extendContext<C extends object>(context: C, data: object): C {
  // A plain object is what somebody's unit test calls a filter with.
  if (!(context instanceof Scope)) return { ...context, ...data };
  return context.extend(data) as unknown as C;
}

/** Everything that filters and middlewares have added to a context. */
export function addedData(context: object): object {
  return { ...context };
}

function nameTaken(name: string): HookgramError {
  return new HookgramError(
    "name-taken",
    `"${name}" is a property of the context itself and cannot be replaced; add the data under ` +
      `another name`,
  );
}
