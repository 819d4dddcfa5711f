import type { Ending } from "../store/store.ts";

/** What an engine counts from its start on; `EngineStats` says what each is. */
export interface Counts {
  handled: number;
  unhandled: number;
  expired: number;
  failedAttempts: number;
  parkedNow: number;
  duplicates: number;
  contentDuplicates: number;
  stateConflicts: number;
  unknownEffects: number;
  repeatedEffects: number;
}

export function newCounts(): Counts {
  return {
    handled: 0,
    unhandled: 0,
    expired: 0,
    failedAttempts: 0,
    parkedNow: 0,
    duplicates: 0,
    contentDuplicates: 0,
    stateConflicts: 0,
    unknownEffects: 0,
    repeatedEffects: 0,
  };
}

/** An ending was committed. */
export function countEnding(counts: Counts, ending: Ending): void {
  if (ending.to === "done") {
    if (ending.duplicateOf !== undefined) counts.contentDuplicates += 1;
    else if (ending.handler === undefined) counts.unhandled += 1;
    else counts.handled += 1;
  } else if (ending.to === "expired") counts.expired += 1;
  else if (ending.to === "parked") counts.parkedNow += 1;
  if (ending.to === "retry" || (ending.to === "parked" && ending.reason === "failed")) {
    counts.failedAttempts += 1;
  }
}
