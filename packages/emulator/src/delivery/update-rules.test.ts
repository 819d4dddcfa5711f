import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { UPDATE_KINDS } from "@hookgram/bot-api";
import type { UpdateKind } from "@hookgram/bot-api";
import { AllowedUpdates } from "./allowed-updates.ts";
import { queueKey } from "./queue-key.ts";
import { updateExpiry } from "./update-lifetime.ts";

const NOW_S = 1_700_000_000;
const DAY_S = 86_400;

/** Chat 7, user 9, poll 11, and a date an hour ago. */
const PAYLOAD = {
  id: "11",
  poll_id: "11",
  date: NOW_S - 3_600,
  chat: { id: 7 },
  from: { id: 9 },
  user: { id: 9 },
};

/**
 * Seconds of life after now, and the key as `part + band · 2³³`, of every kind.
 * @see tdlib/telegram-bot-api, Client.cpp, the calls of add_update
 */
const RULES: Readonly<Record<UpdateKind, readonly [lifeS: number, part: number, band: number]>> = {
  message: [DAY_S - 3_600, 7, 0],
  edited_message: [DAY_S - 3_600, 7, 0],
  channel_post: [DAY_S - 3_600, 7, 0],
  edited_channel_post: [DAY_S - 3_600, 7, 0],
  inline_query: [30, 9, 1],
  chosen_inline_result: [600, 9, 2],
  callback_query: [150, 9, 3],
  shipping_query: [150, 9, 4],
  pre_checkout_query: [150, 9, 4],
  poll: [DAY_S, 11, 0],
  poll_answer: [DAY_S, 11, 0],
  my_chat_member: [DAY_S - 3_600, 7, 5],
  chat_member: [DAY_S - 3_600, 9, 6],
  chat_join_request: [DAY_S - 3_600, 9, 6],
  chat_boost: [DAY_S - 3_600, 7, 7],
  removed_chat_boost: [DAY_S - 3_600, 7, 7],
  message_reaction: [DAY_S - 3_600, 7, 8],
  message_reaction_count: [DAY_S - 3_600, 7, 9],
  business_connection: [DAY_S, 9, 10],
  business_message: [DAY_S - 3_600, 7, 11],
  edited_business_message: [DAY_S - 3_600, 7, 11],
  deleted_business_messages: [DAY_S, 7, 11],
  guest_message: [DAY_S - 3_600, 7, 12],
  purchased_paid_media: [DAY_S, 9, 12],
  managed_bot: [DAY_S, 9, 13],
  // These two are assumptions; they are newer than the public source.
  subscription: [DAY_S, 9, 14],
  stopped_message_generation: [DAY_S, 7, 15],
};

describe("the rules of update kinds", () => {
  for (const kind of UPDATE_KINDS) {
    const [lifeS, part, band] = RULES[kind];
    it(`${kind} lives ${lifeS} s and has the key ${part} + ${band} · 2³³`, () => {
      assert.equal(updateExpiry(kind, PAYLOAD, NOW_S), NOW_S + lifeS);
      assert.equal(queueKey(kind, PAYLOAD), BigInt(part) + BigInt(band) * 2n ** 33n);
    });
  }

  it("counts an edited message from its edit", () => {
    const payload = { ...PAYLOAD, edit_date: NOW_S - 60 };
    assert.equal(updateExpiry("edited_message", payload, NOW_S), NOW_S - 60 + DAY_S);
  });

  it("makes no update of a message older than a day", () => {
    assert.equal(updateExpiry("message", { date: NOW_S - DAY_S }, NOW_S), undefined);
    assert.equal(updateExpiry("message", { date: NOW_S - DAY_S + 1 }, NOW_S), NOW_S + 1);
  });

  it("orders members by the member, not by who changed it", () => {
    const payload = { chat: { id: 7 }, from: { id: 1 }, new_chat_member: { user: { id: 9 } } };
    assert.equal(queueKey("chat_member", payload), 9n + 6n * 2n ** 33n);
  });

  it("keeps poll ids apart that no double can hold", () => {
    const keys = ["9007199254740993", "9007199254740992"].map((id) => queueKey("poll", { id }));
    assert.notEqual(keys[0], keys[1]);
  });
});

describe("allowed_updates", () => {
  const applied = (...texts: readonly string[]): AllowedUpdates => {
    const allowed = new AllowedUpdates();
    for (const text of texts) allowed.apply(text);
    return allowed;
  };

  it("is everything but the three opt-in kinds by default", () => {
    const left = UPDATE_KINDS.filter((kind) => !applied().includes(kind));
    assert.deepEqual(left, ["chat_member", "message_reaction", "message_reaction_count"]);
  });

  it("lists kinds in the server's order and hides the internal ones", () => {
    const { listed } = applied('["custom_event","poll","Message","nonsense"]');
    assert.deepEqual(listed, ["message", "poll"]);
  });

  it("is the default for an empty list and for one with unknown names only", () => {
    assert.equal(applied('["poll"]', "[]").listed, undefined);
    assert.equal(applied('["poll"]', '["nonsense"]').listed, undefined);
  });

  it("stays as it is for anything that is not a list of strings", () => {
    for (const text of ["", "null", "{}", '"poll"', "[1]", '["poll",1]', "[", "poll"]) {
      assert.deepEqual(applied('["message"]', text).listed, ["message"], text);
    }
  });
});
