import type { Accepted, Ending } from "./store.ts";
import type { TimerWrite } from "./timer-store.ts";

export interface TimerRead {
  readonly op: "timer";
  readonly key: string;
}

export interface TimerReadAnswers {
  timer: number | undefined;
}

export interface FireWrite {
  readonly op: "fire";
  readonly nowMs: number;
  readonly limit: number;
}

/** Timers that have become updates. */
export interface Fired {
  readonly events: readonly FiredEvent[];
  /** When the next one is due; undefined: there is none. */
  readonly nextDueMs: number | undefined;
}

export interface FiredEvent {
  readonly lane: string;
  readonly accepted: Accepted;
}

export interface TimerWriteAnswers {
  fire: Fired;
}

/** The timers that an ending sets and cancels. */
export function timersOf(ending: Ending): readonly TimerWrite[] {
  return ending.to === "done" ? (ending.timers ?? []) : [];
}

/** When the first of the timers is due that an ending sets; undefined when it sets none. */
export function earliestDueMs(ending: Ending): number | undefined {
  const times = timersOf(ending).flatMap(({ timer }) => timer?.dueAtMs ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}
