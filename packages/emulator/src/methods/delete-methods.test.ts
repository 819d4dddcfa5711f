import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@hookgram/bot-api";
import { ANNA, BEN, Stage } from "../../test/stage.ts";

const DAY_S = 86_400;

async function supergroup(stage: Stage, rights?: object): Promise<number> {
  const { chat } = await stage.act<{ chat: { id: number } }>("addChat", {
    type: "supergroup",
    title: "S",
    members: [{ user: ANNA }, { user: BEN }],
    bots: ["@stage_bot"],
  });
  if (rights !== undefined) {
    await stage.act("setMember", {
      chat: chat.id,
      bot: "@stage_bot",
      status: "administrator",
      rights,
    });
  }
  return chat.id;
}

describe("deleteMessage", () => {
  it("deletes the bot's and the person's messages in a private chat", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const { message_id } = await stage.ok<Message>("sendMessage", { chat_id: ANNA, text: "x" });
    await stage.ok("deleteMessage", { chat_id: ANNA, message_id });
    await stage.ok("deleteMessage", { chat_id: ANNA, message_id: 1 });
    const { messages } = await stage.act<{ messages: Message[] }>("getMessages", { person: ANNA });
    assert.deepEqual(messages, []);
    assert.equal(
      await stage.refusal("deleteMessage", { chat_id: ANNA, message_id }),
      "Bad Request: message to delete not found",
    );
  });

  it("asks for what is missing", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    assert.equal(
      await stage.refusal("deleteMessage", { message_id: 1 }),
      "Bad Request: chat identifier is not specified",
    );
    assert.equal(
      await stage.refusal("deleteMessage", { chat_id: ANNA }),
      "Bad Request: message identifier is not specified",
    );
  });

  it("is too late after 48 hours", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const { message_id } = await stage.ok<Message>("sendMessage", { chat_id: ANNA, text: "x" });
    await stage.pass(2 * DAY_S);
    await stage.ok("sendChatAction", { chat_id: ANNA, action: "typing" });
    await stage.pass(1);
    assert.equal(
      await stage.refusal("deleteMessage", { chat_id: ANNA, message_id }),
      "Bad Request: message can't be deleted for everyone",
    );
  });

  it("leaves a die in a private chat for a day", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const { message_id } = await stage.ok<Message>("sendDice", { chat_id: ANNA });
    const die = { chat_id: ANNA, message_id };
    assert.equal(
      await stage.refusal("deleteMessage", die),
      "Bad Request: message can't be deleted for everyone",
    );
    await stage.pass(DAY_S);
    await stage.ok("deleteMessage", die);
  });

  it("needs the right to delete other people's messages in a supergroup", async () => {
    await using stage = await Stage.open();
    const chat = await supergroup(stage);
    const { message } = await stage.act<{ message: Message }>("say", {
      person: ANNA,
      chat,
      text: "hi",
    });
    const wanted = { chat_id: chat, message_id: message.message_id };
    assert.equal(
      await stage.refusal("deleteMessage", wanted),
      "Bad Request: message can't be deleted",
    );
    await stage.act("setMember", {
      chat,
      bot: "@stage_bot",
      status: "administrator",
      rights: { can_delete_messages: true },
    });
    await stage.ok("deleteMessage", wanted);
  });
});

describe("deleteMessages", () => {
  it("skips what is not there", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    assert.equal(await stage.ok("deleteMessages", { chat_id: ANNA, message_ids: [1, 50] }), true);
    const { messages } = await stage.act<{ messages: Message[] }>("getMessages", { person: ANNA });
    assert.deepEqual(messages, []);
  });

  it("checks the list", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const cases: readonly (readonly [message_ids: unknown, description: string])[] = [
      [undefined, "message identifiers are not specified"],
      ["[1", "can't parse message_ids JSON object"],
      [7, "expected an Array of message identifiers"],
      [[{}], "message identifier must be a Number"],
      [[-1], "invalid message identifier specified"],
      [Array.from({ length: 101 }, () => 1), "too many message identifiers specified"],
    ];
    for (const [message_ids, description] of cases) {
      const refusal = await stage.refusal("deleteMessages", { chat_id: ANNA, message_ids });
      assert.equal(refusal, `Bad Request: ${description}`);
    }
  });
});
