import { batch, effect, signal } from "@preact/signals";
import type { JournalEntry } from "../control/control-shapes.ts";
import { takeCallbackAnswer } from "./buttons.ts";
import { noteTime, readClock } from "./clock.ts";
import { noteFaults, readFaults, readFloodLimits } from "./faults.ts";
import { addEntries, readJournal } from "./journal.ts";
import { attempt } from "./notices.ts";
import { place } from "./place.ts";
import {
  entryThread,
  forgetUnread,
  openThread,
  putMessage,
  readThreads,
  refreshMenu,
  removeMessages,
  showChatAction,
  takeDraft,
} from "./threads.ts";
import { leaveMissingChat, readWorld } from "./world.ts";

const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 5000;
/** Several changes in a row, such as a group with ten members, are read as one. */
const REREAD_DELAY_MS = 60;
const FRAME_MS = 16;

/** Whether live events arrive. */
export const connection = signal<"connecting" | "open" | "lost">("connecting");

const COMMAND_METHODS: ReadonlySet<string> = new Set([
  "setMyCommands",
  "deleteMyCommands",
  "setMyDescription",
  "setMyName",
  "setChatMenuButton",
]);

let rereadTimer: ReturnType<typeof setTimeout> | undefined;

async function readChats(): Promise<void> {
  await readWorld();
  await readThreads();
}

async function startAnew(): Promise<void> {
  await readWorld();
  leaveMissingChat();
  await readThreads();
}

function rereadSoon(): void {
  clearTimeout(rereadTimer);
  rereadTimer = setTimeout(() => void attempt(readChats), REREAD_DELAY_MS);
}

/** Whether the commands or the reply keyboard of the open chat may be others after this entry. */
function changesMenu(entry: JournalEntry): boolean {
  if (entry.type === "api-call") return COMMAND_METHODS.has(entry.method);
  const isMessage = entry.type === "message" || entry.type === "message-edited";
  return isMessage && entryThread(entry) === openThread.value;
}

/** What a bot says in the name of a person stands in a chat of two people, which is not shown. */
function isElsewhere(entry: JournalEntry): boolean {
  return "business_connection_id" in entry && entry.business_connection_id !== undefined;
}

function takeEntry(entry: JournalEntry): void {
  if (isElsewhere(entry)) return;
  switch (entry.type) {
    case "message":
    case "message-edited":
      return putMessage(entry);
    case "message-deleted":
      return removeMessages(entry);
    case "callback-answer":
      return takeCallbackAnswer(entry);
    case "chat-action":
      return showChatAction(entry);
    case "draft":
      return takeDraft(entry);
    case "reset":
      forgetUnread();
      void attempt(startAnew);
      return;
    case "world":
      return rereadSoon();
    case "api-call":
    case "delivery":
    case "update":
    case "webhook":
  }
}

function takeEntries(entries: readonly JournalEntry[]): void {
  batch(() => {
    addEntries(entries);
    for (const entry of entries) takeEntry(entry);
  });
  noteTime(entries.at(-1)!.at_ms);
  noteFaults(entries);
  if (entries.some(changesMenu)) refreshMenu();
}

/** Gathers what comes within one frame: under load the page is drawn once for many entries. */
function gatherEntries(): (entry: JournalEntry) => void {
  let gathered: JournalEntry[] = [];
  return (entry) => {
    gathered.push(entry);
    if (gathered.length > 1) return;
    setTimeout(() => {
      const entries = gathered;
      gathered = [];
      takeEntries(entries);
    }, FRAME_MS);
  };
}

/** Opens the stream of events. Resolves when it ends, as when the server stops. */
function followEvents(after: number): Promise<void> {
  return new Promise((resolve) => {
    const take = gatherEntries();
    const events = new EventSource(`/control/events?after=${after}`);
    events.addEventListener("open", () => (connection.value = "open"));
    events.addEventListener("message", ({ data }) => take(JSON.parse(data as string)));
    // The browser's own reconnect would ask a restarted server to go on from the old cursor.
    events.addEventListener("error", () => {
      events.close();
      resolve();
    });
  });
}

/** The cursor is read first, so that whatever happens while the rest is read comes as an event. */
async function connectOnce(): Promise<void> {
  const cursor = await readJournal();
  await readWorld();
  await Promise.all([readThreads(), readClock(), readFaults(), readFloodLimits()]);
  await followEvents(cursor);
}

/** Reads everything and follows what happens, for as long as the page is open. */
export async function stayConnected(): Promise<never> {
  for (let retryMs = RETRY_FIRST_MS; ; retryMs = Math.min(2 * retryMs, RETRY_MAX_MS)) {
    try {
      await connectOnce();
      retryMs = RETRY_FIRST_MS;
    } catch {
      // Shown by the connection state; the next round tries again.
    }
    connection.value = "lost";
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

/** Another person has other chats; another chat has another menu. */
export function followPlace(): void {
  let person = place.value.person;
  effect(() => {
    const next = place.value.person;
    if (next === person) return;
    person = next;
    if (connection.peek() === "open") void attempt(readThreads);
  });
  effect(() => {
    if (openThread.value !== undefined) refreshMenu();
  });
}
