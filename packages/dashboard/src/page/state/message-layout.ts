import type { ChatMessage } from "../control/control-shapes.ts";
import { serviceText } from "../text/service-text.ts";

/** One row of a chat as it is shown. */
export type ChatRow =
  | { readonly kind: "day"; readonly key: string; readonly dateMs: number }
  | { readonly kind: "service"; readonly key: string; readonly text: string }
  | {
      readonly kind: "bubble";
      readonly key: string;
      /** One message, or the parts of an album in their order. */
      readonly messages: readonly [ChatMessage, ...ChatMessage[]];
      /** Whether the rows before and after are of the same sender: they hang together. */
      readonly isFirstOfRun: boolean;
      readonly isLastOfRun: boolean;
    };

type Bubble = Extract<ChatRow, { kind: "bubble" }>;

/** A pause after which the same sender's messages no longer hang together. */
const RUN_PAUSE_S = 10 * 60;

function dayOf(message: ChatMessage): string {
  return new Date(message.date * 1000).toDateString();
}

function isOneRun(before: ChatRow | undefined, after: ChatRow | undefined): boolean {
  if (before?.kind !== "bubble" || after?.kind !== "bubble") return false;
  const [first, second] = [before.messages.at(-1)!, after.messages[0]];
  if (second.date - first.date > RUN_PAUSE_S) return false;
  if (first.message_thread_id !== second.message_thread_id) return false;
  return first.from?.id === second.from?.id && first.sender_chat?.id === second.sender_chat?.id;
}

function isSameAlbum(row: ChatRow | undefined, message: ChatMessage): row is Bubble {
  if (row?.kind !== "bubble" || message.media_group_id === undefined) return false;
  return row.messages[0].media_group_id === message.media_group_id;
}

function toRow(message: ChatMessage): ChatRow {
  const key = String(message.message_id);
  const text = serviceText(message);
  if (text !== undefined) return { kind: "service", key, text };
  return { kind: "bubble", key, messages: [message], isFirstOfRun: true, isLastOfRun: true };
}

/** Divides a chat's messages into rows: days, service lines, and bubbles with albums gathered. */
export function layoutMessages(messages: readonly ChatMessage[]): readonly ChatRow[] {
  const rows: ChatRow[] = [];
  let day = "";
  for (const message of messages) {
    if (dayOf(message) !== day) {
      day = dayOf(message);
      rows.push({ kind: "day", key: `day ${day}`, dateMs: message.date * 1000 });
    }
    const last = rows.at(-1);
    if (isSameAlbum(last, message)) {
      rows[rows.length - 1] = { ...last, messages: [...last.messages, message] };
    } else {
      rows.push(toRow(message));
    }
  }
  return rows.map((row, index) => {
    if (row.kind !== "bubble") return row;
    const isFirstOfRun = !isOneRun(rows[index - 1], row);
    return { ...row, isFirstOfRun, isLastOfRun: !isOneRun(row, rows[index + 1]) };
  });
}
