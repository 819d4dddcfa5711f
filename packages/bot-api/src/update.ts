import type { UpdateFields } from "./generated/objects.ts";

/** The name of an update's one payload field: `"message"`, `"callback_query"` and so on. */
export type UpdateKind = Exclude<keyof UpdateFields, "update_id">;

/** What an update of kind `K` carries: `UpdatePayload<"message">` is a `Message`. */
export type UpdatePayload<K extends UpdateKind> = NonNullable<UpdateFields[K]>;

/** An update of kind `K`, with that field present and every other one absent. */
export type UpdateOf<K extends UpdateKind> = { readonly update_id: number } & {
  readonly [P in K]: UpdatePayload<P>;
} & { readonly [P in Exclude<UpdateKind, K>]?: undefined };

/**
 * One incoming update. A union of all kinds of the Bot API, so that `if (update.message)` narrows.
 * @see https://core.telegram.org/bots/api#update
 */
export type Update = { [K in UpdateKind]: UpdateOf<K> }[UpdateKind];

/** All public kinds, in the order in which Telegram's server lists them. */
export const UPDATE_KINDS = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "inline_query",
  "chosen_inline_result",
  "callback_query",
  "shipping_query",
  "pre_checkout_query",
  "poll",
  "poll_answer",
  "my_chat_member",
  "chat_member",
  "chat_join_request",
  "chat_boost",
  "removed_chat_boost",
  "message_reaction",
  "message_reaction_count",
  "business_connection",
  "business_message",
  "edited_business_message",
  "deleted_business_messages",
  "purchased_paid_media",
  "managed_bot",
  "guest_message",
  "subscription",
  "stopped_message_generation",
] as const satisfies readonly UpdateKind[];

/** Kinds that a bot gets only when it names them in `allowed_updates`. */
export const OPT_IN_UPDATE_KINDS: readonly UpdateKind[] = [
  "chat_member",
  "message_reaction",
  "message_reaction_count",
];

/** The kinds that Telegram sends when `allowed_updates` is not given or empty. */
export const DEFAULT_UPDATE_KINDS: readonly UpdateKind[] = UPDATE_KINDS.filter(
  (kind) => !OPT_IN_UPDATE_KINDS.includes(kind),
);

type Missing = Exclude<UpdateKind, (typeof UPDATE_KINDS)[number]>;
/** Fails to compile when the wire types gain a kind that the list above lacks. */
export const UPDATE_KINDS_ARE_COMPLETE: [Missing] extends [never] ? true : Missing = true;

const KINDS: ReadonlySet<string> = new Set(UPDATE_KINDS);

/** The kind of `update`, or undefined for a kind that is newer than this version of hookgram. */
export function updateKind(update: { readonly update_id: number }): UpdateKind | undefined {
  for (const key in update) if (KINDS.has(key)) return key as UpdateKind;
  return undefined;
}
