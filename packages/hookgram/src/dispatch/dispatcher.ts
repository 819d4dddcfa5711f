import { type BotApi, wrapBotApi } from "@hookgram/bot-api";
import { type AlbumGatherer, albumPartOf, toOrdinaryUpdate } from "../album/album-gatherer.ts";
import { ALBUM_KIND, type AlbumBody, toAlbum } from "../album/incoming-album.ts";
import { originOf } from "../context/origin.ts";
import { type Attempt, Scope } from "../context/scope.ts";
import { conversationsOf } from "../conversation/conversations-of.ts";
import type { FiredTimer, OwnEvent } from "../event/event-context.ts";
import {
  type AnyEventKind,
  type AnyKind,
  type EventField,
  isEventField,
} from "../event/event-kind.ts";
import { anyKindOf, type EventBody, eventBody, fromEventData } from "../event/event-update.ts";
import { eventKinds } from "../router/event-kinds.ts";
import type { RouterNode } from "../router/router-node.ts";
import { stateGroups } from "../router/state-groups.ts";
import { Scenes } from "../scene/scenes.ts";
import { StoredStates } from "../state/stored-states.ts";
import { StateControl } from "../state/state-control.ts";
import type { StateGroupInfo } from "../state/states.ts";
import type { StateStrategy } from "../state/strategy.ts";
import { handleFailure } from "./failure.ts";
import type { DispatchOutcome, Invocation } from "./invocation.ts";
import { isPromise } from "./is-promise.ts";
import { type Group, planFor } from "./plan.ts";
import type { WalkResult } from "./results.ts";
import type { UnknownUpdates } from "./unknown-update.ts";
import { Walk } from "./walk.ts";

/** What a dispatcher needs besides the tree. */
export interface DispatcherOptions {
  readonly unknown: UnknownUpdates;
  readonly albums: AlbumGatherer;
}

/** Sends updates through a finished tree. What it works out about the tree, it works out once. */
export class Dispatcher {
  readonly #root: RouterNode;
  readonly #groups: readonly StateGroupInfo[];
  readonly #scenes: Scenes;
  /** The strategies whose keys may have a state with a time-out. */
  readonly #timed: ReadonlySet<StateStrategy>;
  readonly #unknown: UnknownUpdates;
  readonly #albums: AlbumGatherer;
  /** Without a handler for albums, their parts are messages like others. */
  readonly #hasAlbums: boolean;
  readonly #events: ReadonlyMap<AnyKind, AnyEventKind>;
  readonly #plans = new Map<AnyKind, Group>();
  #revision: number;

  /** Closes the tree. @throws HookgramError when the tree contradicts itself. */
  constructor(root: RouterNode, { unknown, albums }: DispatcherOptions) {
    this.#groups = stateGroups(root);
    this.#scenes = new Scenes(root, this.#groups);
    this.#events = eventKinds(root);
    conversationsOf(root);
    this.#albums = albums;
    this.#hasAlbums = this.#events.has(ALBUM_KIND.kind);
    this.#timed = new Set(this.#groups.filter(({ hasTimeouts }) => hasTimeouts).map(strategyOf));
    this.#root = root;
    this.#unknown = unknown;
    this.#revision = root.revision;
    root.close();
  }

  handle(invocation: Invocation): Promise<DispatchOutcome> {
    const kind = anyKindOf(invocation.update);
    if (kind === undefined)
      return this.#unknown.handle(invocation, this.withOutgoing(invocation.api));
    if (kind === ALBUM_KIND.kind) return this.#album(invocation);
    return this.#hasAlbums ? this.#gather(kind, invocation) : this.#walk(kind, invocation);
  }

  async #walk(kind: AnyKind, invocation: Invocation): Promise<DispatchOutcome> {
    const found = this.#payload(kind, invocation);
    const payload = isPromise(found) ? await found : found;
    const walk = new Walk();
    try {
      const api = this.withOutgoing(invocation.api);
      const scope = this.#scope(kind, { invocation, payload, api, blame: walk.blame });
      return toOutcome(await walk.run(this.#plan(kind), scope));
    } catch (error) {
      const failure = walk.failureOf(error);
      if (failure === undefined) throw error;
      return handleFailure(failure);
    }
  }

  /** Has the part of an album wait for the others; all else goes on as what it is. */
  async #gather(kind: AnyKind, invocation: Invocation): Promise<DispatchOutcome> {
    const part = albumPartOf(kind, invocation.update);
    if (part === undefined) return this.#walk(kind, invocation);
    const gathered = await this.#albums.gather(part, invocation);
    if (gathered.status === "not-waiting") return this.#walk(kind, invocation);
    const { path } = this.#root;
    return { status: "handled", handler: `${path}/album (${gathered.count} parts so far)` };
  }

  /** An album that nobody wants is handed on as its parts, each an update of its own. */
  async #album(invocation: Invocation): Promise<DispatchOutcome> {
    const body = albumBody(invocation);
    await this.#albums.handedOver(body, invocation);
    const outcome = await this.#walk(ALBUM_KIND.kind, invocation);
    if (outcome.status !== "unhandled") return outcome;
    for (const part of body.parts) {
      const update = toOrdinaryUpdate(body.kind, part);
      invocation.emit({ update, key: undefined, lane: undefined });
    }
    return outcome;
  }

  /** The client with the bot's outgoing middlewares around it, the first one outermost. */
  withOutgoing(api: BotApi): BotApi {
    return this.#root.outgoing.reduceRight((inner, around) => wrapBotApi(inner, around), api);
  }

  #plan(kind: AnyKind): Group {
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

  #payload(kind: AnyKind, invocation: Invocation): unknown {
    if (!isEventField(kind)) return invocation.update[kind];
    return kind === ALBUM_KIND.kind
      ? toAlbum(albumBody(invocation))
      : this.#event(kind, invocation);
  }

  /** @throws HookgramError `bad-event-data` when the data does not fit the kind any more. */
  async #event(kind: EventField, { update, now }: Invocation): Promise<OwnEvent<unknown>> {
    const declared = this.#events.get(kind);
    const body = eventBody(update, kind);
    const { data, emitted_at_ms: emittedAtMs, key } = body;
    const name = kind.slice("event:".length);
    const read = declared === undefined ? data : await fromEventData(declared, data);
    return { name, data: read, emittedAtMs, key, timer: toFiredTimer(body, now()) };
  }

  /** The context of an earlier update, for an attempt at a later one. */
  readonly #reopen: Attempt["reopen"] = async (made) => {
    const kind = anyKindOf(made.invocation.update)!;
    const payload = await this.#payload(kind, made.invocation);
    return this.#scope(kind, { ...made, payload });
  };

  #scope(kind: AnyKind, made: Pick<Attempt, "invocation" | "payload" | "api" | "blame">): Scope {
    const { invocation } = made;
    const origin = originOf(kind, invocation.update);
    const attempt: Attempt = { ...made, kind, origin, reopen: this.#reopen };
    const conversation = new StoredStates(invocation, origin, this.#timed);
    return new Scope(attempt, new StateControl(conversation, this.#groups, this.#scenes));
  }
}

function albumBody({ update }: Invocation): AlbumBody {
  return eventBody(update, ALBUM_KIND.kind).data as unknown as AlbumBody;
}

function strategyOf({ strategy }: StateGroupInfo): StateStrategy {
  return strategy;
}

function toFiredTimer({ timer }: EventBody, nowMs: number): FiredTimer | undefined {
  if (timer === undefined) return undefined;
  const { name, due_at_ms: dueAtMs, set_at_ms: setAtMs } = timer;
  return { name, dueAtMs, setAtMs, lateMs: Math.max(0, nowMs - dueAtMs) };
}

function toOutcome(result: WalkResult): DispatchOutcome {
  if (result.status === "handled") return { status: "handled", handler: result.handler };
  if (result.status === "drop") return { status: "dropped", middleware: result.middleware };
  return { status: "unhandled" };
}
