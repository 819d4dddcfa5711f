import type { ChatMessage } from "../control/control-shapes.ts";
import { serviceText } from "../text/service-text.ts";

/** A thread: its messages in the order of their ids. */
export type Messages = readonly ChatMessage[];

/** Adds a message in the order of ids, or puts it in the place of its older version. */
export function withMessage(messages: Messages, message: ChatMessage): Messages {
  const before = messages.findLastIndex(({ message_id }) => message_id < message.message_id);
  const isNewVersion = messages[before + 1]?.message_id === message.message_id;
  return messages.toSpliced(before + 1, isNewVersion ? 1 : 0, message);
}

/** Leaves out the messages with these ids. */
export function withoutMessages(messages: Messages, ids: readonly number[]): Messages {
  return messages.filter(({ message_id }) => !ids.includes(message_id));
}

/** A message in one line, for the list of chats and wherever else there is little room. */
export function previewText(message: ChatMessage): string {
  const event = serviceText(message);
  if (event !== undefined) return event;
  const words = message.text ?? message.caption;
  if (words !== undefined) return words.replace(/\s+/g, " ").slice(0, 80);
  return mediaName(message) ?? "Message";
}

const MEDIA_NAMES = [
  ["photo", "Photo"],
  ["animation", "GIF"],
  ["document", "Document"],
  ["video", "Video"],
  ["video_note", "Video message"],
  ["voice", "Voice message"],
  ["audio", "Audio"],
  ["sticker", "Sticker"],
  ["poll", "Poll"],
  ["dice", "Dice"],
  ["venue", "Place"],
  ["location", "Location"],
  ["contact", "Contact"],
  ["game", "Game"],
  ["invoice", "Invoice"],
  ["checklist", "Checklist"],
  ["story", "Story"],
  ["paid_media", "Paid media"],
  ["rich_message", "Rich message"],
] as const satisfies readonly (readonly [keyof ChatMessage, string])[];

/** What kind of content a message without words has, for people. */
export function mediaName(message: ChatMessage): string | undefined {
  return MEDIA_NAMES.find(([field]) => message[field] !== undefined)?.[1];
}
