import { failpoint } from "../../failpoint.ts";
import type { AttemptRef, Settlement } from "../store.ts";
import { applyPause } from "./pauses.ts";
import { applyRepair } from "./repairs.ts";
import { writeLog } from "./event-log.ts";
import { storeEvents } from "./events.ts";
import type { SettleAnswer, Write, WriteAnswers } from "./protocol.ts";
import { answerOutbox, writeOutbox } from "./outbox/outbox-asks.ts";
import { LIVE } from "./schema.ts";
import { findStates, writeState } from "./states.ts";
import type { Statements } from "./statements.ts";
import { sweep } from "./sweep.ts";
import { fire, isTimerCurrent, writeTimers } from "./timers.ts";

/** Carries out one write inside the transaction of its batch. */
export function applyWrite(statements: Statements, write: Write): WriteAnswers[Write["op"]] {
  switch (write.op) {
    case "begin":
      return begin(statements, write) ? "applied" : "fenced";
    case "settle":
      return settle(statements, write);
    case "record":
      return record(statements, write);
    case "aside":
      for (const seq of write.seqs) statements.get("setAside").run(seq);
      return undefined;
    case "pause":
    case "resume":
      return applyPause(statements, write);
    case "replay":
    case "discard":
    case "plan-repair":
    case "turn-repair":
    case "step-repair":
      return applyRepair(statements, write);
    case "fire":
      return fire(statements, write);
    case "sweep":
      return sweep(statements, write);
    case "outbox":
      return answerOutbox(statements.outbox, write.ask);
  }
}

/** Also true for an attempt that is counted already: the answer to the first try was lost. */
function begin(statements: Statements, { seq, attempt }: AttemptRef): boolean {
  return statements.get("begin").run(seq, attempt).changes === 1;
}

/** Ends an attempt, all of it or nothing. */
export function settle(statements: Statements, settlement: Settlement): SettleAnswer {
  const { ending, next } = settlement;
  const writes = ending.to === "done" ? ending.writes : [];
  const found = findStates(statements, writes);
  if (found === "conflict" || !isTimerCurrent(statements, ending))
    return isNewest(statements, settlement) ? "conflict" : standing(statements, settlement);
  if (!end(statements, settlement)) return standing(statements, settlement);
  failpoint("update.settled");
  writes.forEach((write, at) => {
    writeState(statements, write, { version: settlement.seq, found: found[at] });
  });
  const outbox = ending.to === "done" ? ending.outbox : undefined;
  if (outbox !== undefined) writeOutbox(statements.outbox, outbox.writes, outbox.times);
  writeTimers(statements, ending, settlement.seq);
  if (settlement.log !== undefined) writeLog(statements, settlement.log, settlement);
  if (next !== undefined) begin(statements, next);
  const emits = ending.to === "done" ? ending.emits : undefined;
  return emits === undefined ? "applied" : { emitted: storeEvents(statements, emits) };
}

function end(statements: Statements, { seq, attempt, ending, atMs }: Settlement): boolean {
  switch (ending.to) {
    case "done":
      return changed(statements.get("done").run(seq, attempt, atMs, ending.handler ?? null));
    case "retry":
      return changed(statements.get("retry").run(seq, attempt, ending.error, ending.retryAtMs));
    case "taken-back":
      return changed(statements.get("takeBack").run(seq, attempt));
    case "parked":
      return changed(statements.get("park").run(seq, attempt, atMs, ending.reason, ending.error));
    case "expired":
      return changed(statements.get("expire").run(seq, attempt, atMs));
  }
}

function changed(result: { readonly changes: number | bigint }): boolean {
  return result.changes === 1;
}

function isNewest(statements: Statements, { seq, attempt }: AttemptRef): boolean {
  const row = statements.get("standing").get(seq);
  return row?.["status"] === LIVE && row["attempts"] === attempt;
}

/**
 * Nothing was changed: either the same settlement is committed already and its answer was lost, or
 * somebody else's attempt is the newest.
 */
function standing(
  statements: Statements,
  { seq, attempt, ending }: Settlement,
): "known" | "fenced" {
  const row = statements.get("standing").get(seq);
  const isLive = row?.["status"] === LIVE;
  const isSame =
    ending.to === "taken-back"
      ? isLive && row?.["attempts"] === attempt - 1
      : row !== undefined && !isLive && row["attempts"] === attempt;
  return isSame ? "known" : "fenced";
}

function record(
  statements: Statements,
  { seq, attempt, entry }: Extract<Write, { op: "record" }>,
): "applied" | "fenced" {
  const { key, kind, value, atMs } = entry;
  const result = statements.get("record").run(seq, key, attempt, kind, value ?? null, atMs);
  return changed(result) ? "applied" : "fenced";
}
