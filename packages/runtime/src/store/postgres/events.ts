import type { Accepted, NewUpdate, Settled, Settlement } from "../store.ts";
import type { PostedFault } from "../store-fault.ts";
import { acceptAll } from "./accept.ts";
import type { SettledWithEvents } from "./operations.ts";
import type { Scope } from "./session.ts";

/** An ending that was applied just now, and the events that are to be stored with it. */
export interface AppliedWithEvents {
  readonly emits: readonly NewUpdate[];
}

/**
 * Stores the events of endings, then new updates. All of them together, because a transaction may
 * take lanes only once: nodes that take them in several steps would wait for each other.
 */
export async function acceptWithEvents(
  scope: Scope,
  answers: readonly unknown[],
  updates: readonly NewUpdate[],
): Promise<{ readonly writes: readonly unknown[]; readonly accepted: Accepted[] }> {
  const events = answers.flatMap((answer) => (hasEvents(answer) ? answer.emits : []));
  const stored = await acceptAll(scope, [...events, ...updates]);
  let at = 0;
  const take = ({ emits }: AppliedWithEvents): SettledWithEvents => ({
    emitted: stored.slice(at, (at += emits.length)),
  });
  const writes = answers.map((answer) => (hasEvents(answer) ? take(answer) : answer));
  return { writes, accepted: stored.slice(at) };
}

/** What a settlement answers with while its events are still to be stored. */
export type Applied = Settled | "known" | AppliedWithEvents;

/** The events that a settlement stores. */
export function emitsOf({ ending }: Settlement): readonly NewUpdate[] {
  return ending.to === "done" ? (ending.emits ?? []) : [];
}

type Stored = Extract<Accepted, { status: "stored" }>;

export function isStored(accepted: Accepted | PostedFault | undefined): accepted is Stored {
  return accepted !== undefined && "status" in accepted && accepted.status === "stored";
}

/** The caller has the update from now on, in hand or set aside. */
export function isInHand(accepted: Accepted | PostedFault | undefined): boolean {
  return isStored(accepted) && accepted.place !== "later";
}

function hasEvents(answer: unknown): answer is AppliedWithEvents {
  return typeof answer === "object" && answer !== null && "emits" in answer;
}
