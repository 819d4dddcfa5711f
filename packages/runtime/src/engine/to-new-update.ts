import type { Clock } from "@hookgram/bot-api";
import type { Emission } from "hookgram";

import type { LaneItem } from "../lanes/lane.ts";
import type { NewUpdate } from "../store/store.ts";
import { storedText } from "../stored-text.ts";
import type { LaneOf } from "./lane-of.ts";

/** Who emits an event, and when. */
export interface EventOrigin {
  readonly botId: number;
  readonly laneOf: LaneOf;
  readonly nowMs: number;
  /** Different for each event, so that one which needs no order gets a lane of its own. */
  readonly tag: string;
}

/** An event as the store takes it, except for what depends on where its lane is. */
export type EventToStore = Omit<NewUpdate, "place" | "begin" | "parkedBecause">;

/** An event, ready for the store. */
export function toNewUpdate(
  { update, key, lane }: Emission,
  { botId, laneOf, nowMs, tag }: EventOrigin,
): EventToStore {
  const identity = { botId, updateId: undefined };
  return {
    ...identity,
    raw: Buffer.from(JSON.stringify(update)),
    receivedAtMs: nowMs,
    lane: storedText(lane ?? laneOf(update, identity) ?? `#${botId}:event:${tag}`),
    expiresAtMs: undefined,
    key: key === undefined ? undefined : storedText(key),
  };
}

/** The events that an attempt has emitted, to be stored in its commit. */
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
