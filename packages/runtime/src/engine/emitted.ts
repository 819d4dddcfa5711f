import type { Clock, Update } from "@hookgram/bot-api";
import type { Emission } from "hookgram";

import type { LaneItem } from "../lanes/lane.ts";
import type { NewUpdate } from "../store/store.ts";

/** Says in which lane an update of the bot's waits; `null`: it needs no order. */
export type LaneOf = (update: Update, identity: UpdateIdentity) => string | null;

export interface UpdateIdentity {
  readonly botId: number;
  /** Own events have none. */
  readonly updateId: number | undefined;
}

/** What tells an event without order from all others, so that it has a lane of its own. */
export interface EventOrigin {
  readonly botId: number;
  readonly laneOf: LaneOf;
  readonly nowMs: number;
  readonly tag: string;
}

/** An event as the store takes it, but for the place that its caller has for it. */
export type EventToStore = Omit<NewUpdate, "place" | "begin" | "parkedBecause">;

/** Makes an event ready for the store. */
export function toNewUpdate(
  { update, key, lane }: Emission,
  { botId, laneOf, nowMs, tag }: EventOrigin,
): EventToStore {
  const identity = { botId, updateId: undefined };
  return {
    ...identity,
    raw: Buffer.from(JSON.stringify(update)),
    receivedAtMs: nowMs,
    lane: lane ?? laneOf(update, identity) ?? `#${botId}:event:${tag}`,
    expiresAtMs: undefined,
    key,
  };
}

/** The events of an attempt, to be stored in its commit. */
export function toEmits(
  emissions: readonly Emission[],
  { botId, seq }: LaneItem,
  { clock, laneOf }: { readonly clock: Clock; readonly laneOf: LaneOf },
): readonly NewUpdate[] {
  const nowMs = clock.now();
  return emissions.map((emission, at) => ({
    ...toNewUpdate(emission, { botId, laneOf, nowMs, tag: `${seq}.${at}` }),
    parkedBecause: undefined,
    place: "aside",
    begin: false,
  }));
}
