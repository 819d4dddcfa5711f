import { computed, signal } from "@preact/signals";
import { control, type Where } from "../control/control-client.ts";
import type {
  ChatActionEntry,
  ChatMenu,
  DraftContent,
  DraftEntry,
  MessageDeletedEntry,
  MessageEntry,
} from "../control/control-shapes.ts";
import { attempt } from "./notices.ts";
import { place } from "./place.ts";
import { threadKey, type Conversation } from "./place-url.ts";
import { withMessage, withoutMessages, type Messages } from "./thread-messages.ts";
import { isOpenChatHere, world } from "./world.ts";

/** Telegram shows a chat action for five seconds, or until the bot's next message. */
const CHAT_ACTION_MS = 5000;

/** What a bot is doing in a chat, as long as it is shown. */
export interface ShownAction {
  readonly botId: number;
  readonly action: string;
  readonly stopTimer: () => void;
}

/** What a bot is writing, as a person sees it. */
export interface ShownDraft {
  readonly id: number;
  readonly canStop: boolean;
  readonly content: DraftContent;
}

function shownDraft(draft: DraftContent & { draft_id: number; can_stop: boolean }): ShownDraft {
  const { draft_id: id, can_stop: canStop, ...content } = draft;
  return { id, canStop, content };
}

/** Messages by thread. A thread that was never opened is not there. */
export const threads = signal<ReadonlyMap<string, Messages>>(new Map());
/** What the bots offer, by thread; read when a chat is opened. */
export const menus = signal<ReadonlyMap<string, ChatMenu>>(new Map());
/** What bots are doing, by thread. */
export const chatActions = signal<ReadonlyMap<string, ShownAction>>(new Map());
/** What bots are writing just now, by thread. */
export const drafts = signal<ReadonlyMap<string, ShownDraft>>(new Map());
/** How many of the bots' messages nobody has seen, by thread. */
export const unreadCounts = signal<ReadonlyMap<string, number>>(new Map());

/** The thread that is open, or undefined while no chat or no person is chosen. */
export const openThread = computed<string | undefined>(() => {
  const { person, conversation } = place.value;
  if (person === undefined || conversation === undefined) return undefined;
  return threadKey(person, conversation);
});

function changed<T>(map: ReadonlyMap<string, T>, key: string, value: T | undefined) {
  const copy = new Map(map);
  if (value === undefined) copy.delete(key);
  else copy.set(key, value);
  return copy;
}

/** How the control interface names a chat. */
export function whereIs(person: number, conversation: Conversation): Where {
  return conversation.kind === "private"
    ? { person, bot: conversation.bot }
    : { person, chat: conversation.chat };
}

/** The chat that is open, for the control interface. */
export function whereNow(): Where {
  const { person, conversation } = place.value;
  if (person === undefined || conversation === undefined) throw new Error("Choose a chat first.");
  return whereIs(person, conversation);
}

/** The thread of an entry: a private chat is named by person and bot, a group by itself. */
export function entryThread(entry: { chat_id: number; bot_id?: number }): string {
  const { chat_id: chat, bot_id: bot } = entry;
  return bot === undefined
    ? threadKey(0, { kind: "group", chat })
    : threadKey(chat, { kind: "private", bot });
}

/** Reads what a bot offers in the open chat: commands and the reply keyboard. */
export async function readMenu(): Promise<void> {
  const key = openThread.value;
  if (key === undefined || !isOpenChatHere.value) return;
  const menu = await control.menu(whereNow());
  menus.value = changed(menus.value, key, menu);
}

type Change = (messages: Messages) => Messages;

/** The threads that are being read, with what events have changed in them meanwhile. */
const readings = new Set<{ readonly key: string; readonly changes: Change[] }>();

/**
 * An answer may be older than an event that has come before it. All events of the time are made
 * again on top, in their order: those that the answer knew already change nothing in the end.
 */
async function readThread(person: number, conversation: Conversation): Promise<void> {
  const key = threadKey(person, conversation);
  const reading = { key, changes: [] as Change[] };
  readings.add(reading);
  try {
    const { messages, draft } = await control.messages(whereIs(person, conversation));
    const now = reading.changes.reduce<Messages>((all, change) => change(all), messages);
    threads.value = changed(threads.value, key, now);
    drafts.value = changed(drafts.value, key, draft && shownDraft(draft));
  } finally {
    readings.delete(reading);
  }
}

/** Reads the chats of the person that plays; those of others are forgotten and read when needed. */
export async function readThreads(): Promise<void> {
  const { person } = place.value;
  const { bots = [], chats = [] } = world.value ?? {};
  if (person === undefined) return;
  const conversations: Conversation[] = [
    ...bots.map(({ id }) => ({ kind: "private", bot: id }) as const),
    ...chats.map(({ id }) => ({ kind: "group", chat: id }) as const),
  ];
  await Promise.all(conversations.map((conversation) => readThread(person, conversation)));
  await readMenu();
}

function stopChatAction(key: string): void {
  chatActions.value.get(key)?.stopTimer();
  chatActions.value = changed(chatActions.value, key, undefined);
}

/** Shows what a bot is doing, for a while. */
export function showChatAction(entry: ChatActionEntry): void {
  const key = entryThread(entry);
  stopChatAction(key);
  const timer = setTimeout(() => stopChatAction(key), CHAT_ACTION_MS);
  const stopTimer = (): void => clearTimeout(timer);
  const shown = { botId: entry.by_bot, action: entry.action, stopTimer };
  chatActions.value = changed(chatActions.value, key, shown);
}

/** Shows what a bot is writing, or takes it away. */
export function takeDraft(entry: DraftEntry): void {
  const { draft_id: id, can_stop: canStop, content } = entry;
  const shown = content === undefined ? undefined : { id, canStop, content };
  drafts.value = changed(drafts.value, entryThread(entry), shown);
}

function updateThread(key: string, change: Change): void {
  for (const reading of readings) if (reading.key === key) reading.changes.push(change);
  const messages = threads.value.get(key);
  if (messages !== undefined) threads.value = changed(threads.value, key, change(messages));
}

/** What follows from a bot's new message, besides the message: typing is over, it is unread. */
function noteBotMessage(key: string): void {
  stopChatAction(key);
  const isSeen = key === openThread.value && place.value.pane !== "chats" && !document.hidden;
  if (isSeen) return;
  unreadCounts.value = changed(unreadCounts.value, key, (unreadCounts.value.get(key) ?? 0) + 1);
}

/** Puts a new or changed message into its thread. Threads that were never read stay away. */
export function putMessage(entry: MessageEntry): void {
  const key = entryThread(entry);
  updateThread(key, (messages) => withMessage(messages, entry.message));
  if (entry.type === "message" && entry.by === "bot") noteBotMessage(key);
}

/** Takes deleted messages out of their thread. */
export function removeMessages(entry: MessageDeletedEntry): void {
  updateThread(entryThread(entry), (messages) => withoutMessages(messages, entry.message_ids));
}

/** Everything counts as seen, and nobody writes any more, as after a reset. */
export function forgetUnread(): void {
  unreadCounts.value = new Map();
  drafts.value = new Map();
}

/** The thread was seen. */
export function markRead(key: string): void {
  if (unreadCounts.value.has(key)) unreadCounts.value = changed(unreadCounts.value, key, undefined);
}

/** Reads the menu again; nobody waits for it. */
export function refreshMenu(): void {
  void attempt(readMenu);
}
