import type { Json, StateRecord } from "hookgram";

/** The difference between a stored state and the one before it. */
export interface StatePatch {
  /** The number of the update that wrote the state before. */
  readonly fromSeq: number;
  readonly expiresAtMs?: number;
  /** Properties of the data that are new or have changed. */
  readonly set: { readonly [name: string]: Json };
  /** What was appended to lists in the data. */
  readonly append: { readonly [name: string]: readonly Json[] };
}

/** A state as an attempt has read it; `version` is the number of the update that wrote it. */
export interface ReadState {
  readonly version: number;
  readonly text: string | undefined;
}

/** Smaller records are logged in full, because a difference would be hardly shorter. */
const PATCHED_LENGTH_MIN = 2_048;

/**
 * The difference of `record` from what was read; undefined if the record is better logged in full.
 *
 * The record of a conversation contains everything that it has received. If it were logged in full with
 * each answer, the log would grow with the square of their number. It is logged in full each time that
 * a list has doubled: the log stays linear, and readable after retention has removed its beginning.
 */
export function patchBetween(
  { version, text }: ReadState,
  record: StateRecord | undefined,
): StatePatch | undefined {
  if (record === undefined || text === undefined || text.length < PATCHED_LENGTH_MIN)
    return undefined;
  const before = JSON.parse(text) as StateRecord;
  const isSame = before.state === record.state && before.schemaVersion === record.schemaVersion;
  const changes = isSame ? changesBetween(before.data, record.data) : undefined;
  if (changes === undefined || JSON.stringify(changes).length > text.length / 2) return undefined;
  const { expiresAtMs } = record;
  return { fromSeq: version, ...(expiresAtMs !== undefined && { expiresAtMs }), ...changes };
}

/** The state after the difference. */
export function applyPatch(
  { state, schemaVersion, data }: StateRecord,
  { expiresAtMs, set, append }: StatePatch,
): StateRecord {
  const before = data as Record<string, Json>;
  const grown = Object.entries(append).map(([name, more]) => [
    name,
    [...(before[name] as readonly Json[]), ...more],
  ]);
  const after = { ...before, ...set, ...Object.fromEntries(grown) } as Json;
  return { state, schemaVersion, data: after, ...(expiresAtMs !== undefined && { expiresAtMs }) };
}

function changesBetween(before: Json, after: Json): Pick<StatePatch, "set" | "append"> | undefined {
  if (!isObject(before) || !isObject(after)) return undefined;
  if (Object.keys(before).some((name) => !Object.hasOwn(after, name))) return undefined;
  const set: Record<string, Json> = {};
  const append: Record<string, readonly Json[]> = {};
  for (const [name, value] of Object.entries(after)) {
    const old = before[name];
    if (JSON.stringify(old) === JSON.stringify(value)) continue;
    const more = tailOf(old, value);
    if (more === undefined) set[name] = value;
    else append[name] = more;
    if (more !== undefined && hasDoubled(value as readonly Json[], more)) return undefined;
  }
  return { set, append };
}

/** What was appended to a list; undefined if it has changed in another way. */
function tailOf(old: Json | undefined, value: Json): readonly Json[] | undefined {
  if (!isList(old) || !isList(value) || old.length > value.length) return undefined;
  const kept = value.slice(0, old.length);
  return JSON.stringify(kept) === JSON.stringify(old) ? value.slice(old.length) : undefined;
}

/** Whether the length has reached or passed a power of two. */
function hasDoubled(list: readonly Json[], more: readonly Json[]): boolean {
  return Math.clz32(list.length) !== Math.clz32(list.length - more.length);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
