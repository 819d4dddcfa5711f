import type { StateRecord } from "hookgram";

import type { StateWrite } from "../store.ts";
import type { Scope } from "./session.ts";
import { together } from "./together.ts";

/** A write, and the version that the record has afterwards. */
export interface VersionedWrite {
  readonly write: StateWrite;
  readonly version: number;
}

/** Locks the records that are to be written, and gives the versions of those that are there. */
export async function lockStates(
  { connection }: Scope,
  writes: readonly StateWrite[],
): Promise<ReadonlyMap<string, number>> {
  if (writes.length === 0) return new Map();
  const rows = await connection.run("lockStates", [writes.map(({ key }) => key)]);
  return new Map(rows.map((row) => [String(row["key"]), Number(row["version"])]));
}

/**
 * Writes records after they were locked. One that was not there, and that somebody else has made
 * meanwhile, is a violation of its key: the transaction is tried again and then sees it.
 */
export async function writeStates(
  { connection }: Scope,
  writes: readonly VersionedWrite[],
  known: ReadonlyMap<string, number>,
): Promise<void> {
  const kept = writes.filter(({ write }) => write.record !== undefined);
  const removed = writes.filter(({ write }) => write.record === undefined);
  const isKnown = ({ write }: VersionedWrite): boolean => known.has(write.key);
  const updated = kept.filter(isKnown);
  const inserted = kept
    .filter((it) => !isKnown(it))
    .toSorted((a, b) => (a.write.key < b.write.key ? -1 : 1));
  await together([
    updated.length > 0 && connection.run("updateStates", toColumns(updated)),
    inserted.length > 0 && connection.run("insertStates", toColumns(inserted)),
    removed.length > 0 && connection.run("removeStates", [removed.map(({ write }) => write.key)]),
  ]);
}

function toColumns(writes: readonly VersionedWrite[]): unknown[] {
  const records = writes.map(({ write }) => write.record as StateRecord);
  return [
    writes.map(({ write }) => write.key),
    writes.map(({ version }) => version),
    records.map(({ state }) => state),
    records.map(({ data }) => JSON.stringify(data)),
    records.map(({ schemaVersion }) => schemaVersion),
    records.map(({ expiresAtMs }) => expiresAtMs ?? null),
  ];
}
