import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@hookgram/bot-api";
import { pngOf } from "../../test/images.ts";
import { CHANNEL, FORUM } from "../../test/open-chats.ts";
import { ANNA, BEN, BOT_ID, STAGE_WORLD, START_S, Stage } from "../../test/stage.ts";

interface Posted {
  readonly message: Message;
}

/** A forum and a channel whose administrators are Anna and the bot; Ben is a member of the forum. */
function openForum(): Promise<Stage> {
  const administrators = [{ user: ANNA }, { user: BOT_ID, status: "administrator" }] as const;
  return Stage.open({
    ...STAGE_WORLD,
    chats: [
      {
        id: FORUM,
        type: "supergroup",
        title: "Shop",
        is_forum: true,
        permissions: { can_pin_messages: false, can_change_info: false, can_manage_topics: false },
        members: [...administrators, { user: BEN }],
      },
      { id: CHANNEL, type: "channel", title: "News", members: [...administrators] },
    ],
  });
}

/** The newest message that the bot hears of. */
async function lastMessage(stage: Stage): Promise<Message | undefined> {
  const update = (await stage.updates()).at(-1);
  return update?.message ?? update?.channel_post;
}

describe("a person", () => {
  it("forwards from a channel, a group and the own chat, with where it comes from", async () => {
    await using stage = await openForum();
    await stage.act("say", { person: ANNA, chat: CHANNEL, text: "Sale!" });
    await stage.act("say", { person: BEN, chat: FORUM, text: "Hi" });
    await stage.updates();
    await stage.act("forward", { person: ANNA, from_chat: CHANNEL, message_id: 1 });
    const post = await lastMessage(stage);
    assert.equal(post?.text, "Sale!");
    assert.deepEqual(post?.forward_origin, {
      type: "channel",
      chat: { id: CHANNEL, title: "News", type: "channel" },
      message_id: 1,
      date: START_S,
    });
    await stage.act("forward", { person: ANNA, from_chat: FORUM, message_id: 1 });
    const group = (await lastMessage(stage))?.forward_origin;
    assert.deepEqual(group, {
      type: "user",
      sender_user: { id: BEN, is_bot: false, first_name: "Ben" },
      date: START_S,
    });
    // Forwarded once more it keeps the origin, and another sender may hide.
    await stage.act("forward", { person: ANNA, chat: FORUM, from_chat: ANNA, message_id: 2 });
    assert.deepEqual((await lastMessage(stage))?.forward_origin, group);
    await stage.act("forward", {
      person: ANNA,
      from_chat: FORUM,
      message_id: 1,
      is_sender_hidden: true,
    });
    const hidden = { type: "hidden_user", sender_user_name: "Ben", date: START_S };
    assert.deepEqual((await lastMessage(stage))?.forward_origin, hidden);
  });

  it("forwards nothing that they cannot read, or that is protected", async () => {
    await using stage = await openForum();
    await stage.begin();
    await stage.act("say", { person: ANNA, chat: CHANNEL, text: "Sale!" });
    await stage.ok("sendMessage", { chat_id: ANNA, text: "Secret", protect_content: true });
    const wanted = { person: BEN, message_id: 1 };
    assert.match(await stage.fails("forward", { ...wanted, from_chat: CHANNEL }), /^409 .*not in/);
    assert.match(await stage.fails("forward", { ...wanted, from_chat: ANNA }), /^400 .*another/);
    const own = { person: ANNA, message_id: 2 };
    assert.match(await stage.fails("forward", own), /^409 message 2 cannot be forwarded$/);
  });

  it("formats a text, and quotes a part of what they reply to", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    await stage.ok("sendMessage", { chat_id: ANNA, text: "Red or blue?" });
    const said = { person: ANNA, text: "<b>Blue</b>", parse_mode: "HTML" };
    await stage.act("say", { ...said, reply_to_message_id: 2, quote: "blue" });
    const message = await lastMessage(stage);
    assert.equal(message?.text, "Blue");
    assert.deepEqual(message?.entities, [{ type: "bold", offset: 0, length: 4 }]);
    assert.deepEqual(message?.quote, { text: "blue", position: 7, is_manual: true });
    assert.match(
      await stage.fails("say", { ...said, text: "<b>" }),
      /^400 the text cannot be sent: /,
    );
    const wrong = { ...said, reply_to_message_id: 2, quote: "green" };
    assert.match(await stage.fails("say", wrong), /^400 message 2 does not say "green"$/);
  });

  it("sends venues, dice and polls", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const location = { latitude: 52.5, longitude: 13.4 };
    const venue = { location, title: "Museum", address: "Berlin" };
    await stage.act("share", { person: ANNA, venue });
    assert.deepEqual((await lastMessage(stage))?.venue, venue);
    const { message } = await stage.act<Posted>("share", { person: ANNA, dice: "🎯" });
    assert.equal(message.dice?.emoji, "🎯");
    assert.match(
      await stage.fails("share", { person: ANNA, dice: "🥕" }),
      /^400 🥕 does not roll$/,
    );
    await stage.updates();
    const poll = { question: "Lunch?", options: ["Soup", "Salad"] };
    const sent = await stage.act<Posted>("share", { person: ANNA, poll });
    assert.deepEqual((await lastMessage(stage))?.poll, sent.message.poll);
    assert.equal(sent.message.poll?.is_anonymous, true);
    // Bots hear of votes in their own polls only.
    const vote = { person: ANNA, message_id: sent.message.message_id, options: [1] };
    await stage.act("vote", vote);
    assert.deepEqual(await stage.kinds(), []);
    assert.match(
      await stage.fails("share", { person: ANNA, poll, dice: "🎲" }),
      /^400 .*exactly one/,
    );
  });

  it("pins, renames and pictures a group when that is allowed, and the bot hears of it", async () => {
    await using stage = await openForum();
    await stage.act("say", { person: ANNA, chat: FORUM, text: "Rules" });
    const pin = { person: ANNA, chat: FORUM, message_id: 1 };
    await stage.act("pin", pin);
    assert.equal((await lastMessage(stage))?.pinned_message?.message_id, 1);
    assert.match(await stage.fails("pin", pin), /^409 message 1 is pinned$/);
    await stage.act("pin", { ...pin, is_pinned: false });
    assert.match(await stage.fails("pin", { ...pin, person: BEN }), /^409 .*no can_pin_messages$/);
    await stage.act("changeChat", { person: ANNA, chat: FORUM, title: "Store" });
    assert.equal((await lastMessage(stage))?.new_chat_title, "Store");
    const photo = Buffer.from(pngOf(200, 200)).toString("base64");
    await stage.act("changeChat", { person: ANNA, chat: FORUM, photo });
    assert.ok((await lastMessage(stage))?.new_chat_photo?.length);
    await stage.act("changeChat", { person: ANNA, chat: FORUM, photo: "" });
    assert.equal((await lastMessage(stage))?.delete_chat_photo, true);
    const byBen = { person: BEN, chat: FORUM, title: "Mine" };
    assert.match(await stage.fails("changeChat", byBen), /^409 .*no can_change_info$/);
  });

  it("opens and closes topics of a forum", async () => {
    await using stage = await openForum();
    const topic = { person: ANNA, chat: FORUM, name: "Orders" };
    const { topic: opened } = await stage.act<{ topic: { message_thread_id: number } }>(
      "createTopic",
      topic,
    );
    const created = await lastMessage(stage);
    assert.equal(created?.forum_topic_created?.name, "Orders");
    assert.equal(created?.message_thread_id, opened.message_thread_id);
    const closing = { person: ANNA, chat: FORUM, message_thread_id: opened.message_thread_id };
    await stage.act("closeTopic", closing);
    assert.deepEqual((await lastMessage(stage))?.forum_topic_closed, {});
    const late = { person: BEN, chat: FORUM, text: "x" };
    const inTopic = { ...late, message_thread_id: opened.message_thread_id };
    assert.match(await stage.fails("say", inTopic), /^409 the topic "Orders" is closed$/);
    await stage.act("closeTopic", { ...closing, is_closed: false });
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...inTopic, caption: "y" })) {
      if (name !== "text") form.set(name, String(value));
    }
    form.set("file", new Blob(["z"]), "z.txt");
    const sent = await stage.act<Posted>("upload", form);
    assert.equal(sent.message.message_thread_id, opened.message_thread_id);
    assert.match(await stage.fails("createTopic", { ...topic, person: BEN }), /^409 /);
    assert.match(await stage.fails("createTopic", { ...topic, chat: CHANNEL }), /^(400|409) /);
  });
});

describe("somebody who waits", () => {
  it("can make sure that nothing comes", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const silence = { person: ANNA, count: 0, timeout_ms: 20 };
    const quiet = await stage.act<{ messages: Message[] }>("wait", silence);
    assert.deepEqual(quiet.messages, []);
    await stage.ok("sendMessage", { chat_id: ANNA, text: "Hello" });
    const said = await stage.fails("wait", silence);
    assert.equal(said, "409 the bot was to say nothing and said: Hello");
  });
});

describe("a transcript", () => {
  it("tells what happened beside words, too", async () => {
    await using stage = await openForum();
    await stage.act("say", { person: ANNA, chat: FORUM, text: "Rules" });
    await stage.act("pin", { person: ANNA, chat: FORUM, message_id: 1 });
    await stage.act("changeChat", { person: ANNA, chat: FORUM, title: "Store" });
    await stage.act("createTopic", { person: ANNA, chat: FORUM, name: "Orders" });
    await stage.act("forward", { person: BEN, chat: FORUM, message_id: 1 });
    const poll = { question: "Lunch?", options: ["Soup"] };
    await stage.act("share", { person: BEN, chat: FORUM, poll });
    const wanted = { chat: FORUM, format: "json" };
    const { lines } = await stage.act<{ lines: string[] }>("getTranscript", wanted);
    assert.deepEqual(lines, [
      "Anna: Rules",
      "Anna: [pinned a message]",
      "Anna: [title] Store",
      "Anna: [topic] Orders",
      "Ben: [forwarded] Rules",
      "Ben: [poll] Lunch?",
      "     - Soup (0)",
    ]);
  });
});

describe("a named snapshot", () => {
  it("brings everything back, as often as wanted", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    await stage.act("takeSnapshot", { name: "begun" });
    for (const text of ["one", "two"]) {
      await stage.act("say", { person: ANNA, text });
      assert.equal((await lastMessage(stage))?.text, text);
      await stage.act("restoreSnapshot", { name: "begun" });
      const { messages } = await stage.act<{ messages: Message[] }>("getMessages", {
        person: ANNA,
      });
      assert.deepEqual(
        messages.map((message) => message.text),
        ["/start"],
      );
    }
    assert.match(await stage.fails("restoreSnapshot", { name: "x" }), /^404 .*there are begun$/);
  });
});
