import { filterValues } from "../repair-operations.ts";
import { claim } from "./claim.ts";
import type { Read, ReadAnswers } from "./operations.ts";
import { readPauses } from "./pauses.ts";
import { answerRepairRead } from "./repairs.ts";
import { toJournalEntry, toParkedUpdate, toStoredUpdate, toVersionedState } from "./rows.ts";
import { readLog } from "./event-log.ts";
import type { Scope } from "./session.ts";

/** Answers one read. */
export async function answerRead(scope: Scope, read: Read): Promise<ReadAnswers[Read["op"]]> {
  const { connection, node } = scope;
  switch (read.op) {
    case "claim":
      return claim(scope, read.limit);
    case "load": {
      const { lane, afterSeq, limit } = read;
      return (await connection.run("load", [node, lane, afterSeq, limit])).map(toStoredUpdate);
    }
    case "state":
      return toVersionedState((await connection.run("readState", [read.key]))[0]);
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
