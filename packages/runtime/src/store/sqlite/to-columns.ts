import type { OperationBatch } from "../group-commit.ts";
import { ACCEPT_NUMBERS, type AcceptColumns, type SqliteOperations } from "./protocol.ts";

/** The new updates of a batch as they cross to the thread. */
export function toColumns({
  accepts,
  bytes: size,
}: OperationBatch<SqliteOperations>): AcceptColumns | undefined {
  if (accepts.length === 0) return undefined;
  const numbers = new Float64Array(accepts.length * ACCEPT_NUMBERS);
  // Of a size that is filled to the end, in memory of its own, so that it can change hands.
  const bytes = Buffer.allocUnsafeSlow(size);
  let start = 0;
  accepts.forEach((update, row) => {
    const at = row * ACCEPT_NUMBERS;
    numbers[at] = update.botId;
    numbers[at + 1] = update.updateId ?? -1;
    numbers[at + 2] = update.receivedAtMs;
    numbers[at + 3] = update.expiresAtMs ?? -1;
    numbers[at + 4] = update.begin ? 1 : 0;
    numbers[at + 5] = update.place === "aside" ? 1 : 0;
    numbers[at + 6] = update.raw.length;
    bytes.set(update.raw, start);
    start += update.raw.length;
  });
  const isPlain = accepts.every(({ parkedBecause }) => parkedBecause === undefined);
  const reasons = isPlain ? undefined : accepts.map(({ parkedBecause }) => parkedBecause);
  const isKeyed = accepts.some(({ key }) => key !== undefined);
  const keys = isKeyed ? accepts.map(({ key }) => key) : undefined;
  return { numbers, lanes: accepts.map(({ lane }) => lane), reasons, keys, bytes };
}
