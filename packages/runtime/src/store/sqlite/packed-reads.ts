import type { Outcome } from "../group-commit.ts";
import type { BatchAnswer, PackedAnswers, PlainRead, Read, ReadAnswers } from "./protocol.ts";
import { versionedStateAt } from "./state-columns.ts";
import { toPageRows, toStoredUpdates } from "./update-columns.ts";

/** The reads of a batch as they cross to the thread: those of state records are keys alone. */
export interface SplitReads {
  readonly states: readonly string[];
  readonly reads: readonly PlainRead[];
}

export function splitReads(all: readonly Read[]): SplitReads {
  const states: string[] = [];
  const reads: PlainRead[] = [];
  for (const read of all) {
    if (read.op === "state") states.push(read.key);
    else reads.push(read);
  }
  return { states, reads };
}

/** The outcomes in the order of `all`, from those of the two parts. */
export function joinReads(
  all: readonly Read[],
  { states, reads }: Pick<BatchAnswer, "states" | "reads">,
): readonly Outcome<ReadAnswers[Read["op"]]>[] {
  let [stateAt, readAt] = [0, 0];
  return all.map((read) => {
    if (read.op !== "state") return mapOutcome(reads[readAt++]!, (value) => unpack(read, value));
    const row = stateAt++;
    return mapOutcome(states, (columns) => versionedStateAt(columns, row));
  });
}

type PackedAnswer = PackedAnswers[PlainRead["op"]];

function unpack(read: PlainRead, answer: PackedAnswer): ReadAnswers[PlainRead["op"]] {
  if (read.op === "page") return toPageRows(answer as PackedAnswers["page"]);
  if (read.op === "load") return toStoredUpdates(answer as PackedAnswers["load"]);
  return answer as ReadAnswers[Exclude<PlainRead["op"], "page" | "load">];
}

function mapOutcome<T, U>(outcome: Outcome<T>, map: (value: T) => U): Outcome<U> {
  return "fault" in outcome ? outcome : { value: map(outcome.value) };
}
