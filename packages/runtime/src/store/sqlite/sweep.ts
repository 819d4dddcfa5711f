import { failpoint } from "../../failpoint.ts";
import type { Retention } from "../store.ts";
import { sweepRepairs } from "./repairs.ts";
import { DONE } from "./schema.ts";
import type { Statements } from "./statements.ts";

/**
 * One batch of retention: looks at the next rows in order of arrival, so that the cost does not
 * depend on how many there are, and starts over when it meets rows that are too young.
 */
export function sweep(statements: Statements, retention: Retention): number {
  return (
    sweepTable(statements, "payloads", retention) +
    sweepTable(statements, "updates", retention) +
    sweepStates(statements, retention) +
    forgetEventKeys(statements, retention) +
    forgetLog(statements, retention) +
    sweepRepairs(statements, retention)
  );
}

function sweepTable(
  statements: Statements,
  table: "payloads" | "updates",
  retention: Retention,
): number {
  const isPayload = table === "payloads";
  const beforeMs = isPayload ? retention.payloadBeforeMs : retention.settledBeforeMs;
  const rows = statements
    .get(isPayload ? "payloadsAfter" : "updatesAfter")
    .all(statements.sweptTo[table], retention.limit);
  // Nothing that arrived after a young row can have been settled before it arrived.
  const young = rows.findIndex((row) => Number(row["received_at_ms"]) >= beforeMs);
  const old = young === -1 ? rows : rows.slice(0, young);
  const isEnd = old.length < retention.limit;
  statements.sweptTo[table] = isEnd ? 0 : Number(old.at(-1)!["seq"]);
  let removed = 0;
  for (const row of old) {
    const seq = Number(row["seq"]);
    if (Number(row["status"]) < DONE || Number(row["settled_at_ms"]) >= beforeMs) continue;
    remove(statements, seq, isPayload);
    removed += 1;
  }
  return removed;
}

function remove(statements: Statements, seq: number, onlyPayload: boolean): void {
  statements.get("deletePayload").run(seq);
  failpoint("retention.deleted");
  statements.get("deleteJournal").run(seq);
  if (!onlyPayload) statements.get("deleteUpdate").run(seq);
}

function forgetLog(statements: Statements, { loggedBeforeMs, limit }: Retention): number {
  if (loggedBeforeMs === undefined) return 0;
  return Number(statements.get("forgetLog").run(loggedBeforeMs, limit).changes);
}

function forgetEventKeys(statements: Statements, { settledBeforeMs, limit }: Retention): number {
  return Number(statements.get("forgetEventKeys").run(settledBeforeMs, limit).changes);
}

function sweepStates(statements: Statements, { expiredBeforeMs, limit }: Retention): number {
  const removed = Number(statements.get("deleteStates").run(expiredBeforeMs, limit).changes);
  if (removed > 0) statements.statePlaces.clear();
  return removed;
}
