import type { Json, StateRecord } from "hookgram";

/** By how little a stored state is different from the one that was there before. */
export interface StatePatch {
  /** The number of the update that has written the one before. */
  readonly fromSeq: number;
  readonly expiresAtMs?: number;
  /** Properties of its data that are new or others. */
  readonly set: { readonly [name: string]: Json };
  /** What lists in its data have got at their end. */
  readonly append: { readonly [name: string]: readonly Json[] };
}

/** A state as an attempt has read it, and the number of the update that had written it. */
export interface ReadState {
  readonly version: number;
  readonly text: string | undefined;
}

/** Smaller records are as good to read in full, and nearly as small. */
const PATCHED_LENGTH_MIN = 2_048;

/**
 * How `record` grew out of what was read; undefined when it is better written in full.
 *
 * A conversation's record holds everything that it has heard. Written in full with each answer, the
 * log would grow with the square of their number. It is in full again each time that a list has
 * doubled, which leaves the log linear, and readable where retention has removed its beginning.
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

/** What a state has become. */
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

/** What a list has in addition at its end; undefined when it has changed in another way. */
function tailOf(old: Json | undefined, value: Json): readonly Json[] | undefined {
  if (!isList(old) || !isList(value) || old.length > value.length) return undefined;
  const kept = value.slice(0, old.length);
  return JSON.stringify(kept) === JSON.stringify(old) ? value.slice(old.length) : undefined;
}

/** It has come to a power of two, or passed one. */
function hasDoubled(list: readonly Json[], more: readonly Json[]): boolean {
  return Math.clz32(list.length) !== Math.clz32(list.length - more.length);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
