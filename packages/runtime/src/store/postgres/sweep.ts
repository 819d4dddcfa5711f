import { failpoint } from "../../failpoint.ts";
import type { Retention } from "../store.ts";
import { sweepRepairs } from "./repairs.ts";
import type { Scope } from "./session.ts";
import { DONE } from "./status.ts";

/** Up to where retention has looked. Starting over after the next opening only costs time. */
export interface SweptTo {
  payloads: number;
  updates: number;
}

/**
 * One batch of retention: looks at the next rows in order of arrival, so that the cost does not
 * depend on how many there are, and starts over when it meets rows that are too young. One node
 * does it at a time.
 */
export async function sweep(scope: Scope, retention: Retention, sweptTo: SweptTo): Promise<number> {
  const { connection } = scope;
  const [lock] = await connection.run("trySweepLock", []);
  if (lock?.["free"] !== true) return 0;
  const payloads = await sweepTable(scope, "payloads", { retention, sweptTo });
  const updates = await sweepTable(scope, "updates", { retention, sweptTo });
  const { expiredBeforeMs, limit } = retention;
  const states = await connection.run("deleteStates", [expiredBeforeMs, limit]);
  const keys = await connection.run("forgetEventKeys", [retention.settledBeforeMs, limit]);
  const repairs = await sweepRepairs(scope, retention);
  const { loggedBeforeMs } = retention;
  const logged =
    loggedBeforeMs === undefined ? [] : await connection.run("forgetLog", [loggedBeforeMs, limit]);
  return payloads + updates + states.length + keys.length + logged.length + repairs;
}

async function sweepTable(
  { connection }: Scope,
  table: "payloads" | "updates",
  { retention, sweptTo }: { readonly retention: Retention; readonly sweptTo: SweptTo },
): Promise<number> {
  const isPayload = table === "payloads";
  const { limit } = retention;
  const beforeMs = isPayload ? retention.payloadBeforeMs : retention.settledBeforeMs;
  const statement = isPayload ? "payloadsAfter" : "updatesAfter";
  const rows = await connection.run(statement, [sweptTo[table], limit]);
  // Nothing that arrived after a young row can have been settled before it arrived.
  const young = rows.findIndex((row) => Number(row["received_at_ms"]) >= beforeMs);
  const old = young === -1 ? rows : rows.slice(0, young);
  sweptTo[table] = old.length < limit ? 0 : Number(old.at(-1)!["seq"]);
  const seqs = old
    .filter((row) => Number(row["status"]) >= DONE && Number(row["settled_at_ms"]) < beforeMs)
    .map((row) => row["seq"]);
  if (seqs.length === 0) return 0;
  await connection.run("deletePayloads", [seqs]);
  failpoint("retention.deleted");
  await connection.run("deleteJournals", [seqs]);
  if (!isPayload) await connection.run("deleteUpdates", [seqs]);
  return seqs.length;
}
