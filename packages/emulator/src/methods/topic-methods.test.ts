import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ForumTopic, Message } from "@hookgram/bot-api";
import { BEN } from "../../test/stage.ts";
import { openForum } from "../../test/open-chats.ts";

describe("topics of a forum", () => {
  it("hold the messages that are sent to them, and go with them when they are deleted", async () => {
    const { stage, chat } = await openForum();
    await using _ = stage;
    const topic = await stage.ok<ForumTopic>("createForumTopic", { chat_id: chat, name: "Offers" });
    assert.deepEqual(topic.icon_color, 0x6fb9f0);
    const [created] = await stage.updates();
    assert.equal(created?.message?.message_id, topic.message_thread_id);
    assert.equal(created?.message?.forum_topic_created?.name, "Offers");

    const place = { chat_id: chat, message_thread_id: topic.message_thread_id };
    const sent = await stage.ok<Message>("sendMessage", { ...place, text: "Tea" });
    assert.equal(sent.message_thread_id, topic.message_thread_id);
    assert.equal(sent.is_topic_message, true);
    const reply = await stage.ok<Message>("sendMessage", {
      chat_id: chat,
      text: "more",
      reply_parameters: { message_id: sent.message_id },
    });
    assert.equal(reply.message_thread_id, topic.message_thread_id);

    await stage.ok("deleteForumTopic", place);
    const gone = { chat_id: chat, message_id: sent.message_id, text: "?" };
    assert.match(await stage.refusal("editMessageText", gone), /message to edit not found/);
    assert.match(
      await stage.refusal("sendMessage", { ...place, text: "late" }),
      /message thread not found/,
    );
  });

  it("can be closed once, which keeps plain members out", async () => {
    const { stage, chat } = await openForum();
    await using _ = stage;
    const topic = await stage.ok<ForumTopic>("createForumTopic", { chat_id: chat, name: "A" });
    const place = { chat_id: chat, message_thread_id: topic.message_thread_id };
    const words = { person: BEN, chat, message_thread_id: topic.message_thread_id };
    await stage.act("say", { ...words, text: "here" });
    await stage.ok("closeForumTopic", place);
    assert.equal(await stage.refusal("closeForumTopic", place), "Bad Request: TOPIC_NOT_MODIFIED");
    assert.match(await stage.fails("say", { ...words, text: "?" }), /^409 .*topic .* is closed/);
    await stage.ok("reopenForumTopic", place);
    await stage.act("say", { ...words, text: "again" });
    const kinds = (await stage.updates()).map(({ message }) => [
      message?.text,
      message?.message_thread_id,
    ]);
    assert.deepEqual(kinds.at(-1), ["again", topic.message_thread_id]);
  });

  it("are refused where there are none", async () => {
    const { stage, chat } = await openForum({ is_forum: false });
    await using _ = stage;
    assert.equal(
      await stage.refusal("createForumTopic", { chat_id: chat, name: "A" }),
      "Bad Request: the chat is not a forum",
    );
  });

  it("have a general one that hides closed and shows closed", async () => {
    const { stage, chat } = await openForum();
    await using _ = stage;
    await stage.ok("hideGeneralForumTopic", { chat_id: chat });
    await stage.ok("unhideGeneralForumTopic", { chat_id: chat });
    await stage.ok("reopenGeneralForumTopic", { chat_id: chat });
    const fields = (await stage.updates()).map(({ message }) => Object.keys(message ?? {}).at(-1));
    assert.deepEqual(fields, [
      "general_forum_topic_hidden",
      "general_forum_topic_unhidden",
      "forum_topic_reopened",
    ]);
  });
});
