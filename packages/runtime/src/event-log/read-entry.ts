import type { LogRow } from "../store/event-log-store.ts";
import { LOG_VERSION, type LogEntry, type LogEvent } from "./log-event.ts";

/** What a body of any version is, once it is parsed. */
type Body = Readonly<Record<string, unknown>>;

/** Turns a body of the version that is its place, from 1, into one of the next. */
export type Upcaster = (body: Body) => Body;

/**
 * From each version to the next; the last gives {@link LOG_VERSION}. An entry is never changed in
 * the store, so none of these may ever be removed.
 */
const UPCASTERS: readonly Upcaster[] = [
  // Version 2 may say of a state how it has grown, and says all else as version 1 did.
  (body) => body,
];

/** An entry was written by a version of hookgram that is newer than this one. */
export class UnreadableEntryError extends Error {
  override readonly name = "UnreadableEntryError";
}

/**
 * The events of a stored row, whichever version wrote it.
 * @throws UnreadableEntryError for a version that is newer than this one knows.
 */
export function readEntry(
  { cursor, seq, lane, atMs, version, text }: LogRow,
  upcasters: readonly Upcaster[] = UPCASTERS,
): LogEntry {
  const newest = upcasters === UPCASTERS ? LOG_VERSION : upcasters.length + 1;
  if (version > newest) {
    const rule = `entry ${cursor} has version ${version}, this hookgram reads up to ${newest}`;
    throw new UnreadableEntryError(`${rule}; read it with the newer one`);
  }
  const stored = JSON.parse(text) as Body;
  const body = upcasters.slice(version - 1).reduce((older, upcast) => upcast(older), stored);
  return { cursor, seq, lane, atMs, events: body["events"] as readonly LogEvent[] };
}
