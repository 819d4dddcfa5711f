import type { Origin } from "../context/origin.ts";
import type { Invocation } from "../dispatch/invocation.ts";
import { type AnyEventKind, eventKind } from "../event/event-kind.ts";
import { buildEmission } from "../event/event-update.ts";

/**
 * What a state with a `timeoutMs` causes when it was neither left, entered again nor updated for so
 * long: `router.on(stateTimeout, Address.street, async ({ state, reply }) => …)`. The conversation is
 * still in the state; the handler leaves it or asks again. `event.data.state` is the state's full
 * name.
 */
export const stateTimeout = eventKind("state_timeout");

/** What says when a state times out. */
export interface TimeoutRules {
  /** Undefined: never. */
  timeoutOf(state: string): number | undefined;
  readonly event: AnyEventKind;
}

/** The state that was entered, and under which key it is stored. */
export interface EnteredState {
  readonly key: string;
  /** `group:state` */
  readonly label: string;
  readonly afterMs: number | undefined;
  readonly event: AnyEventKind;
}

/** Stages the time-out of a state that is entered; without one, the end of an earlier one. */
export function stageTimeout(
  { timers, now }: Invocation,
  { chat, user, topicId, businessConnectionId, isGuest }: Origin,
  { key, label, afterMs, event }: EnteredState,
): void {
  const timerKey = timeoutKey(key);
  if (afterMs === undefined) return timers.write(timerKey, undefined);
  const setAtMs = now();
  const dueAtMs = setAtMs + afterMs;
  const timer = { key: timerKey, name: label, due_at_ms: dueAtMs, set_at_ms: setAtMs };
  const place = { chat, user, topicId, businessConnectionId, isGuest };
  const emission = buildEmission(event, { state: label }, { ...place, timer, nowMs: dueAtMs });
  timers.write(timerKey, { dueAtMs, emission });
}

/** One state under a key has one time-out; no name of a timer has a line break at its front. */
export function timeoutKey(stateKey: string): string {
  return `${stateKey}|\nstate`;
}
