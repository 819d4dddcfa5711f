import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Update, UpdateKind } from "@hookgram/bot-api";
import { originOf } from "../context/origin.ts";
import { sampleUpdate } from "../testing.ts";
import { STATE_STRATEGIES, stateKey } from "./strategy.ts";

const chat = { id: -100, type: "supergroup", title: "Group" } as const;
const inGroup = (fields: object): Update => sampleUpdate("message", { chat, ...fields });

/** For each kind of origin the keys without the bot, in the order of STATE_STRATEGIES. */
const TABLE: readonly (readonly [name: string, update: Update, keys: readonly string[]])[] = [
  [
    "message of user 7 in chat -100",
    inGroup({}),
    ["chat=-100/user=7", "chat=-100", "user=7", "chat=-100/user=7", "chat=-100"],
  ],
  [
    "the same in topic 5",
    inGroup({ is_topic_message: true, message_thread_id: 5 }),
    ["chat=-100/user=7", "chat=-100", "user=7", "chat=-100/user=7/topic=5", "chat=-100/topic=5"],
  ],
  [
    "the same in a thread that is no topic",
    inGroup({ message_thread_id: 5 }),
    ["chat=-100/user=7", "chat=-100", "user=7", "chat=-100/user=7", "chat=-100"],
  ],
  [
    "channel post in -1002",
    sampleUpdate("channel_post"),
    ["-", "chat=-1002", "-", "-", "chat=-1002"],
  ],
  [
    "inline query of user 7",
    sampleUpdate("inline_query"),
    ["chat=7/user=7", "chat=7", "user=7", "chat=7/user=7", "chat=7"],
  ],
  [
    "business message",
    sampleUpdate("business_message"),
    [
      "chat=7/user=7/business=business",
      "chat=7/business=business",
      "user=7/business=business",
      "chat=7/user=7/business=business",
      "chat=7/business=business",
    ],
  ],
  [
    "guest message, whose chat id may be that of another chat",
    sampleUpdate("guest_message"),
    ["chat=7/user=7/guest", "chat=7/guest", "user=7/guest", "chat=7/user=7/guest", "chat=7/guest"],
  ],
  ["poll", sampleUpdate("poll"), ["-", "-", "-", "-", "-"]],
  [
    "poll answer of a chat",
    {
      update_id: 1,
      poll_answer: { poll_id: "1", voter_chat: chat, option_ids: [], option_persistent_ids: [] },
    },
    ["-", "chat=-100", "-", "-", "chat=-100"],
  ],
];

function keyOf(update: Update, strategy: (typeof STATE_STRATEGIES)[number], botId: number): string {
  const kind = Object.keys(update).find((key) => key !== "update_id") as UpdateKind;
  return stateKey(strategy, botId, originOf(kind, update)) ?? "-";
}

describe("the key of a state", () => {
  for (const [name, update, keys] of TABLE)
    for (const [index, strategy] of STATE_STRATEGIES.entries())
      it(`${name}, ${strategy}: ${keys[index]}`, () => {
        const expected = keys[index] === "-" ? "-" : `bot=42/${strategy}/${keys[index]}`;
        assert.equal(keyOf(update, strategy, 42), expected);
      });

  it("is never that of another bot or another strategy", () => {
    const update = sampleUpdate("message");
    const keys = [1, 99].flatMap((bot) =>
      STATE_STRATEGIES.map((strategy) => keyOf(update, strategy, bot)),
    );
    assert.equal(new Set(keys).size, 10);
  });

  it("is the same for a button as for the message that carries it, topics included", () => {
    const message = inGroup({ is_topic_message: true, message_thread_id: 5 });
    const pressed = sampleUpdate("callback_query", { message: message.message! });
    for (const strategy of STATE_STRATEGIES)
      assert.equal(keyOf(pressed, strategy, 1), keyOf(message, strategy, 1));
  });
});
