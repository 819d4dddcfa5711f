import type {
  JournalEntry,
  ParkedReason,
  ParkedUpdate,
  StoredUpdate,
  VersionedState,
} from "../store.ts";
import type { StoreNode } from "../store-node.ts";
import type { Row } from "./connection.ts";

export function toStoredUpdate(row: Row): StoredUpdate {
  const attempts = Number(row["attempts"]);
  return {
    seq: Number(row["seq"]),
    botId: Number(row["bot_id"]),
    updateId: numberOrNone(row["update_id"]),
    lane: String(row["lane"]),
    raw: toBytes(row["raw"]),
    receivedAtMs: Number(row["received_at_ms"]),
    expiresAtMs: numberOrNone(row["expires_at_ms"]),
    attempts,
    interrupted: attempts - Number(row["failures"]),
    retryAtMs: numberOrNone(row["retry_at_ms"]),
    journaled: row["journaled"] === true,
  };
}

export function toParkedUpdate(row: Row): ParkedUpdate {
  return {
    seq: Number(row["seq"]),
    botId: Number(row["bot_id"]),
    updateId: numberOrNone(row["update_id"]),
    lane: String(row["lane"]),
    raw: toBytes(row["raw"]),
    receivedAtMs: Number(row["received_at_ms"]),
    parkedAtMs: Number(row["settled_at_ms"]),
    attempts: Number(row["attempts"]),
    reason: row["outcome"] as ParkedReason,
    error: textOrNone(row["error"]) ?? "",
  };
}

export function toVersionedState(row: Row | undefined): VersionedState {
  if (row === undefined) return { version: 0, record: undefined };
  const expiresAtMs = numberOrNone(row["expires_at_ms"]);
  return {
    version: Number(row["version"]),
    record: {
      state: String(row["state"]),
      data: JSON.parse(String(row["data"])),
      schemaVersion: Number(row["schema_version"]),
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    },
  };
}

export function toJournalEntry(row: Row): JournalEntry {
  return {
    key: String(row["key"]),
    attempt: Number(row["attempt"]),
    kind: row["kind"] as JournalEntry["kind"],
    value: textOrNone(row["value"]),
    atMs: Number(row["at_ms"]),
  };
}

export function toStoreNode(row: Row, self: number): StoreNode {
  return {
    id: Number(row["id"]),
    host: String(row["host"]),
    pid: Number(row["pid"]),
    startedAtMs: Number(row["started_at_ms"]),
    // A heartbeat may come between the statement's beginning and its look at the clock.
    silentMs: Math.max(0, Number(row["silent_ms"])),
    lanes: Number(row["lanes"]),
    isSelf: row["id"] === self,
  };
}

/** See `UPDATE_COLUMNS`. */
function toBytes(base64: unknown): Uint8Array {
  return Buffer.from(String(base64), "base64");
}

function numberOrNone(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

function textOrNone(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
