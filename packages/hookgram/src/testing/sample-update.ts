import type {
  Chat,
  Message,
  Update,
  UpdateKind,
  UpdateOf,
  UpdatePayload,
  User,
} from "@hookgram/bot-api";
import type { EventKind } from "../event/event-kind.ts";
import type { EmitOptions } from "../event/event-update.ts";
// By the entry, so that the packed package has no third file that both entries share.
import { toEmission } from "../index.ts";

/** The bot of samples and of the test host. */
export const SAMPLE_BOT: User = {
  id: 4242,
  is_bot: true,
  first_name: "Sample bot",
  username: "sample_bot",
};

/** The person who causes the samples. */
export const SAMPLE_USER: User = { id: 7, is_bot: false, first_name: "Ada" };

/** The private chat of the bot and that person. */
export const SAMPLE_CHAT: Chat = { id: 7, type: "private", first_name: "Ada" };

const DATE_S = 1_790_000_000;

const MESSAGE: Message = {
  message_id: 1,
  date: DATE_S,
  chat: SAMPLE_CHAT,
  from: SAMPLE_USER,
  text: "Hello",
};

const POST: Message = {
  message_id: 1,
  date: DATE_S,
  chat: { id: -1002, type: "channel", title: "News" },
  text: "Hello",
};

const MEMBER = {
  chat: SAMPLE_CHAT,
  from: SAMPLE_USER,
  date: DATE_S,
  old_chat_member: { status: "left", user: SAMPLE_USER },
  new_chat_member: { status: "member", user: SAMPLE_USER },
} as const satisfies UpdatePayload<"chat_member">;

const BOOST_SOURCE = { source: "premium", user: SAMPLE_USER } as const;

const SAMPLES: { readonly [K in UpdateKind]: UpdatePayload<K> } = {
  message: MESSAGE,
  edited_message: { ...MESSAGE, edit_date: DATE_S },
  channel_post: POST,
  edited_channel_post: { ...POST, edit_date: DATE_S },
  business_message: { ...MESSAGE, business_connection_id: "business" },
  edited_business_message: { ...MESSAGE, business_connection_id: "business", edit_date: DATE_S },
  guest_message: { ...MESSAGE, guest_query_id: "guest" },
  callback_query: {
    id: "press",
    from: SAMPLE_USER,
    message: { ...MESSAGE, from: SAMPLE_BOT },
    chat_instance: "1",
    data: "button",
  },
  inline_query: { id: "inline", from: SAMPLE_USER, query: "cats", offset: "" },
  chosen_inline_result: { result_id: "1", from: SAMPLE_USER, query: "cats" },
  shipping_query: {
    id: "shipping",
    from: SAMPLE_USER,
    invoice_payload: "order 1",
    shipping_address: {
      country_code: "DE",
      state: "",
      city: "Berlin",
      street_line1: "Street 1",
      street_line2: "",
      post_code: "10115",
    },
  },
  pre_checkout_query: {
    id: "checkout",
    from: SAMPLE_USER,
    currency: "XTR",
    total_amount: 1,
    invoice_payload: "order 1",
  },
  purchased_paid_media: { from: SAMPLE_USER, paid_media_payload: "photo 1" },
  poll: {
    id: "poll",
    question: "Tea?",
    options: [],
    total_voter_count: 0,
    is_closed: false,
    is_anonymous: true,
    type: "regular",
    allows_multiple_answers: false,
    allows_revoting: false,
    members_only: false,
  },
  poll_answer: {
    poll_id: "poll",
    user: SAMPLE_USER,
    option_ids: [0],
    option_persistent_ids: ["a"],
  },
  my_chat_member: MEMBER,
  chat_member: MEMBER,
  chat_join_request: {
    chat: { id: -1001, type: "supergroup", title: "Group" },
    from: SAMPLE_USER,
    user_chat_id: 7,
    date: DATE_S,
  },
  chat_boost: {
    chat: POST.chat,
    boost: { boost_id: "b", add_date: DATE_S, expiration_date: DATE_S, source: BOOST_SOURCE },
  },
  removed_chat_boost: {
    chat: POST.chat,
    boost_id: "b",
    remove_date: DATE_S,
    source: BOOST_SOURCE,
  },
  message_reaction: {
    chat: SAMPLE_CHAT,
    message_id: 1,
    user: SAMPLE_USER,
    date: DATE_S,
    old_reaction: [],
    new_reaction: [{ type: "emoji", emoji: "👍" }],
  },
  message_reaction_count: { chat: POST.chat, message_id: 1, date: DATE_S, reactions: [] },
  business_connection: {
    id: "business",
    user: SAMPLE_USER,
    user_chat_id: 7,
    date: DATE_S,
    is_enabled: true,
  },
  deleted_business_messages: {
    business_connection_id: "business",
    chat: SAMPLE_CHAT,
    message_ids: [1],
  },
  managed_bot: { user: SAMPLE_USER, bot: SAMPLE_BOT },
  subscription: { user: SAMPLE_USER, invoice_payload: "order 1", state: "canceled" },
  stopped_message_generation: { chat: SAMPLE_CHAT, draft_id: 1 },
};

/** An update of kind `K`, or of one of several. */
export type SampleUpdate<K extends UpdateKind> = { readonly [P in K]: UpdateOf<P> }[K];

/**
 * An update of any kind for a test, with only what Telegram always sends; `fields` replaces or adds
 * fields of its payload: `sampleUpdate("message", { text: "/start" })`.
 */
export function sampleUpdate<K extends UpdateKind>(
  kind: K,
  fields: Partial<UpdatePayload<K>> = {},
): SampleUpdate<K> {
  return { update_id: 1, [kind]: { ...SAMPLES[kind], ...fields } } as unknown as SampleUpdate<K>;
}

/**
 * An own event for a test, in the private chat of the samples unless `options` says otherwise.
 * @throws HookgramError `bad-event-data` when the kind's schema does not accept the data.
 */
export async function sampleEvent<Input>(
  kind: EventKind<Input, unknown>,
  data: NoInfer<Input>,
  options: EmitOptions = {},
): Promise<Update> {
  const place = { chat: SAMPLE_CHAT, user: SAMPLE_USER };
  const nowMs = DATE_S * 1_000;
  return (await toEmission(kind, data, { ...place, ...options, nowMs })).update;
}
