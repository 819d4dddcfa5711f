import type { VersionedState } from "../store.ts";
import type { Statements } from "./statements.ts";

/** Numbers and texts per record in {@link StateColumns}. */
const STATE_NUMBERS = 3;
const STATE_TEXTS = 2;

/**
 * State records in the order of the keys that were asked for, in columns. Numbers: version (0: there is
 * none), schema version, expires at (-1: never). Texts: state, data as JSON.
 */
export interface StateColumns {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly texts: readonly string[];
}

export function readStates(statements: Statements, keys: readonly string[]): StateColumns {
  const numbers = new Float64Array(keys.length * STATE_NUMBERS);
  const texts: string[] = [];
  keys.forEach((key, row) => {
    const [found] = statements.rows("readState", key);
    const [id, version, schemaVersion, expiresAtMs, state, data] = found ?? [0, 0, 0, null, "", ""];
    if (found !== undefined)
      statements.statePlaces.set(key, { id: Number(id), version: Number(version) });
    const at = row * STATE_NUMBERS;
    numbers[at] = Number(version);
    numbers[at + 1] = Number(schemaVersion);
    numbers[at + 2] = Number(expiresAtMs ?? -1);
    texts.push(String(state), String(data));
  });
  return { numbers, texts };
}

/** The record that was asked for in this place. */
export function versionedStateAt({ numbers, texts }: StateColumns, row: number): VersionedState {
  const at = row * STATE_NUMBERS;
  const version = numbers[at]!;
  if (version === 0) return { version, record: undefined };
  const schemaVersion = numbers[at + 1]!;
  const expiresAtMs = numbers[at + 2]!;
  const [state, data] = [texts[row * STATE_TEXTS]!, texts[row * STATE_TEXTS + 1]!];
  const record = { state, data: JSON.parse(data), schemaVersion };
  return { version, record: expiresAtMs < 0 ? record : { ...record, expiresAtMs } };
}
