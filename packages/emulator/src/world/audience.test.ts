import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message, Update } from "@hookgram/bot-api";
import { ANNA, BEN, BOT_ID, Stage, TOKEN } from "../../test/stage.ts";

async function openGroup(bot: object = {}): Promise<{ stage: Stage; chat: number }> {
  const stage = await Stage.open({
    bots: [{ token: TOKEN, username: "stage_bot", name: "Stage", ...bot }],
    people: [
      { id: ANNA, first_name: "Anna" },
      { id: BEN, first_name: "Ben" },
    ],
  });
  const { chat } = await stage.act<{ chat: { id: number } }>("addChat", {
    type: "supergroup",
    title: "Team",
    members: [{ user: ANNA }, { user: BEN }],
    bots: ["@stage_bot"],
  });
  await stage.updates();
  return { stage, chat: chat.id };
}

/** Says all, and gives the texts that reached the bot. */
async function heard(stage: Stage, chat: number, says: readonly object[]): Promise<string[]> {
  for (const say of says) await stage.act("say", { person: BEN, chat, ...say });
  return (await stage.updates()).map(({ message }: Update) => message?.text ?? "");
}

describe("privacy mode", () => {
  it("lets through commands, mentions and replies to the bot", async () => {
    const { stage, chat } = await openGroup();
    await using _ = stage;
    const says = [
      { text: "hello" },
      { text: "/help" },
      { text: "/help@stage_bot" },
      { text: "/help@other_bot" },
      { text: "ask @Stage_Bot" },
      { text: "not a /command" },
    ];
    assert.deepEqual(await heard(stage, chat, says), [
      "/help",
      "/help@stage_bot",
      "ask @Stage_Bot",
    ]);
    const { message_id } = await stage.ok<Message>("sendMessage", { chat_id: chat, text: "?" });
    const reply = { text: "yes", reply_to_message_id: message_id };
    assert.deepEqual(await heard(stage, chat, [{ text: "no" }, reply]), ["yes"]);
  });

  it("lets service messages through", async () => {
    const { stage, chat } = await openGroup();
    await using _ = stage;
    await stage.act("leave", { person: BEN, chat });
    const [left] = await stage.updates();
    assert.equal(left?.message?.left_chat_member?.id, BEN);
  });

  it("ends when the bot is an administrator", async () => {
    const { stage, chat } = await openGroup();
    await using _ = stage;
    await stage.act("setMember", { chat, bot: BOT_ID, status: "administrator" });
    await stage.updates();
    assert.deepEqual(await heard(stage, chat, [{ text: "hello" }]), ["hello"]);
  });

  it("can be off", async () => {
    const { stage, chat } = await openGroup({ can_read_all_group_messages: true });
    await using _ = stage;
    assert.deepEqual(await heard(stage, chat, [{ text: "hello" }]), ["hello"]);
  });
});

describe("several bots in a group", () => {
  it("do not hear each other, and a bare command is for the one that spoke last", async () => {
    const { stage, chat } = await openGroup();
    await using _ = stage;
    const token = "55555:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    await stage.act("addBot", { token, username: "second_bot", can_read_all_group_messages: true });
    await stage.act("setMember", { chat, bot: "@second_bot", status: "member" });
    await stage.updates();
    assert.deepEqual(await heard(stage, chat, [{ text: "/one" }]), ["/one"]);
    const said = await stage.call("sendMessage", { chat_id: chat, text: "second here" }, token);
    assert.equal(said.ok, true);
    assert.deepEqual(await heard(stage, chat, [{ text: "/two" }]), []);
    await stage.ok("sendMessage", { chat_id: chat, text: "stage here" });
    assert.deepEqual(await heard(stage, chat, [{ text: "/three" }]), ["/three"]);
  });
});

describe("a group that is created with the bot", () => {
  it("tells the bot that it was added, then that the group exists", async () => {
    await using stage = await Stage.open();
    await stage.act("addChat", {
      type: "group",
      title: "New",
      members: [{ user: ANNA }],
      bots: ["@stage_bot"],
    });
    const [added, created] = await stage.updates();
    assert.equal(added?.my_chat_member?.old_chat_member.status, "left");
    assert.equal(added?.my_chat_member?.new_chat_member.status, "member");
    assert.equal(added?.my_chat_member?.from.id, ANNA);
    assert.equal(created?.message?.group_chat_created, true);
  });
});
