import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@hookgram/bot-api";
import { openChannel } from "../../test/open-chats.ts";
import { ANNA, BEN, BOT_ID } from "../../test/stage.ts";

describe("a channel", () => {
  it("shows posts in its own name and tells the bot of those of others", async () => {
    const { stage, channel } = await openChannel();
    await using _ = stage;
    const post = await stage.ok<Message>("sendMessage", { chat_id: channel, text: "Open now" });
    assert.equal(post.from, undefined);
    assert.equal(post.sender_chat?.id, channel);
    assert.equal(post.chat.type, "channel");
    await stage.act("say", { person: ANNA, chat: channel, text: "Closed today" });
    const kinds = await stage.kinds();
    assert.deepEqual(kinds, ["message", "channel_post", "message"]);
    const edited = { person: ANNA, chat: channel, message_id: 2, text: "Closed tomorrow" };
    await stage.act("edit", edited);
    assert.deepEqual(await stage.kinds(), ["edited_channel_post"]);
  });

  it("forwards its posts into the discussion group, where people answer them", async () => {
    const { stage, channel, group } = await openChannel();
    await using _ = stage;
    await stage.ok("sendMessage", { chat_id: channel, text: "Open now" });
    const [update] = await stage.updates();
    const copy = update?.message;
    assert.equal(copy?.is_automatic_forward, true);
    assert.equal(copy?.from?.id, 777_000);
    assert.equal(copy?.sender_chat?.id, channel);
    const origin = copy?.forward_origin;
    assert.equal(origin?.type === "channel" && origin.message_id, 1);
    const reply_to_message_id = copy?.message_id;
    await stage.act("say", { person: BEN, chat: group, text: "Thanks", reply_to_message_id });
    const [comment] = await stage.updates();
    assert.equal(comment?.message?.reply_to_message?.sender_chat?.id, channel);
  });

  it("is for administrators to write in", async () => {
    const { stage, channel } = await openChannel();
    await using _ = stage;
    await stage.act("setMember", { chat: channel, person: BEN, status: "member" });
    const words = { person: BEN, chat: channel, text: "me too" };
    assert.match(await stage.fails("say", words), /^409 .*may not do that/);
    await stage.act("setMember", { chat: channel, bot: BOT_ID, status: "member" });
    assert.equal(
      await stage.refusal("sendMessage", { chat_id: channel, text: "?" }),
      "Bad Request: need administrator rights in the channel chat",
    );
  });

  it("gives its administrators the rights of channels", async () => {
    const { stage, channel } = await openChannel();
    await using _ = stage;
    await stage.act("setMember", { chat: channel, person: BEN, status: "member" });
    await stage.ok("promoteChatMember", {
      chat_id: channel,
      user_id: BEN,
      can_post_messages: true,
    });
    const member = await stage.ok<Record<string, unknown>>("getChatMember", {
      chat_id: channel,
      user_id: BEN,
    });
    assert.equal(member["can_post_messages"], true);
    assert.equal("can_pin_messages" in member, false);
  });
});
