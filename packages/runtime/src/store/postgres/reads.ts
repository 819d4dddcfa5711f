import type { Outcome } from "../group-commit.ts";
import { filterValues } from "../repair-operations.ts";
import { claim } from "./claim.ts";
import type { Row } from "./connection.ts";
import { readCounts } from "./counts.ts";
import type { Read, ReadAnswers } from "./operations.ts";
import { readPauses } from "./pauses.ts";
import { answerRepairRead } from "./repairs.ts";
import { toJournalEntry, toParkedUpdate, toStoredUpdate, toVersionedState } from "./rows.ts";
import { readLog } from "./event-log.ts";
import { attempt, type Scope } from "./session.ts";

/** Answers each read on its own, but those of state records, which most handlers need, together. */
export async function answerReads(
  scope: Scope,
  reads: readonly Read[],
): Promise<readonly Outcome<unknown>[]> {
  const keys = reads.flatMap((read) => (read.op === "state" ? [read.key] : []));
  const states = await attempt(scope, () => readStates(scope, keys));
  const outcomes: Outcome<unknown>[] = [];
  for (const read of reads) {
    const isRead = read.op === "state" && "value" in states;
    const state = isRead ? { value: toVersionedState(states.value.get(read.key)) } : undefined;
    outcomes.push(state ?? (await attempt(scope, () => answerRead(scope, read))));
  }
  return outcomes;
}

async function readStates(
  { connection }: Scope,
  keys: readonly string[],
): Promise<ReadonlyMap<unknown, Row>> {
  if (keys.length === 0) return new Map();
  const rows = await connection.run("readStates", [keys]);
  return new Map(rows.map((row) => [row["key"], row]));
}

async function answerRead(scope: Scope, read: Read): Promise<ReadAnswers[Read["op"]]> {
  const { connection, node } = scope;
  switch (read.op) {
    case "claim":
      return claim(scope, read.limit);
    case "load": {
      const { lane, afterSeq, limit } = read;
      return (await connection.run("load", [node, lane, afterSeq, limit])).map(toStoredUpdate);
    }
    case "counts":
      return readCounts(connection);
    case "state":
      return toVersionedState((await readStates(scope, [read.key])).get(read.key));
    case "journal":
      return (await connection.run("journal", [read.seq])).map(toJournalEntry);
    case "pauses":
      return readPauses(scope);
    case "log":
      return readLog(scope, read);
    case "timer": {
      const [row] = await connection.run("timerGeneration", [read.key]);
      return row === undefined ? undefined : Number(row["generation"]);
    }
    case "doubts":
    case "record":
    case "repairs":
    case "running-repairs":
    case "left-out":
      return answerRepairRead(scope, read);
    case "parked": {
      const values = [...filterValues(read), read.beforeSeq, read.limit];
      return (await connection.run("parked", values)).map(toParkedUpdate);
    }
  }
}
