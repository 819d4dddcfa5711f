import type { ServerResponse } from "node:http";
import { systemClock } from "@hookgram/bot-api";
import type { ReadableJournal, RecordedEntry } from "./control-host.ts";

/** Keeps proxies and browsers from taking a quiet stream for a dead one. */
const HEARTBEAT_MS = 15_000;
/** A reader this far behind is cut off; it comes back with the number of its last event. */
const BACKLOG_MAX_BYTES = 8 * 1024 * 1024;
const PAGE = 1000;

/**
 * Sends the journal as Server-Sent Events: first what came after `after`, then everything as it
 * happens, until the reader goes away.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function sendEvents(
  journal: ReadableJournal,
  response: ServerResponse,
  { after, signal }: { readonly after: number | undefined; readonly signal: AbortSignal },
): void {
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  response.write(": the journal of the emulated Telegram\n\n");
  const send = (entry: RecordedEntry): void => {
    response.write(`id: ${entry.seq}\ndata: ${JSON.stringify(entry)}\n\n`);
    if (response.writableLength > BACKLOG_MAX_BYTES) response.destroy();
  };
  if (after !== undefined) sendBacklog(journal, after, send);
  const unsubscribe = journal.subscribe(send);
  let cancelHeartbeat = (): void => undefined;
  const beat = (): void => {
    response.write(": still here\n\n");
    cancelHeartbeat = systemClock.after(HEARTBEAT_MS, beat);
  };
  cancelHeartbeat = systemClock.after(HEARTBEAT_MS, beat);
  const stop = (): void => {
    unsubscribe();
    cancelHeartbeat();
    response.end();
  };
  signal.addEventListener("abort", stop, { once: true });
}

function sendBacklog(
  journal: ReadableJournal,
  after: number,
  send: (entry: RecordedEntry) => void,
): void {
  for (let cursor = after; ;) {
    const page = journal.read(cursor, PAGE);
    for (const entry of page.entries) send(entry);
    if (page.entries.length < PAGE) return;
    cursor = page.cursor;
  }
}
