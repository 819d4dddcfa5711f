import {
  HELD,
  PARKED,
  READY,
  SCHEDULED,
  FAILED,
  SENDING,
  SENT,
  LONGEST_WINDOW_MS,
  MAY_DECIDE,
} from "../../outbox/send-states.ts";
import {
  COUNT_MAX,
  type NewSend,
  type OutboxAnswers,
  type OutboxAsk,
  type OutboxCounts,
  type OutboxSweep,
  type OutboxTimes,
  type OutboxWrite,
  type OutboxWritten,
  SEND_STATES,
  type SendDecision,
  type SendFailure,
  type SendQuery,
  type SendRecord,
} from "../../outbox/outbox-store.ts";
import { addChats, createBroadcast, setBroadcast, toBroadcast } from "./outbox-broadcasts.ts";
import { recover } from "./outbox-results.ts";
import type { OutboxStatements, Row } from "./outbox-statements.ts";
import { takeTurn } from "./outbox-turn.ts";

/** Carries out one thing inside the transaction of its batch. */
export function answerOutbox(
  statements: OutboxStatements,
  ask: OutboxAsk,
): OutboxAnswers[OutboxAsk["do"]] {
  switch (ask.do) {
    case "write":
      return writeOutbox(statements, ask.writes, ask.times);
    case "turn":
      return takeTurn(statements, ask.turn);
    case "recover":
      return recover(statements, ask.recovery);
    case "list":
      return list(statements, ask.query);
    case "decide":
      return decide(statements, ask);
    case "counts":
      return countAll(statements, ask.botIds, ask.times);
    case "sweep":
      return sweepOutbox(statements, ask.sweep);
    case "createBroadcast":
      return createBroadcast(statements, ask.broadcast);
    case "addChats":
      return addChats(statements, ask);
    case "setBroadcast":
      return setBroadcast(statements, ask);
    case "broadcasts": {
      const before = ask.id ?? Number.MAX_SAFE_INTEGER;
      const rows =
        ask.id === undefined
          ? statements.get("broadcasts").all(before, ask.limit)
          : statements.get("broadcast").all(before);
      return rows.map(toBroadcast);
    }
  }
}

/** Enqueues and cancels, in this order. Also part of the transaction that ends an update. */
export function writeOutbox(
  statements: OutboxStatements,
  writes: readonly OutboxWrite[],
  times: OutboxTimes,
): readonly OutboxWritten[] {
  return writes.map((write) =>
    write.to === "send"
      ? enqueue(statements, write.send, times)
      : cancel(statements, write.botId, write.key),
  );
}

function enqueue(
  statements: OutboxStatements,
  send: NewSend,
  { nowMs, steadyMs }: OutboxTimes,
): OutboxWritten {
  const { botId, lane, method, params, cost, priority, atMs, key, parks } = send;
  const id = statements.nextNumber();
  const state = atMs === undefined ? READY : SCHEDULED;
  const columns = [state, priority, cost, parks ? 1 : 0, key ?? null, atMs ?? null] as const;
  const inserted = statements
    .get("insert")
    .run(id, botId, lane, method, params, ...columns, atMs ?? nowMs, null);
  if (inserted.changes === 0) {
    const known = statements.get("byKey").get(botId, key ?? null);
    return { status: "duplicate", id: Number(known?.["id"]) };
  }
  if (atMs === undefined) statements.get("wakeLane").run(botId, lane, priority, steadyMs);
  return { status: "enqueued", id };
}

function cancel(statements: OutboxStatements, botId: number, key: string): OutboxWritten {
  const row = statements.get("byKey").get(botId, key);
  if (row === undefined) return { status: "unknown" };
  const isWaiting = [READY, SCHEDULED, HELD, PARKED].includes(Number(row["state"]));
  if (!isWaiting) return { status: "too-late" };
  statements.get("remove").run(Number(row["id"]));
  statements.get("setPriority").run(botId, String(row["lane"]));
  return { status: "cancelled" };
}

function list(statements: OutboxStatements, query: SendQuery): readonly SendRecord[] {
  return statements.get(`list_${query.state}`).all(query.beforeId, query.limit).map(toRecord);
}

function decide(
  statements: OutboxStatements,
  ask: { readonly id: number; readonly decision: SendDecision; readonly times: OutboxTimes },
): OutboxAnswers["decide"] {
  const { id, decision, times } = ask;
  const row = statements.get("byId").get(id);
  const state = Number(row?.["state"]);
  if (row === undefined) return "unknown";
  if (state === SENDING) return "in-flight";
  if (!MAY_DECIDE[decision].includes(state)) return "unknown";
  const nowMs = times.nowMs;
  const [botId, lane] = [Number(row["bot_id"]), String(row["lane"])];
  if (decision !== "again") {
    const [to, reason] = decision === "sent" ? [SENT, null] : [FAILED, "dropped"];
    statements.get("change").run(id, to, null, reason, null, 0, 0, nowMs, nowMs);
  } else {
    statements.get("revive").run(id, statements.nextNumber(), nowMs);
    const priority = Number(row["priority"]);
    statements.get("wakeLane").run(botId, lane, priority, times.steadyMs);
  }
  statements.get("setPriority").run(botId, lane);
  countDecision(statements, row, decision, nowMs);
  return "decided";
}

function countDecision(
  statements: OutboxStatements,
  row: Row,
  decision: SendDecision,
  nowMs: number,
): void {
  const broadcastId = row["broadcast_id"];
  if (typeof broadcastId !== "number" || decision === "again") return;
  if (decision === "sent") statements.get("countSent").run(broadcastId);
  else statements.get("countFailed").run(broadcastId, "dropped");
  statements.get("endBroadcast").run(broadcastId, nowMs);
}

function countAll(
  statements: OutboxStatements,
  botIds: readonly number[],
  { steadyMs }: OutboxTimes,
): OutboxCounts {
  const count = (state: "ready" | "scheduled" | "sending" | "parked" | "failed" | "doubtful") =>
    Number(statements.get(`count_${state}`).get(COUNT_MAX)?.["count"]);
  const oldest = statements.get("oldest").get()?.["due_ms"];
  return {
    ready: count("ready"),
    scheduled: count("scheduled"),
    sending: count("sending"),
    parked: count("parked"),
    failed: count("failed"),
    doubtful: count("doubtful"),
    oldestDueMs: typeof oldest === "number" ? oldest : undefined,
    blocks: blocksOf(statements, botIds, steadyMs),
  };
}

function blocksOf(
  statements: OutboxStatements,
  botIds: readonly number[],
  steadyMs: number,
): OutboxCounts["blocks"] {
  const bots = botIds.map((botId) => ({ botId, row: statements.get("bot").get(botId) }));
  const ofBots = bots
    .map(({ botId, row }) => ({
      botId,
      lane: undefined,
      leftMs: Number(row?.["blocked_ms"] ?? 0) - steadyMs,
    }))
    .filter(({ leftMs }) => leftMs > 0);
  const ofLanes = statements
    .get("blockedLanes")
    .all(steadyMs)
    .map((row) => ({
      botId: Number(row["bot_id"]),
      lane: String(row["lane"]),
      leftMs: Number(row["blocked_ms"]) - steadyMs,
    }));
  return [...ofBots, ...ofLanes].toSorted((a, b) => b.leftMs - a.leftMs).slice(0, 100);
}

function sweepOutbox(
  statements: OutboxStatements,
  { endedBeforeMs, steadyMs, limit }: OutboxSweep,
): number {
  const idleBeforeMs = steadyMs - LONGEST_WINDOW_MS;
  const before = endedBeforeMs;
  return (
    Number(statements.get("sweepSends").run(before, limit).changes) +
    Number(statements.get("sweepBroadcasts").run(before, limit).changes) +
    Number(statements.get("sweepLanes").run(idleBeforeMs, limit).changes)
  );
}

function toRecord(row: Row): SendRecord {
  const number = (name: string): number | undefined =>
    typeof row[name] === "number" ? row[name] : undefined;
  const text = (name: string): string | undefined =>
    typeof row[name] === "string" ? row[name] : undefined;
  return {
    id: Number(row["id"]),
    botId: Number(row["bot_id"]),
    state: SEND_STATES[Number(row["state"])]!,
    lane: String(row["lane"]),
    method: String(row["method"]),
    params: text("params"),
    priority: Number(row["priority"]),
    atMs: number("at_ms"),
    key: text("key"),
    attempts: Number(row["attempts"]),
    doubts: Number(row["doubts"]),
    broadcastId: number("broadcast_id"),
    endedAtMs: number("ended_at_ms"),
    messageId: number("message_id"),
    reason: text("reason") as SendFailure | undefined,
    error: text("error"),
  };
}
