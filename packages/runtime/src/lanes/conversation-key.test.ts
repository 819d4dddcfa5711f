import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Update, UPDATE_KINDS } from "@hookgram/bot-api";

import { conversationKey } from "./conversation-key.ts";

const from = { id: 11, is_bot: false, first_name: "Ada" };
const chat = { id: -100, type: "supergroup", title: "Team" };
const message = { message_id: 1, date: 1, chat, from, text: "hi" };
const topic = { ...message, is_topic_message: true, message_thread_id: 5 };
/** A reply in a supergroup without topics carries a thread, too. */
const thread = { ...message, message_thread_id: 5 };
const business = { ...message, chat: { id: 11, type: "private" }, business_connection_id: "bc" };

/** Payloads by kind, as the Bot API's documentation describes them, and the lane of each. */
const CASES: readonly (readonly [kind: string, payload: unknown, lane: string | null])[] = [
  ["message", message, "7:-100"],
  ["message", topic, "7:-100:5"],
  ["message", thread, "7:-100"],
  ["edited_message", topic, "7:-100:5"],
  ["channel_post", { ...message, from: undefined }, "7:-100"],
  ["edited_channel_post", message, "7:-100"],
  ["callback_query", { id: "1", from, message, chat_instance: "1" }, "7:-100"],
  ["callback_query", { id: "1", from, message: topic, chat_instance: "1" }, "7:-100:5"],
  ["callback_query", { id: "1", from, inline_message_id: "x", chat_instance: "1" }, "7:u11"],
  ["callback_query", { id: "1", from, message: business, chat_instance: "1" }, "7:11@bc"],
  ["inline_query", { id: "1", from, query: "", offset: "" }, "7:u11"],
  ["chosen_inline_result", { result_id: "1", from, query: "" }, "7:u11"],
  ["shipping_query", { id: "1", from, invoice_payload: "" }, "7:u11"],
  ["pre_checkout_query", { id: "1", from, currency: "EUR" }, "7:u11"],
  ["poll", { id: "99", question: "?", options: [] }, "7:p99"],
  ["poll_answer", { poll_id: "99", user: from, option_ids: [0] }, "7:p99"],
  ["my_chat_member", { chat, from, date: 1 }, "7:-100"],
  ["chat_member", { chat, from, date: 1 }, "7:-100"],
  ["chat_join_request", { chat, from, date: 1 }, "7:-100"],
  ["chat_boost", { chat, boost: {} }, "7:-100"],
  ["message_reaction", { chat, message_id: 1, user: from }, "7:-100"],
  ["message_reaction_count", { chat, message_id: 1 }, "7:-100"],
  ["business_connection", { id: "bc", user: from, user_chat_id: 11 }, "7:u11"],
  ["business_message", business, "7:11@bc"],
  ["edited_business_message", business, "7:11@bc"],
  ["deleted_business_messages", { business_connection_id: "bc", chat: business.chat }, "7:11@bc"],
  ["purchased_paid_media", { from, paid_media_payload: "" }, "7:u11"],
  ["managed_bot", { user: from, bot: { id: 12 } }, "7:u11"],
  ["guest_message", message, "7:-100"],
  ["something_newer", { chat }, null],
];

describe("the default lane", () => {
  for (const [kind, payload, lane] of CASES) {
    it(`of ${kind} ${JSON.stringify(payload).slice(0, 60)} is ${lane}`, () => {
      assert.equal(
        conversationKey({ update_id: 1, [kind]: payload } as unknown as Update, 7),
        lane,
      );
    });
  }

  it("is never shared by two bots", () => {
    const update = { update_id: 1, message } as unknown as Update;
    assert.notEqual(conversationKey(update, 7), conversationKey(update, 8));
  });

  it("is there for whatever kind, however little it carries", () => {
    for (const kind of UPDATE_KINDS) {
      conversationKey({ update_id: 1, [kind]: {} } as unknown as Update, 7);
    }
  });
});
