import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChatMember, Message } from "@hookgram/bot-api";
import { ANNA, BEN, BOT_ID, START_S, Stage } from "../../test/stage.ts";

const ALL_RIGHTS = {
  can_manage_chat: true,
  can_restrict_members: true,
  can_promote_members: true,
  can_change_info: true,
  can_pin_messages: true,
  can_invite_users: true,
  can_delete_messages: true,
};

/** A supergroup of Anna (its creator) and Ben, with the bot as an administrator. */
async function openGroup(
  type: "group" | "supergroup" = "supergroup",
  rights: object = ALL_RIGHTS,
): Promise<{ stage: Stage; chat: number }> {
  const stage = await Stage.open();
  const { chat } = await stage.act<{ chat: { id: number } }>("addChat", {
    type,
    title: "Team",
    members: [{ user: ANNA }, { user: BEN }],
    bots: ["@stage_bot"],
  });
  await stage.act("setMember", {
    chat: chat.id,
    bot: BOT_ID,
    status: "administrator",
    rights,
  });
  await stage.updates();
  return { stage, chat: chat.id };
}

describe("who is in a group", () => {
  it("is told by getChatMember, getChatAdministrators and getChatMemberCount", async () => {
    const { stage, chat } = await openGroup();
    await using _ = stage;
    const creator = await stage.ok<ChatMember>("getChatMember", { chat_id: chat, user_id: ANNA });
    assert.deepEqual(creator, {
      user: {
        id: ANNA,
        is_bot: false,
        first_name: "Anna",
        username: "anna",
        language_code: "en",
      },
      status: "creator",
      is_anonymous: false,
    });
    const administrators = await stage.ok<ChatMember[]>("getChatAdministrators", { chat_id: chat });
    assert.deepEqual(
      administrators.map(({ user }) => user.id),
      [ANNA, BOT_ID],
    );
    assert.equal(await stage.ok("getChatMemberCount", { chat_id: chat }), 3);
    assert.equal(
      await stage.refusal("getChatMember", { chat_id: chat }),
      "Bad Request: invalid user_id specified",
    );
    assert.equal(
      await stage.refusal("getChatMember", { chat_id: chat, user_id: 5 }),
      "Bad Request: PARTICIPANT_ID_INVALID",
    );
  });
});

describe("banning", () => {
  it("removes the person, tells the bot, and keeps the person out until it ends", async () => {
    const { stage, chat } = await openGroup();
    await using _ = stage;
    const until_date = START_S + 3600;
    await stage.ok("banChatMember", { chat_id: chat, user_id: BEN, until_date });
    const [banned, left] = await stage.updates();
    assert.equal(banned?.chat_member?.new_chat_member.status, "kicked");
    assert.equal(left?.message?.left_chat_member?.id, BEN);
    assert.equal(left?.message?.from?.id, BOT_ID);
    assert.match(await stage.fails("join", { person: BEN, chat }), /^409 .*banned/);
    await stage.pass(3600);
    await stage.act("join", { person: BEN, chat });
    const updates = await stage.updates();
    const change = updates.find((update) => update.chat_member)?.chat_member;
    assert.equal(change?.old_chat_member.status, "left");
    assert.equal(change?.new_chat_member.status, "member");
    assert.equal(updates.at(-1)?.message?.new_chat_members?.[0]?.id, BEN);
  });

  it("needs the right, and spares the owner and the bot itself", async () => {
    const { stage, chat } = await openGroup("supergroup", { can_manage_chat: true });
    await using _ = stage;
    assert.equal(
      await stage.refusal("banChatMember", { chat_id: chat, user_id: BEN }),
      "Bad Request: not enough rights to restrict/unrestrict chat member",
    );
    assert.equal(
      await stage.refusal("banChatMember", { chat_id: chat, user_id: ANNA }),
      "Bad Request: can't remove chat owner",
    );
    assert.equal(
      await stage.refusal("banChatMember", { chat_id: chat, user_id: BOT_ID }),
      "Bad Request: can't restrict self",
    );
  });

  it("is undone by unbanChatMember", async () => {
    const { stage, chat } = await openGroup();
    await using _ = stage;
    await stage.ok("banChatMember", { chat_id: chat, user_id: BEN });
    await stage.ok("unbanChatMember", { chat_id: chat, user_id: BEN, only_if_banned: true });
    const member = await stage.ok<ChatMember>("getChatMember", { chat_id: chat, user_id: BEN });
    assert.equal(member.status, "left");
  });
});

describe("restricting", () => {
  it("takes rights away until a time", async () => {
    const { stage, chat } = await openGroup();
    await using _ = stage;
    await stage.ok("restrictChatMember", {
      chat_id: chat,
      user_id: BEN,
      permissions: { can_send_messages: true },
      until_date: START_S + 60,
    });
    const member = await stage.ok<ChatMember>("getChatMember", { chat_id: chat, user_id: BEN });
    assert.ok(member.status === "restricted" && member.is_member);
    assert.equal(member.can_send_messages, true);
    assert.equal(member.can_send_photos, false);
    assert.equal(member.until_date, START_S + 60);
    const upload = { person: BEN, chat, kind: "document", file_name: "a", base64: "AA==" };
    assert.match(await stage.fails("upload", upload), /^409 .*can_send_documents/);
    await stage.pass(60);
    await stage.act("upload", upload);
  });

  it("exists only in supergroups", async () => {
    const { stage, chat } = await openGroup("group");
    await using _ = stage;
    assert.equal(
      await stage.refusal("restrictChatMember", { chat_id: chat, user_id: BEN, permissions: {} }),
      "Bad Request: method is available only for supergroups",
    );
  });
});

describe("promoting", () => {
  it("gives rights that the bot has, and takes them back", async () => {
    const { stage, chat } = await openGroup();
    await using _ = stage;
    const ben = { chat_id: chat, user_id: BEN };
    await stage.ok("promoteChatMember", { ...ben, can_pin_messages: true });
    await stage.ok("setChatAdministratorCustomTitle", { ...ben, custom_title: "Pinner" });
    const promoted = await stage.ok<ChatMember>("getChatMember", ben);
    assert.ok(promoted.status === "administrator" && promoted.can_be_edited);
    assert.equal(promoted.can_pin_messages, true);
    assert.equal(promoted.can_delete_messages, false);
    assert.equal(promoted.custom_title, "Pinner");
    await stage.ok("promoteChatMember", ben);
    assert.equal((await stage.ok<ChatMember>("getChatMember", ben)).status, "member");
    assert.equal(
      await stage.refusal("promoteChatMember", { ...ben, can_manage_topics: true }),
      "Bad Request: RIGHT_FORBIDDEN",
    );
    assert.equal(
      await stage.refusal("promoteChatMember", { chat_id: chat, user_id: BOT_ID }),
      "Bad Request: can't promote self",
    );
  });
});

describe("leaving", () => {
  it("ends the bot's access, in the words for each kind of chat", async () => {
    for (const [type, name] of [
      ["group", "group chat"],
      ["supergroup", "supergroup chat"],
    ] as const) {
      const { stage, chat } = await openGroup(type);
      await using _ = stage;
      await stage.ok("leaveChat", { chat_id: chat });
      const updates = await stage.updates();
      assert.equal(updates[0]?.my_chat_member?.new_chat_member.status, "left");
      assert.equal(updates[1]?.message?.left_chat_member?.id, BOT_ID);
      const send = { chat_id: chat, text: "hi" };
      assert.equal(
        await stage.refusal("sendMessage", send),
        `Forbidden: bot is not a member of the ${name}`,
      );
      await stage.act("setMember", { chat, bot: BOT_ID, status: "kicked" });
      assert.equal(
        await stage.refusal("sendMessage", send),
        `Forbidden: bot was kicked from the ${name}`,
      );
    }
  });
});

describe("join requests", () => {
  it("reach a bot that may invite, and are answered by it", async () => {
    const { stage, chat } = await openGroup();
    await using _ = stage;
    await stage.act("leave", { person: BEN, chat });
    await stage.updates();
    await stage.act("requestToJoin", { person: BEN, chat, bio: "Hello" });
    const [asked] = await stage.updates();
    assert.equal(asked?.chat_join_request?.from.id, BEN);
    assert.equal(asked?.chat_join_request?.bio, "Hello");
    const ben = { chat_id: chat, user_id: BEN };
    await stage.ok("approveChatJoinRequest", ben);
    assert.equal((await stage.ok<ChatMember>("getChatMember", ben)).status, "member");
    const updates = await stage.updates();
    assert.equal(updates[0]?.chat_member?.via_join_request, true);
    assert.equal(
      await stage.refusal("declineChatJoinRequest", ben),
      "Bad Request: USER_ALREADY_PARTICIPANT",
    );
  });
});

describe("a group's settings", () => {
  it("change with a service message that the bot hears of", async () => {
    const { stage, chat } = await openGroup();
    await using _ = stage;
    await stage.ok("setChatTitle", { chat_id: chat, title: "New" });
    const [renamed] = await stage.updates();
    assert.equal(renamed?.message?.new_chat_title, "New");
    assert.equal(renamed?.message?.chat.title, "New");
    await stage.ok("setChatDescription", { chat_id: chat, description: "About" });
    assert.equal(
      await stage.refusal("setChatDescription", { chat_id: chat, description: "About" }),
      "Bad Request: chat description is not modified",
    );
    const link = await stage.ok<string>("exportChatInviteLink", { chat_id: chat });
    assert.match(link, /^https:\/\/t\.me\/\+/);
    const info = await stage.ok<Record<string, unknown>>("getChat", { chat_id: chat });
    assert.equal(info["title"], "New");
    assert.equal(info["description"], "About");
    assert.equal(info["invite_link"], link);
  });

  it("need rights", async () => {
    const { stage, chat } = await openGroup("supergroup", { can_manage_chat: true });
    await using _ = stage;
    const cases: readonly (readonly [method: string, params: object, description: string])[] = [
      ["setChatTitle", { title: "x" }, "not enough rights to change chat title"],
      ["setChatDescription", { description: "x" }, "not enough rights to set chat description"],
      ["exportChatInviteLink", {}, "not enough rights to manage chat invite link"],
      ["setChatPermissions", { permissions: {} }, "not enough rights to change chat permissions"],
      ["setChatTitle", { title: " " }, "title must be non-empty"],
    ];
    for (const [method, params, description] of cases) {
      const refusal = await stage.refusal(method, { chat_id: chat, ...params });
      assert.equal(refusal, `Bad Request: ${description}`);
    }
  });

  it("can silence everyone who is no administrator", async () => {
    const { stage, chat } = await openGroup();
    await using _ = stage;
    await stage.ok("setChatPermissions", { chat_id: chat, permissions: {} });
    assert.match(
      await stage.fails("say", { person: BEN, chat, text: "hi" }),
      /^409 .*can_send_messages/,
    );
    await stage.act("say", { person: ANNA, chat, text: "hi" });
    await stage.ok("sendMessage", { chat_id: chat, text: "hi" });
  });

  it("pin and unpin messages", async () => {
    const { stage, chat } = await openGroup();
    await using _ = stage;
    const { message } = await stage.act<{ message: Message }>("say", {
      person: BEN,
      chat,
      text: "hi",
    });
    await stage.updates();
    await stage.ok("pinChatMessage", { chat_id: chat, message_id: message.message_id });
    const [pinned] = await stage.updates();
    assert.equal(pinned?.message?.pinned_message?.message_id, message.message_id);
    const info = await stage.ok<{ pinned_message?: Message }>("getChat", { chat_id: chat });
    assert.equal(info.pinned_message?.text, "hi");
    await stage.ok("unpinChatMessage", { chat_id: chat });
    assert.equal(
      await stage.refusal("unpinChatMessage", { chat_id: chat }),
      "Bad Request: message to unpin not found",
    );
    assert.equal(
      await stage.refusal("pinChatMessage", { chat_id: chat, message_id: 99 }),
      "Bad Request: message to pin not found",
    );
  });
});
