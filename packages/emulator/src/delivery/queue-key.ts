import type { UpdateKind } from "@hookgram/bot-api";

/** Which part of an update its key is made of, and which band of numbers the key is moved to. */
interface KeyRule {
  readonly part: "chat" | "user" | "poll";
  readonly band: number;
}

const chat = (band: number): KeyRule => ({ part: "chat", band });
const user = (band: number): KeyRule => ({ part: "user", band });

/**
 * What keeps updates in order: updates with the same key go out strictly one at a time, those with
 * different keys at the same time. A person's messages and button presses have different keys.
 *
 * The last two kinds are newer than the public source; theirs is an assumption.
 * @see tdlib/telegram-bot-api, Client.cpp, webhook_queue_id
 */
const RULES: Readonly<Record<UpdateKind, KeyRule>> = {
  message: chat(0),
  edited_message: chat(0),
  channel_post: chat(0),
  edited_channel_post: chat(0),
  poll: { part: "poll", band: 0 },
  poll_answer: { part: "poll", band: 0 },
  inline_query: user(1),
  chosen_inline_result: user(2),
  callback_query: user(3),
  shipping_query: user(4),
  pre_checkout_query: user(4),
  my_chat_member: chat(5),
  chat_member: user(6),
  chat_join_request: user(6),
  chat_boost: chat(7),
  removed_chat_boost: chat(7),
  message_reaction: chat(8),
  message_reaction_count: chat(9),
  business_connection: user(10),
  business_message: chat(11),
  edited_business_message: chat(11),
  deleted_business_messages: chat(11),
  guest_message: chat(12),
  purchased_paid_media: user(12),
  managed_bot: user(13),
  subscription: user(14),
  stopped_message_generation: chat(15),
};

/** The order key of an update; undefined when the payload lacks what the key is made of. */
export function queueKey(kind: UpdateKind, payload: object): bigint | undefined {
  const { part, band } = RULES[kind];
  const id = READERS[part](payload as KeyedPayload);
  return id === undefined ? undefined : BigInt(id) + (BigInt(band) << 33n);
}

interface KeyedPayload {
  readonly chat?: { readonly id: number };
  readonly from?: { readonly id: number };
  readonly user?: { readonly id: number };
  readonly new_chat_member?: { readonly user: { readonly id: number } };
  readonly poll_id?: string;
  readonly id?: string;
}

const READERS: Readonly<
  Record<KeyRule["part"], (payload: KeyedPayload) => number | string | undefined>
> = {
  chat: (payload) => payload.chat?.id,
  // Of a changed member the key is the member, not the person who changed it.
  user: ({ new_chat_member: member, from, user }) => (member?.user ?? from ?? user)?.id,
  poll: ({ poll_id: answered, id }) => [answered, id].find((text) => /^-?\d+$/.test(text ?? "")),
};
