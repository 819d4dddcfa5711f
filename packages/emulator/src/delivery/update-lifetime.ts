import type { UpdateKind } from "@hookgram/bot-api";

const DAY_S = 86_400;

/** Kinds that live until a day after the date inside them. */
const DATED: ReadonlySet<UpdateKind> = new Set<UpdateKind>([
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "business_message",
  "edited_business_message",
  "guest_message",
  "my_chat_member",
  "chat_member",
  "chat_join_request",
  "chat_boost",
  "removed_chat_boost",
  "message_reaction",
  "message_reaction_count",
]);

/** Seconds that the other kinds live from their creation on; a day where nothing is said. */
const LIFETIME_S: Partial<Readonly<Record<UpdateKind, number>>> = {
  callback_query: 150,
  shipping_query: 150,
  pre_checkout_query: 150,
  inline_query: 30,
  chosen_inline_result: 600,
};

/**
 * The Unix time in seconds at which an update stops being delivered; undefined when it is too old
 * to become an update at all. The often quoted 24 hours are only the longest of these.
 *
 * The lifetimes of `subscription` and `stopped_message_generation` are not published; a day is assumed.
 * @see tdlib/telegram-bot-api, Client.cpp, add_update
 */
export function updateExpiry(kind: UpdateKind, payload: object, nowS: number): number | undefined {
  if (!DATED.has(kind)) return nowS + (LIFETIME_S[kind] ?? DAY_S);
  const expiresAtS = (payloadDate(payload) ?? nowS) + DAY_S;
  return expiresAtS > nowS ? expiresAtS : undefined;
}

/** An edit counts from its edit; a boost from the beginning or the end of the boost. */
function payloadDate(payload: object): number | undefined {
  const dates = payload as Record<string, unknown>;
  const boost = dates["boost"] as { readonly add_date?: number } | undefined;
  const date = dates["edit_date"] ?? dates["date"] ?? dates["remove_date"] ?? boost?.add_date;
  return typeof date === "number" ? date : undefined;
}
