import type { SQLOutputValue } from "node:sqlite";

import type { StoredUpdate } from "../store.ts";

/** Numbers per update in {@link UpdateColumns.numbers}. */
const UPDATE_NUMBERS = 11;

/** What the statements that read live updates select, in this order; the lane and the bytes follow. */
export const UPDATE_COLUMNS = `u.seq, u.bot_id, u.update_id, u.received_at_ms, u.expires_at_ms,
  u.attempts, u.failures, u.retry_at_ms,
  EXISTS (SELECT 1 FROM journal j WHERE j.seq = u.seq) AS journaled, u.aside, u.lane, p.raw`;

/**
 * Live updates, in columns, so that any number of them crosses the threads as three values: as objects
 * that would cost more than reading them. Numbers are those of {@link UPDATE_COLUMNS}, -1 where there
 * is none, and the length of the update's bytes.
 */
export interface UpdateColumns {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly lanes: readonly string[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A live update, or, when it was set aside, only where it is. */
export type PageRow =
  | { readonly aside: false; readonly update: StoredUpdate }
  | { readonly aside: true; readonly seq: number; readonly lane: string };

/** From rows of {@link UPDATE_COLUMNS}. */
export function toUpdateColumns(rows: readonly (readonly SQLOutputValue[])[]): UpdateColumns {
  const numbers = new Float64Array(rows.length * UPDATE_NUMBERS);
  const lanes: string[] = [];
  const raws: Uint8Array[] = [];
  rows.forEach((row, at) => {
    const start = at * UPDATE_NUMBERS;
    const last = UPDATE_NUMBERS - 1;
    for (let column = 0; column < last; column += 1) {
      numbers[start + column] = Number(row[column] ?? -1);
    }
    const raw = row[last + 1] as Uint8Array | null;
    numbers[start + last] = raw?.length ?? 0;
    lanes.push(String(row[last]));
    if (raw !== null) raws.push(raw);
  });
  return { numbers, lanes, bytes: joined(raws) };
}

export function toPageRows(columns: UpdateColumns): PageRow[] {
  return toStoredUpdates(columns).map((update, row) => {
    const isAside = columns.numbers[row * UPDATE_NUMBERS + 9] === 1;
    return isAside ? { aside: true, seq: update.seq, lane: update.lane } : { aside: false, update };
  });
}

export function toStoredUpdates({ numbers, lanes, bytes }: UpdateColumns): StoredUpdate[] {
  let start = 0;
  return lanes.map((lane, row) => {
    const at = row * UPDATE_NUMBERS;
    const attempts = numbers[at + 5]!;
    const end = start + numbers[at + 10]!;
    const raw = copyOf(bytes.subarray(start, end));
    start = end;
    return {
      seq: numbers[at]!,
      botId: numbers[at + 1]!,
      updateId: numberOrNone(numbers[at + 2]!),
      lane,
      raw,
      receivedAtMs: numbers[at + 3]!,
      expiresAtMs: numberOrNone(numbers[at + 4]!),
      attempts,
      interrupted: attempts - numbers[at + 6]!,
      retryAtMs: numberOrNone(numbers[at + 7]!),
      journaled: numbers[at + 8] === 1,
    };
  });
}

/**
 * One update that stays for long must not keep the bytes of all others. Node's pool puts a few small
 * ones into one piece of memory, which costs a third of a piece for each.
 */
function copyOf(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = Buffer.from(bytes);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let start = 0;
  for (const part of parts) {
    bytes.set(part, start);
    start += part.length;
  }
  return bytes;
}

function numberOrNone(value: number): number | undefined {
  return value < 0 ? undefined : value;
}
