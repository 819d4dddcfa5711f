import { type Clock, type Update, updateKind } from "@hookgram/bot-api";
import { type EventKind, toEmission } from "hookgram";

import type { IncomingUpdate } from "../inbox.ts";
import type { LaneItem } from "../lanes/lane.ts";
import type { LaneMemory } from "../lanes/lane-memory.ts";
import { lifetimeMs } from "../lanes/lifetime.ts";
import type { Accepted, NewUpdate, ParkedReason, Store } from "../store/store.ts";
import { storedText } from "../stored-text.ts";
import type { EmitFromOutside } from "./engine.ts";
import type { LaneOf } from "./lane-of.ts";
import { parseContent } from "./parse-content.ts";
import { toNewUpdate } from "./to-new-update.ts";

export interface AdmissionOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly laneOf: LaneOf;
  readonly memory: LaneMemory;
  /** Whether an attempt at an update of this bot in this lane could run at once. */
  readonly canBegin: (botId: number, lane: string) => boolean;
}

/** An update that can be handled, ready to be stored. */
interface Route {
  readonly lane: string;
  readonly content: Update;
  readonly expiresAtMs: number | undefined;
  readonly key?: string | undefined;
}

/**
 * Brings updates and events into the store and, if there is room, into the memory of their lane.
 *
 * The first attempt at an update that can run at once is counted in the commit that stores it, which
 * saves a second commit for most updates of an engine that keeps up.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  #emitted = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** What cannot be handled is stored as a dead letter. Rejects with what the store rejects with. */
  accept(update: IncomingUpdate): Promise<Accepted> {
    const { parkedBecause } = update;
    if (parkedBecause !== undefined) return this.#park(update, parkedBecause);
    const route = this.#route(update);
    return route === undefined ? this.#park(update, "unparsable") : this.#store(update, route);
  }

  /** See `EmitEvent`. */
  async emit<Input>(
    kind: EventKind<Input, unknown>,
    data: Input,
    { botId, ...options }: EmitFromOutside & { readonly botId: number },
  ): Promise<Accepted> {
    const { clock, laneOf } = this.#options;
    const nowMs = clock.now();
    const emission = await toEmission(kind, data, { ...options, nowMs });
    const tag = `${nowMs}.${(this.#emitted += 1)}`;
    const update = toNewUpdate(emission, { botId, laneOf, nowMs, tag });
    return this.#store(update, { ...update, content: emission.update });
  }

  /** Undefined when the bytes are not an update after all. */
  #route(update: IncomingUpdate): Route | undefined {
    const content = update.content ?? parseOrNothing(update.raw);
    if (content === undefined || update.updateId === undefined) return undefined;
    const ttlMs = lifetimeMs(updateKind(content));
    return {
      content,
      lane: storedText(
        this.#options.laneOf(content, update) ?? `#${update.botId}:${update.updateId}`,
      ),
      expiresAtMs: ttlMs === undefined ? undefined : update.receivedAtMs + ttlMs,
    };
  }

  #park(update: IncomingUpdate, parkedBecause: ParkedReason): Promise<Accepted> {
    const { botId, updateId, raw, receivedAtMs } = update;
    const lane = `#${botId}:${updateId ?? "unreadable"}`;
    const place = { lane, place: "later", begin: false, expiresAtMs: undefined } as const;
    const { store } = this.#options;
    return store.accept({ botId, updateId, raw, receivedAtMs, parkedBecause, ...place });
  }

  async #store(update: IncomingUpdate, route: Route): Promise<Accepted> {
    const { store, memory, canBegin } = this.#options;
    const { botId, updateId, raw, receivedAtMs } = update;
    const { lane, expiresAtMs, key } = route;
    const { place, isFirst } = memory.place(lane);
    const begin = isFirst && canBegin(botId, lane);
    const identity = { botId, updateId, raw, receivedAtMs, expiresAtMs, key };
    const stored: NewUpdate = { ...identity, lane, parkedBecause: undefined, place, begin };
    let accepted: Accepted | undefined;
    try {
      accepted = await store.accept(stored);
      return accepted;
    } finally {
      const item = accepted?.status === "stored" ? toItem(stored, route, accepted) : undefined;
      memory.answered(lane, place, { accepted, item });
    }
  }
}

/** A stored update as its lane has it in memory. */
function toItem(
  stored: NewUpdate,
  { content }: Route,
  { seq, begun }: Extract<Accepted, { status: "stored" }>,
): LaneItem {
  const { botId, updateId, receivedAtMs, expiresAtMs } = stored;
  return {
    seq,
    botId,
    updateId,
    receivedAtMs,
    expiresAtMs,
    content,
    isStored: false,
    attempts: begun ? 1 : 0,
    begun,
    interrupted: 0,
    retryAtMs: undefined,
    journaled: false,
    limits: undefined,
    log: undefined,
  };
}

/** Undefined when the bytes are no JSON object. */
function parseOrNothing(raw: Uint8Array): Update | undefined {
  try {
    const content: unknown = parseContent(raw);
    return typeof content === "object" && content !== null ? (content as Update) : undefined;
  } catch {
    return undefined;
  }
}
