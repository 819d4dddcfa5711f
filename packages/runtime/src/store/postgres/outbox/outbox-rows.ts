import type {
  BroadcastRecord,
  BroadcastState,
  ClaimedSend,
  SendFailure,
  SendRecord,
} from "../../outbox/outbox-store.ts";
import { SEND_STATES } from "../../outbox/outbox-store.ts";
import type { Standing } from "../../outbox/send-change.ts";
import type { Row } from "../connection.ts";

export function toStanding(row: Row): Standing {
  return {
    id: Number(row["id"]),
    botId: Number(row["bot_id"]),
    lane: String(row["lane"]),
    state: Number(row["state"]),
    attempts: Number(row["attempts"]),
    doubts: Number(row["doubts"]),
    broadcastId: numberOrNone(row["broadcast_id"]),
    broadcastState: textOrNone(row["broadcast_state"]) as BroadcastState | undefined,
  };
}

export function toClaimed(row: Row, botId: number): ClaimedSend {
  return {
    id: Number(row["id"]),
    attempt: Number(row["attempts"]) + 1,
    botId,
    lane: String(row["lane"]),
    method: String(row["method"]),
    params: String(row["params"]),
    priority: Number(row["priority"]),
    parks: row["parks"] === true,
    key: textOrNone(row["key"]),
    failures: Number(row["failures"]),
    failingSinceMs: numberOrNone(row["failing_since_ms"]),
    broadcastId: numberOrNone(row["broadcast_id"]),
  };
}

export function toSendRecord(row: Row): SendRecord {
  return {
    id: Number(row["id"]),
    botId: Number(row["bot_id"]),
    state: SEND_STATES[Number(row["state"])]!,
    lane: String(row["lane"]),
    method: String(row["method"]),
    params: textOrNone(row["params"]),
    priority: Number(row["priority"]),
    atMs: numberOrNone(row["at_ms"]),
    key: textOrNone(row["key"]),
    attempts: Number(row["attempts"]),
    doubts: Number(row["doubts"]),
    broadcastId: numberOrNone(row["broadcast_id"]),
    endedAtMs: numberOrNone(row["ended_at_ms"]),
    messageId: numberOrNone(row["message_id"]),
    reason: textOrNone(row["reason"]) as SendFailure | undefined,
    error: textOrNone(row["error"]),
  };
}

export function toBroadcast(row: Row): BroadcastRecord {
  return {
    id: Number(row["id"]),
    botId: Number(row["bot_id"]),
    key: textOrNone(row["key"]),
    method: String(row["method"]),
    state: row["state"] as BroadcastState,
    total: Number(row["total"]),
    sent: Number(row["sent"]),
    failed: Number(row["failed"]),
    failures: JSON.parse(String(row["failures"])) as BroadcastRecord["failures"],
    createdAtMs: Number(row["created_at_ms"]),
    endedAtMs: numberOrNone(row["ended_at_ms"]),
  };
}

export function numberOrNone(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

export function textOrNone(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
