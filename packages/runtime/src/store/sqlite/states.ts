import { StoreFault } from "../store-fault.ts";
import type { StateWrite } from "../store.ts";
import type { StatePlace } from "./state-places.ts";
import type { Statements } from "./statements.ts";

/** Undefined: there is no such record, or it does not matter whether there is one. */
type Found = StatePlace | undefined;

/** The records that are to be written; `conflict` if one of them is not what was read. */
export function findStates(
  statements: Statements,
  writes: readonly StateWrite[],
): readonly Found[] | "conflict" {
  const found: Found[] = [];
  for (const { key, expectedVersion } of writes) {
    const place = expectedVersion === undefined ? undefined : placeOf(statements, key);
    if ((place?.version ?? 0) !== (expectedVersion ?? 0)) return "conflict";
    found.push(place);
  }
  return found;
}

function placeOf(statements: Statements, key: string): Found {
  const known = statements.statePlaces.get(key);
  if (known !== undefined) return known;
  const [row] = statements.rows("statePlace", key);
  return row && { id: Number(row[0]), version: Number(row[1]) };
}

/** Writes or removes a record that {@link findStates} has found, or has not. */
export function writeState(
  statements: Statements,
  { key, record }: StateWrite,
  { version, found }: { readonly version: number; readonly found: Found },
): void {
  if (record === undefined) {
    statements.get("removeState").run(key);
    statements.statePlaces.delete(key);
    return;
  }
  const { state, data, schemaVersion, expiresAtMs } = record;
  const values = [version, state, JSON.stringify(data), schemaVersion, expiresAtMs ?? null];
  if (found === undefined) {
    statements.get("writeState").run(key, ...values);
    statements.statePlaces.delete(key);
    return;
  }
  const { id } = found;
  const { changes } = statements.get("changeState").run(id, found.version, ...values);
  // Nobody else writes here; but if somebody does, by hand, the write must not get lost.
  if (changes !== 1) throw new StoreFault("broken", "another program has changed a state record");
  statements.statePlaces.set(key, { id, version });
}
