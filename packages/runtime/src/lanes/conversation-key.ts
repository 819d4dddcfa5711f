import type { Update } from "@hookgram/bot-api";
import { anyKindOf } from "hookgram";

/** The parts of a payload that say to which conversation it belongs; each is in some kinds. */
interface Origin {
  readonly id?: unknown;
  readonly chat?: { readonly id: number };
  readonly message?: Origin;
  readonly from?: { readonly id: number };
  readonly user?: { readonly id: number };
  readonly poll_id?: string;
  readonly is_topic_message?: true;
  readonly message_thread_id?: number;
  readonly business_connection_id?: string;
}

/**
 * The default lane of an update, so that what belongs together is handled in the order in which it
 * was accepted:
 *
 * - whatever happens in a chat: `<bot>:<chat>`, a topic of a forum `<bot>:<chat>:<topic>`. A button
 *   press is in the lane of the message with the button, although Telegram sends presses and
 *   messages independently of each other;
 * - a chat of a connected business account: `<bot>:<chat>@<connection>`, because its id is also that
 *   of the person's private chat with the bot;
 * - polls and their answers: `<bot>:p<poll>`;
 * - kinds without a chat, such as inline queries and checkouts: `<bot>:u<user>`. They have their own
 *   lane, so that they are answered in time whatever goes on in the private chat.
 *
 * An own event is in the lane of its chat as a message is, or in that of its user.
 *
 * `null`, which means no order, for a kind that has none of these.
 */
export function conversationKey(update: Update, botId: number): string | null {
  const kind = anyKindOf(update);
  const origin = (update as { readonly [field: string]: unknown })[kind ?? ""] as
    | Origin
    | undefined;
  if (origin === undefined) return null;
  if (kind === "poll") return `${botId}:p${String(origin.id)}`;
  if (origin.poll_id !== undefined) return `${botId}:p${origin.poll_id}`;
  const place = origin.chat === undefined ? (origin.message ?? origin) : origin;
  if (place.chat !== undefined) return `${botId}:${place.chat.id}${partOfChat(place)}`;
  const user = origin.from ?? origin.user;
  return user === undefined ? null : `${botId}:u${user.id}`;
}

function partOfChat(place: Origin): string {
  if (place.business_connection_id !== undefined) return `@${place.business_connection_id}`;
  return place.is_topic_message === true ? `:${place.message_thread_id}` : "";
}
