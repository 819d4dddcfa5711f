import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChatFullInfo, Message, SuggestedPostInfo } from "@hookgram/bot-api";
import { CHANNEL } from "../../test/open-chats.ts";
import { ANNA, BEN, BOT_ID, START_S, STAGE_WORLD, Stage, TOKEN } from "../../test/stage.ts";

const DIRECT = -1_003_333_333_333;
const STARS = { currency: "XTR", amount: 100 } as const;
const DAY_S = 86_400;

/** A channel of Anna's with direct messages, which the bot answers; Ben has Stars. */
async function openDirect(rights: Record<string, boolean> = {}): Promise<Stage> {
  const bot = {
    user: BOT_ID,
    status: "administrator",
    rights: {
      can_post_messages: true,
      can_delete_messages: true,
      can_restrict_members: true,
      can_manage_direct_messages: true,
      ...rights,
    },
  } as const;
  return Stage.open({
    bots: [{ token: TOKEN, username: "stage_bot", name: "Stage" }],
    people: [STAGE_WORLD.people![0]!, { id: BEN, first_name: "Ben", stars: 150 }],
    chats: [
      {
        id: CHANNEL,
        type: "channel",
        title: "News",
        direct_messages_chat: DIRECT,
        members: [{ user: ANNA }, bot],
      },
    ],
  });
}

/** Ben suggests a post; the bot gets it. */
async function suggest(stage: Stage, suggested_post: object = {}): Promise<Message> {
  await stage.act("say", { person: BEN, chat: DIRECT, text: "My cat", suggested_post });
  return stage.next("message");
}

describe("direct messages of a channel", () => {
  it("reach the bot in the topic of the person, and it answers as the channel", async () => {
    await using stage = await openDirect();
    await stage.act("say", { person: BEN, chat: DIRECT, text: "Hi" });
    const asked = await stage.next("message");
    assert.deepEqual(asked.chat.is_direct_messages, true);
    assert.deepEqual(
      [
        asked.from?.id,
        asked.direct_messages_topic?.topic_id,
        asked.direct_messages_topic?.user?.id,
      ],
      [BEN, BEN, BEN],
    );
    const answer = { chat_id: DIRECT, text: "Hello" };
    const refusal = (more: object): Promise<string> =>
      stage.refusal("sendMessage", { ...answer, ...more });
    assert.equal(await refusal({}), "Bad Request: channel direct messages topic must be specified");
    assert.equal(
      await refusal({ direct_messages_topic_id: ANNA + 77 }),
      "Bad Request: topic not found",
    );
    const sent = await stage.ok<Message>("sendMessage", {
      ...answer,
      direct_messages_topic_id: BEN,
    });
    assert.deepEqual(
      [sent.sender_chat?.id, sent.from?.username, sent.direct_messages_topic?.topic_id],
      [CHANNEL, "Channel_Bot", BEN],
    );
    const info = await stage.ok<ChatFullInfo>("getChat", { chat_id: DIRECT });
    assert.equal(info.parent_chat?.id, CHANNEL);
  });

  it("take no polls, keep their members, and are left with the channel", async () => {
    await using stage = await openDirect();
    await stage.act("say", { person: BEN, chat: DIRECT, text: "Hi" });
    const poll = { chat_id: DIRECT, question: "?", options: ["a", "b"] };
    assert.equal(
      await stage.refusal("sendPoll", poll),
      "Bad Request: polls can't be sent to channel direct messages chats",
    );
    assert.match(
      await stage.refusal("banChatMember", { chat_id: DIRECT, user_id: BEN }),
      /users must be banned in the corresponding channel chat$/,
    );
    assert.match(
      await stage.refusal("leaveChat", { chat_id: DIRECT }),
      /leave the parent chat instead$/,
    );
    await stage.ok("banChatMember", { chat_id: CHANNEL, user_id: BEN });
    const said = { person: BEN, chat: DIRECT, text: "Hi" };
    assert.match(await stage.fails("say", said), /^409 person 1002 is banned from channel/);
  });

  it("are closed to a bot without the right to answer", async () => {
    await using stage = await openDirect({ can_manage_direct_messages: false });
    await stage.act("say", { person: BEN, chat: DIRECT, text: "Hi" });
    assert.deepEqual(await stage.kinds(), []);
    assert.match(
      await stage.refusal("sendMessage", { chat_id: DIRECT, text: "Hello" }),
      /^Forbidden: bot is not a member/,
    );
  });
});

describe("a suggested post", () => {
  it("is paid when it is approved, published at its date, and earned a day later", async () => {
    await using stage = await openDirect();
    const send_date = START_S + 3600;
    const { message_id, suggested_post_info } = await suggest(stage, { price: STARS, send_date });
    assert.deepEqual(suggested_post_info, { state: "pending", price: STARS, send_date });
    const post = { chat_id: DIRECT, message_id };
    await stage.ok("approveSuggestedPost", post);
    const { suggested_post_approved: approved, direct_messages_topic } =
      await stage.next("message");
    assert.deepEqual([approved?.price, approved?.send_date], [STARS, send_date]);
    assert.equal(approved?.suggested_post_message?.suggested_post_info?.state, "approved");
    assert.equal(direct_messages_topic?.topic_id, BEN);
    assert.equal(
      await stage.refusal("declineSuggestedPost", post),
      "Bad Request: message can't be used in the method",
    );
    await stage.pass(3600);
    const published = await stage.next("channel_post");
    assert.deepEqual([published.text, published.is_paid_post], ["My cat", true]);
    await stage.pass(DAY_S);
    const { suggested_post_paid: paid } = await stage.next("message");
    assert.deepEqual([paid?.currency, paid?.star_amount?.amount], ["XTR", 100]);
    const again = await suggest(stage, { price: STARS });
    await stage.ok("approveSuggestedPost", { chat_id: DIRECT, message_id: again.message_id });
    const failed = await stage.next("message");
    assert.deepEqual(failed.suggested_post_approval_failed?.price, STARS);
  });

  it("is refunded when the post is deleted within a day", async () => {
    await using stage = await openDirect();
    const { message_id } = await suggest(stage, { price: STARS });
    await stage.ok("approveSuggestedPost", { chat_id: DIRECT, message_id });
    await stage.pass(0);
    const published = await stage.next("channel_post");
    await stage.ok("deleteMessage", { chat_id: CHANNEL, message_id: published.message_id });
    await stage.pass(DAY_S);
    const { suggested_post_refunded } = await stage.next("message");
    assert.equal(suggested_post_refunded?.reason, "post_deleted");
    assert.equal(stage.telegram.world.state.people.get(BEN)?.stars, 150);
  });

  it("is declined with a comment", async () => {
    await using stage = await openDirect();
    const { message_id } = await suggest(stage);
    await stage.ok("declineSuggestedPost", { chat_id: DIRECT, message_id, comment: "No cats" });
    const { suggested_post_declined: declined } = await stage.next("message");
    assert.equal(declined?.comment, "No cats");
    assert.equal(declined?.suggested_post_message?.suggested_post_info?.state, "declined");
  });

  it("can come from the bot, replaces the one it replies to, and the person answers", async () => {
    await using stage = await openDirect();
    const { message_id } = await suggest(stage);
    const sent = await stage.ok<Message>("sendMessage", {
      chat_id: DIRECT,
      direct_messages_topic_id: BEN,
      text: "Your cat",
      reply_parameters: { message_id },
      suggested_post_parameters: { price: { currency: "TON", amount: 20_000_000 } },
    });
    const post = { chat_id: DIRECT, message_id: sent.message_id };
    assert.equal(
      await stage.refusal("approveSuggestedPost", post),
      "Bad Request: message can't be used in the method",
    );
    await stage.act("answerSuggestion", {
      person: BEN,
      chat: DIRECT,
      message_id: sent.message_id,
      approve: true,
    });
    const states = new Map<string, SuggestedPostInfo | undefined>();
    const { messages } = await stage.act<{ messages: Message[] }>("getMessages", { chat: DIRECT });
    for (const { text, suggested_post_info } of messages) {
      states.set(text ?? "service", suggested_post_info);
    }
    assert.deepEqual(
      [states.get("My cat")?.state, states.get("Your cat")?.state],
      ["declined", "approved"],
    );
    assert.equal(
      await stage.refusal("editMessageText", { ...post, text: "x" }),
      "Bad Request: message can't be edited",
    );
  });

  it("is refused in Telegram's words", async () => {
    await using stage = await openDirect();
    await stage.act("say", { person: BEN, chat: DIRECT, text: "Hi" });
    const refusal = (suggested_post_parameters: unknown, chat_id = DIRECT): Promise<string> =>
      stage.refusal("sendMessage", {
        chat_id,
        direct_messages_topic_id: BEN,
        text: "Hi",
        suggested_post_parameters,
      });
    const price = (currency: string, amount: number): object => ({ price: { currency, amount } });
    assert.deepEqual(
      await Promise.all([
        refusal("{"),
        refusal([]),
        refusal({ price: {} }),
        refusal(price("EUR", 1)),
        refusal(price("TON", 1)),
        refusal(price("XTR", 4)),
        refusal({ send_date: -1 }),
        refusal({}, CHANNEL),
      ]),
      [
        "Bad Request: can't parse suggested post parameters JSON object",
        "Bad Request: object expected as suggested post parameters",
        'Bad Request: can\'t find field "currency"',
        "Bad Request: invalid suggested post price currency specified",
        "Bad Request: suggested post price must be divisible by 10000000 nanotoncoins",
        "Bad Request: invalid amount of Telegram Stars specified",
        "Bad Request: invalid post send date specified",
        "Bad Request: suggested posts can be sent only to channel direct messages",
      ],
    );
  });
});
