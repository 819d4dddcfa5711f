import type { Update } from "@hookgram/bot-api";
import { anyKindOf, type EventBody, type StagedTimer } from "hookgram";

import type { LaneItem } from "../lanes/lane.ts";
import type { TimerRef, TimerWrite } from "../store/timer-store.ts";
import { storedText } from "../stored-text.ts";
import type { LaneOf } from "./lane-of.ts";

/** The timer as whose update this one was stored; undefined for all others. */
export function timerOf({ updateId }: LaneItem, update: Update): TimerRef | undefined {
  if (updateId !== undefined) return undefined;
  const { key, generation } = bodyOf(update)?.timer ?? {};
  if (key === undefined || generation === undefined) return undefined;
  return { key: storedText(key), generation };
}

/** The timers that an attempt has set and cancelled, as its commit stores them. */
export function toTimerWrites(
  timers: ReadonlyMap<string, StagedTimer | undefined>,
  { botId, seq }: LaneItem,
  laneOf: LaneOf,
): readonly TimerWrite[] {
  return [...timers].map(([key, staged]) => {
    if (staged === undefined) return { key, timer: undefined };
    const { update, lane } = staged.emission;
    const raw = Buffer.from(JSON.stringify(withGeneration(update, seq)));
    const place = lane ?? laneOf(update, { botId, updateId: undefined });
    const stored = storedText(place ?? `#${botId}:timer:${key}`);
    return { key, timer: { botId, raw, dueAtMs: staged.dueAtMs, lane: stored } };
  });
}

function withGeneration(update: Update, generation: number): object {
  const body = bodyOf(update);
  const timer = { ...body?.timer, generation };
  return { ...update, [anyKindOf(update) ?? ""]: { ...body, timer } };
}

function bodyOf(update: Update): EventBody | undefined {
  const kind = anyKindOf(update);
  return (update as { readonly [field: string]: unknown })[kind ?? ""] as EventBody | undefined;
}
