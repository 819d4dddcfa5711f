import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { UPDATE_KINDS } from "@hookgram/bot-api";
import type { Message } from "@hookgram/bot-api";
import { CHANNEL, FORUM } from "../../test/open-chats.ts";
import { ANNA, BEN, BOT_ID, STAGE_WORLD, Stage } from "../../test/stage.ts";

/** A supergroup with a bot that may do everything, and a channel of Anna's. */
async function openTalk(rights: Record<string, boolean> = {}): Promise<Stage> {
  const bot = {
    user: BOT_ID,
    status: "administrator",
    rights: { can_restrict_members: true, can_delete_messages: true, can_promote_members: true },
  } as const;
  const stage = await Stage.open({
    ...STAGE_WORLD,
    chats: [
      {
        id: FORUM,
        type: "supergroup",
        title: "Talk",
        members: [{ user: ANNA }, { user: BEN, status: "administrator", rights }, bot],
      },
      { id: CHANNEL, type: "channel", title: "News", members: [{ user: ANNA }] },
    ],
  });
  await stage.ok("getUpdates", { offset: -1, allowed_updates: UPDATE_KINDS });
  return stage;
}

describe("writing in the name of a chat", () => {
  it("shows the channel and Telegram's stand-in for an author", async () => {
    await using stage = await openTalk();
    await stage.act("say", { person: ANNA, chat: FORUM, text: "Hi", as_chat: CHANNEL });
    const message = await stage.next("message");
    assert.equal(message.sender_chat?.id, CHANNEL);
    assert.deepEqual([message.from?.id, message.from?.username], [136_817_688, "Channel_Bot"]);
    const forwarded = await stage.ok<Message>("forwardMessage", {
      chat_id: FORUM,
      from_chat_id: FORUM,
      message_id: message.message_id,
    });
    const origin = forwarded.forward_origin;
    assert.equal(origin?.type === "chat" && origin.sender_chat.id, CHANNEL);
  });

  it("is how anonymous administrators write, with their title", async () => {
    await using stage = await openTalk({ is_anonymous: true });
    await stage.act("setMember", {
      person: BEN,
      chat: FORUM,
      status: "administrator",
      rights: { is_anonymous: true },
      custom_title: "Boss",
    });
    await stage.act("say", { person: BEN, chat: FORUM, text: "Hi" });
    const message = await stage.next("message");
    assert.deepEqual(
      [message.sender_chat?.id, message.from?.username, message.author_signature],
      [FORUM, "GroupAnonymousBot", "Boss"],
    );
  });

  it("is for the owner of the channel, and not in a private chat", async () => {
    await using stage = await openTalk();
    const said = { person: BEN, text: "Hi", as_chat: CHANNEL };
    assert.match(await stage.fails("say", { ...said, chat: FORUM }), /^409 .*cannot write as chat/);
    assert.match(await stage.fails("say", said), /^400 nobody can write as a chat/);
  });

  it("ends with banChatSenderChat, for all channels of the owner", async () => {
    await using stage = await openTalk();
    const ban = { chat_id: FORUM, sender_chat_id: CHANNEL };
    await stage.ok("banChatSenderChat", ban);
    const said = { person: ANNA, chat: FORUM, text: "Hi", as_chat: CHANNEL };
    assert.match(await stage.fails("say", said), /^409 channels of person 1001 are banned/);
    await stage.act("say", { person: ANNA, chat: FORUM, text: "I myself" });
    await stage.ok("unbanChatSenderChat", ban);
    await stage.act("say", said);
    const refusal = (sender_chat_id: unknown): Promise<string> =>
      stage.refusal("banChatSenderChat", { ...ban, sender_chat_id });
    assert.equal(await refusal(""), "Bad Request: sender_chat_id is empty");
    assert.equal(await refusal("x"), "Bad Request: sender_chat_id is not a valid Integer");
    assert.equal(await refusal(-100_999), "Bad Request: chat not found");
    assert.equal(await refusal(ANNA), "Bad Request: can't remove chat owner");
  });
});

describe("reactions in the name of a chat", () => {
  it("carry `actor_chat`, and an administrator can take them away", async () => {
    await using stage = await openTalk();
    await stage.act("say", { person: BEN, chat: FORUM, text: "Hi" });
    const reaction = { person: ANNA, chat: FORUM, message_id: 1, emoji: ["👍"] };
    await stage.act("react", { ...reaction, as_chat: CHANNEL });
    await stage.act("react", reaction);
    const updates = (await stage.updates()).flatMap(
      ({ message_reaction }) => message_reaction ?? [],
    );
    assert.deepEqual(
      updates.map(({ actor_chat, user }) => [actor_chat?.id, user?.id]),
      [
        [CHANNEL, undefined],
        [undefined, ANNA],
      ],
    );
    await stage.ok("deleteMessageReaction", {
      chat_id: FORUM,
      message_id: 1,
      actor_chat_id: CHANNEL,
    });
    const [gone] = (await stage.updates()).flatMap(
      ({ message_reaction }) => message_reaction ?? [],
    );
    assert.deepEqual([gone?.actor_chat?.id, gone?.new_reaction], [CHANNEL, []]);
    const nobody = { chat_id: FORUM, message_id: 1 };
    assert.equal(
      await stage.refusal("deleteMessageReaction", nobody),
      "Bad Request: sender_chat_id is empty",
    );
  });

  it("are of the documented emoji only", async () => {
    await using stage = await openTalk();
    await stage.act("say", { person: BEN, chat: FORUM, text: "Hi" });
    const react = (emoji: string): object => {
      return { chat_id: FORUM, message_id: 1, reaction: [{ type: "emoji", emoji }] };
    };
    await stage.ok("setMessageReaction", react("❤️"));
    assert.equal(
      await stage.refusal("setMessageReaction", react("🥝")),
      "Bad Request: REACTION_INVALID",
    );
  });
});

describe("an administrator of a channel", () => {
  it("edits and deletes posts of others with the right to it only", async () => {
    await using stage = await Stage.open({
      ...STAGE_WORLD,
      chats: [
        {
          id: CHANNEL,
          type: "channel",
          title: "News",
          members: [{ user: ANNA }, { user: BOT_ID, status: "administrator", rights: {} }],
        },
      ],
    });
    await stage.act("say", { person: ANNA, chat: CHANNEL, text: "News" });
    const post = { chat_id: CHANNEL, message_id: 1 };
    assert.equal(
      await stage.refusal("editMessageText", { ...post, text: "Old" }),
      "Bad Request: message can't be edited",
    );
    assert.equal(
      await stage.refusal("deleteMessage", post),
      "Bad Request: message can't be deleted",
    );
    await stage.act("setMember", {
      bot: BOT_ID,
      chat: CHANNEL,
      status: "administrator",
      rights: { can_edit_messages: true, can_delete_messages: true },
    });
    await stage.ok("editMessageText", { ...post, text: "Old" });
    await stage.ok("deleteMessage", post);
  });
});
