import {
  changeFor,
  changeForLost,
  type SendChange,
  type Standing,
} from "../../outbox/send-change.ts";
import type {
  BroadcastState,
  OutboxTimes,
  Recovery,
  SendResult,
} from "../../outbox/outbox-store.ts";
import { DIED, PARKED } from "../../outbox/send-states.ts";
import type { OutboxStatements, Row } from "./outbox-statements.ts";

/** Ends a claim; false when there is nothing to end. */
export function applyResult(
  statements: OutboxStatements,
  result: SendResult,
  times: OutboxTimes,
): boolean {
  const row = statements.get("standing").get(result.id);
  if (row === undefined) return false;
  const change = changeFor(toStanding(row), result, times);
  if (change === undefined) return false;
  applyChange(statements, change, times);
  return true;
}

/** Takes back every claim that nobody in this process carries out. */
export function recover(
  statements: OutboxStatements,
  { inFlight, isStart, ...times }: Recovery,
): { readonly found: number; readonly steadyMs: number } {
  const known = new Set(inFlight);
  const lost = statements
    .get("sending")
    .all()
    .filter((row) => !known.has(Number(row["id"])));
  for (const row of lost) {
    const change = changeForLost(toStanding(row), isStart, row["parks"] === 1);
    const error = change.state === PARKED ? DIED : undefined;
    applyChange(statements, { ...change, error }, times);
  }
  const stored = Number(statements.get("clock").get()?.["steady_ms"]);
  return { found: lost.length, steadyMs: Math.max(stored, times.steadyMs) };
}

function applyChange(statements: OutboxStatements, change: SendChange, times: OutboxTimes): void {
  const { botId, lane } = change.standing;
  applyToSend(statements, change, times.nowMs);
  const { frees, readyMs, blockedMs, botBlockedMs, movesTo } = change;
  statements.get("endOnLane").run(botId, lane, frees ? 0 : null, readyMs, blockedMs);
  if (botBlockedMs > 0) statements.get("blockBot").run(botId, botBlockedMs);
  if (movesTo !== undefined) move(statements, change, times);
  statements.get("setPriority").run(botId, lane);
  countEnd(statements, change, times.nowMs);
}

function applyToSend(statements: OutboxStatements, change: SendChange, nowMs: number): void {
  const { standing, removes, state, messageId, reason, error, doubts, failures } = change;
  if (removes) {
    statements.get("remove").run(standing.id);
    return;
  }
  const endedAtMs = change.counts === undefined ? null : nowMs;
  const words = [messageId ?? null, reason ?? null, error ?? null] as const;
  statements.get("change").run(standing.id, state, ...words, doubts, failures, endedAtMs, nowMs);
}

/** What waits for the lane goes to another one; what falls due later is told by Telegram again. */
function move(statements: OutboxStatements, change: SendChange, times: OutboxTimes): void {
  const { botId, lane } = change.standing;
  const to = change.movesTo!;
  statements.get("move").run(botId, lane, to);
  statements.get("makeLane").run(botId, to, times.steadyMs);
  statements.get("setPriority").run(botId, to);
}

function countEnd(statements: OutboxStatements, change: SendChange, nowMs: number): void {
  const { broadcastId } = change.standing;
  if (broadcastId === undefined || change.counts === undefined) return;
  if (change.counts === "sent") statements.get("countSent").run(broadcastId);
  else statements.get("countFailed").run(broadcastId, change.reason!);
  statements.get("endBroadcast").run(broadcastId, nowMs);
}

function toStanding(row: Row): Standing {
  const [broadcastId, broadcastState] = [row["broadcast_id"], row["broadcast_state"]];
  return {
    id: Number(row["id"]),
    botId: Number(row["bot_id"]),
    lane: String(row["lane"]),
    state: Number(row["state"]),
    attempts: Number(row["attempts"]),
    doubts: Number(row["doubts"]),
    broadcastId: typeof broadcastId === "number" ? broadcastId : undefined,
    broadcastState:
      typeof broadcastState === "string" ? (broadcastState as BroadcastState) : undefined,
  };
}
