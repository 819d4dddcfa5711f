import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@hookgram/bot-api";
import { ANNA, BEN, START_S, Stage } from "../../test/stage.ts";

describe("forwarding", () => {
  it("says where the message comes from, also when it is forwarded on", async () => {
    await using stage = await Stage.open();
    await stage.begin(ANNA);
    await stage.begin(BEN);
    const params = { chat_id: BEN, from_chat_id: ANNA, message_id: 1 };
    const forwarded = await stage.ok<Message>("forwardMessage", params);
    assert.equal(forwarded.text, "/start");
    assert.deepEqual(forwarded.forward_origin, {
      type: "user",
      sender_user: {
        id: ANNA,
        is_bot: false,
        first_name: "Anna",
        username: "anna",
        language_code: "en",
      },
      date: START_S,
    });
    const again = await stage.ok<Message>("forwardMessage", {
      chat_id: ANNA,
      from_chat_id: BEN,
      message_id: forwarded.message_id,
    });
    assert.deepEqual(again.forward_origin, forwarded.forward_origin);
    assert.equal(
      await stage.refusal("editMessageText", {
        chat_id: BEN,
        message_id: forwarded.message_id,
        text: "x",
      }),
      "Bad Request: message can't be edited",
    );
  });

  it("is refused in Telegram's words", async () => {
    await using stage = await Stage.open();
    await stage.begin(ANNA);
    const cases: readonly (readonly [method: string, params: object, description: string])[] = [
      ["forwardMessage", { message_id: 1 }, 'parameter "from_chat_id" is required'],
      ["forwardMessage", { from_chat_id: ANNA, message_id: 9 }, "message to forward not found"],
      ["copyMessage", { from_chat_id: ANNA, message_id: 9 }, "message to copy not found"],
      ["forwardMessages", { from_chat_id: ANNA, message_ids: [9] }, "messages can't be forwarded"],
    ];
    for (const [method, params, description] of cases) {
      const refusal = await stage.refusal(method, { chat_id: ANNA, ...params });
      assert.equal(refusal, `Bad Request: ${description}`);
    }
  });
});

describe("copying", () => {
  it("sends the same without its origin, with a new keyboard", async () => {
    await using stage = await Stage.open();
    await stage.begin(ANNA);
    await stage.begin(BEN);
    const reply_markup = { inline_keyboard: [[{ text: "A", callback_data: "a" }]] };
    const params = { chat_id: BEN, from_chat_id: ANNA, message_id: 1, reply_markup };
    const { message_id } = await stage.ok<{ message_id: number }>("copyMessage", params);
    const { messages } = await stage.act<{ messages: Message[] }>("getMessages", { person: BEN });
    const copy = messages.find((message) => message.message_id === message_id);
    assert.equal(copy?.text, "/start");
    assert.equal(copy?.forward_origin, undefined);
    assert.deepEqual(copy?.reply_markup, reply_markup);
  });

  it("replaces the caption of media", async () => {
    await using stage = await Stage.open();
    await stage.begin(ANNA);
    const { message } = await stage.act<{ message: Message }>("upload", {
      person: ANNA,
      caption: "old",
      file_name: "a.txt",
      base64: "YQ==",
    });
    await stage.ok("copyMessage", {
      chat_id: ANNA,
      from_chat_id: ANNA,
      message_id: message.message_id,
      caption: "new",
    });
    const { messages } = await stage.act<{ messages: Message[] }>("getMessages", { person: ANNA });
    assert.equal(messages.at(-1)?.caption, "new");
    assert.deepEqual(messages.at(-1)?.document, message.document);
  });
});
