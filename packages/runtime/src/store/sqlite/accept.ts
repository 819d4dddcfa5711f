import { failpoint } from "../../failpoint.ts";
import { ACCEPT_NUMBERS, type AcceptColumns } from "./protocol.ts";
import { takeEventKey } from "./events.ts";
import { LIVE, PARKED } from "./schema.ts";
import type { Statements } from "./statements.ts";

/** Stores new updates. Gives each one's number, 0 for a duplicate. */
export function acceptAll(
  statements: Statements,
  columns: AcceptColumns | undefined,
): Float64Array<ArrayBuffer> {
  if (columns === undefined) return new Float64Array(0);
  const { numbers, lanes, reasons, keys, bytes } = columns;
  const insertUpdate = statements.get("insertUpdate");
  const insertPayload = statements.get("insertPayload");
  const accepted = new Float64Array(lanes.length);
  let start = 0;
  for (let row = 0; row < lanes.length; row += 1) {
    const at = row * ACCEPT_NUMBERS;
    const updateId = numbers[at + 1]!;
    const receivedAtMs = numbers[at + 2]!;
    const expiresAtMs = numbers[at + 3]!;
    const end = start + numbers[at + 6]!;
    const reason = reasons?.[row];
    const key = keys?.[row];
    if (
      key !== undefined &&
      !takeEventKey(statements, { botId: numbers[at]!, key, atMs: receivedAtMs })
    ) {
      start = end;
      continue;
    }
    const inserted = insertUpdate.run(
      numbers[at]!,
      updateId < 0 ? null : updateId,
      receivedAtMs,
      expiresAtMs < 0 ? null : expiresAtMs,
      numbers[at + 4]!,
      numbers[at + 5]!,
      lanes[row]!,
      reason === undefined ? LIVE : PARKED,
      reason ?? null,
      reason === undefined ? null : receivedAtMs,
    );
    if (inserted.changes === 1) {
      const seq = Number(inserted.lastInsertRowid);
      failpoint("update.inserted");
      insertPayload.run(seq, bytes.subarray(start, end));
      accepted[row] = seq;
    }
    start = end;
  }
  return accepted;
}
