import { mergeParams } from "../../outbox/merge-params.ts";
import { BULK, FED_MIN, READY } from "../../outbox/send-states.ts";
import {
  type BroadcastEntry,
  type BroadcastRecord,
  type NewBroadcast,
  type OutboxAsk,
  type OutboxAnswers,
  type OutboxTimes,
  type OutboxTurn,
} from "../../outbox/outbox-store.ts";
import type { OutboxStatements, Row } from "./outbox-statements.ts";

/** Puts the next chats of running broadcasts into the outbox, where few of theirs are left. */
export function feedBroadcasts(
  statements: OutboxStatements,
  botId: number,
  { limits, nowMs, steadyMs }: OutboxTurn,
): void {
  const enough = Math.max(FED_MIN, ...limits.bulk.map(({ max }) => max));
  for (const row of statements.get("hungry").all(botId, enough)) {
    const id = Number(row["id"]);
    const chunk = statements.get("firstChunk").get(id);
    if (chunk === undefined) continue;
    const entries = JSON.parse(String(chunk["entries"])) as BroadcastEntry[];
    for (const entry of entries) {
      const [lane, own] = typeof entry === "string" ? [entry, undefined] : entry;
      const template = String(row["params"]);
      const params = own === undefined ? template : mergeParams(template, own);
      const columns = [READY, BULK, Number(row["cost"]), Number(row["parks"]), null, null] as const;
      const due = nowMs;
      const [method, number] = [String(row["method"]), statements.nextNumber()];
      statements.get("insert").run(number, botId, lane, method, params, ...columns, due, id);
      statements.get("wakeLane").run(botId, lane, BULK, steadyMs);
    }
    statements.get("dropChunk").run(id, Number(chunk["chunk"]));
    statements.get("fed").run(id, entries.length);
  }
}

export function createBroadcast(
  statements: OutboxStatements,
  { botId, key, method, params, cost, parks, nowMs }: NewBroadcast,
): OutboxAnswers["createBroadcast"] {
  const known = key === undefined ? undefined : statements.get("broadcastByKey").get(botId, key);
  const made = [method, params, cost, parks ? 1 : 0, nowMs] as const;
  if (known !== undefined) {
    const id = Number(known["id"]);
    if (known["state"] !== "collecting") return { status: "known", id };
    statements.get("dropChunks").run(id);
    statements.get("replaceBroadcast").run(id, ...made);
    return { status: "new", id };
  }
  const id = statements.nextNumber();
  statements.get("insertBroadcast").run(id, botId, key ?? null, ...made);
  return { status: "new", id };
}

export function addChats(
  statements: OutboxStatements,
  { id, chunk, entries }: Extract<OutboxAsk, { do: "addChats" }>,
): undefined {
  const stored = statements.get("insertChunk").run(id, chunk, JSON.stringify(entries));
  // The same chunk again: the answer to the first try was lost.
  if (stored.changes === 1) statements.get("countChats").run(id, entries.length);
  return undefined;
}

export function setBroadcast(
  statements: OutboxStatements,
  { id, state, times }: Extract<OutboxAsk, { do: "setBroadcast" }>,
): BroadcastRecord | undefined {
  const row = statements.get("broadcast").get(id);
  const before = row?.["state"];
  if (before === undefined || before === "done" || before === "cancelled") return undefined;
  if (before === "collecting" && state === "paused") return undefined;
  const nowMs = times.nowMs;
  statements.get("setBroadcast").run(id, state, state === "cancelled" ? nowMs : null);
  if (state === "running") unhold(statements, id, times);
  else dismiss(statements, id, state);
  // One without any chats is done as soon as it begins.
  if (state === "running") statements.get("endBroadcast").run(id, nowMs);
  return toBroadcast(statements.get("broadcast").get(id)!);
}

function unhold(statements: OutboxStatements, id: number, times: OutboxTimes): void {
  for (const row of statements.get("unhold").all(id)) {
    const [botId, lane] = [Number(row["bot_id"]), String(row["lane"])];
    const priority = Number(row["priority"]);
    statements.get("wakeLane").run(botId, lane, priority, times.steadyMs);
  }
}

function dismiss(statements: OutboxStatements, id: number, state: "paused" | "cancelled"): void {
  const rows = statements.get(state === "paused" ? "hold" : "dropSends").all(id);
  if (state === "cancelled") statements.get("dropChunks").run(id);
  for (const row of rows)
    statements.get("setPriority").run(Number(row["bot_id"]), String(row["lane"]));
}

export function toBroadcast(row: Row): BroadcastRecord {
  const { key, ended_at_ms: ended } = row;
  return {
    id: Number(row["id"]),
    botId: Number(row["bot_id"]),
    key: typeof key === "string" ? key : undefined,
    method: String(row["method"]),
    state: row["state"] as BroadcastRecord["state"],
    total: Number(row["total"]),
    sent: Number(row["sent"]),
    failed: Number(row["failed"]),
    failures: JSON.parse(String(row["failures"])) as BroadcastRecord["failures"],
    createdAtMs: Number(row["created_at_ms"]),
    endedAtMs: typeof ended === "number" ? ended : undefined,
  };
}
