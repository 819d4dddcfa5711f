import type { LogRow } from "../store/event-log-store.ts";
import { LOG_VERSION, type LogEntry, type LogEvent } from "./log-event.ts";

/** A parsed body of any version. */
type Body = Readonly<Record<string, unknown>>;

/** Converts a body of one version into the next version. */
export type Upcaster = (body: Body) => Body;

/**
 * The first one converts version 1 to version 2, and so on up to {@link LOG_VERSION}. Stored entries are
 * never changed, so none of these may ever be removed.
 */
const UPCASTERS: readonly Upcaster[] = [
  // Version 2 only adds the event `grown`.
  (body) => body,
];

/** Thrown for an entry that a newer version of hookgram has written. */
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
