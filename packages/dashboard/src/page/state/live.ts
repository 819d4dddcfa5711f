import { effect, signal } from "@preact/signals";
import type { JournalEntry } from "../control/control-shapes.ts";
import { takeCallbackAnswer } from "./buttons.ts";
import { noteTime, readClock } from "./clock.ts";
import { addEntry, readJournal } from "./journal.ts";
import { attempt } from "./notices.ts";
import { place } from "./place.ts";
import {
  openThread,
  putMessage,
  readThreads,
  refreshMenu,
  removeMessages,
  showChatAction,
} from "./threads.ts";
import { readWorld } from "./world.ts";

const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 5000;
/** Several changes in a row, such as a group with ten members, are read as one. */
const REREAD_DELAY_MS = 60;

/** Whether live events arrive. */
export const connection = signal<"connecting" | "open" | "lost">("connecting");

const COMMAND_METHODS: ReadonlySet<string> = new Set([
  "setMyCommands",
  "deleteMyCommands",
  "setMyDescription",
  "setMyName",
]);

let rereadTimer: ReturnType<typeof setTimeout> | undefined;

async function readChats(): Promise<void> {
  await readWorld();
  await readThreads();
}

function rereadSoon(): void {
  clearTimeout(rereadTimer);
  rereadTimer = setTimeout(() => void attempt(readChats), REREAD_DELAY_MS);
}

function takeEntry(entry: JournalEntry): void {
  addEntry(entry);
  noteTime(entry.at_ms);
  switch (entry.type) {
    case "message":
    case "message-edited":
      putMessage(entry);
      // A message may bring a reply keyboard, or use one up.
      return refreshMenu();
    case "message-deleted":
      return removeMessages(entry);
    case "callback-answer":
      return takeCallbackAnswer(entry);
    case "chat-action":
      return showChatAction(entry);
    case "world":
    case "reset":
      return rereadSoon();
    case "api-call":
      return COMMAND_METHODS.has(entry.method) ? refreshMenu() : undefined;
    case "delivery":
    case "update":
    case "webhook":
  }
}

/** Opens the stream of events. Resolves when it ends, as when the server stops. */
function followEvents(after: number): Promise<void> {
  return new Promise((resolve) => {
    const events = new EventSource(`/control/events?after=${after}`);
    events.addEventListener("open", () => (connection.value = "open"));
    events.addEventListener("message", ({ data }) => takeEntry(JSON.parse(data as string)));
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
  await Promise.all([readThreads(), readClock()]);
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
