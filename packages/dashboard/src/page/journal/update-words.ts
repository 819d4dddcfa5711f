import type { JournalEntry, MessageEntry } from "../control/control-shapes.ts";
import { messageKey } from "../state/delivery-state.ts";
import { previewText } from "../state/thread-messages.ts";

function keyOf({ chat_id, bot_id, message }: MessageEntry): string {
  return messageKey(chat_id, bot_id, message.message_id);
}

/** What an update is called among `updateWords`. */
export function updateName(botId: number | undefined, updateId: number): string {
  return `${botId}:${updateId}`;
}

/** What the message of each update says, or the button that was pressed, so that a reader of the journal knows it again. */
export function updateWords(entries: readonly JournalEntry[]): ReadonlyMap<string, string> {
  const messages = new Map<string, string>();
  for (const entry of entries) {
    const isMessage = entry.type === "message" || entry.type === "message-edited";
    if (isMessage) messages.set(keyOf(entry), previewText(entry.message));
  }
  const words = new Map<string, string>();
  for (const entry of entries) {
    if (entry.type !== "update") continue;
    const { bot_id, update_id, chat_id = 0, message_id = 0 } = entry;
    const text = entry.words ?? messages.get(messageKey(chat_id, bot_id, message_id));
    if (text !== undefined) words.set(updateName(bot_id, update_id), text);
  }
  return words;
}
