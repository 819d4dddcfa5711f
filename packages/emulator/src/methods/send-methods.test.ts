import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@hookgram/bot-api";
import { ANNA, BEN, BOT_ID, START_S, Stage } from "../../test/stage.ts";

describe("sendMessage", () => {
  it("answers with the message as Telegram shows it", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const params = { chat_id: ANNA, text: "Hello /help", disable_web_page_preview: true };
    assert.deepEqual(await stage.ok("sendMessage", params), {
      message_id: 2,
      from: { id: BOT_ID, is_bot: true, first_name: "Stage", username: "stage_bot" },
      chat: { id: ANNA, first_name: "Anna", username: "anna", type: "private" },
      date: START_S,
      text: "Hello /help",
      entities: [{ type: "bot_command", offset: 6, length: 5 }],
      link_preview_options: { is_disabled: true },
    });
  });

  it("does not tell the bot of its own messages", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    await stage.ok("sendMessage", { chat_id: ANNA, text: "Hello" });
    assert.deepEqual(await stage.updates(), []);
  });

  it("refuses texts in Telegram's words", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const cases: readonly (readonly [params: object, description: string])[] = [
      [{}, "Bad Request: message text is empty"],
      [{ text: "" }, "Bad Request: message text is empty"],
      [{ text: " \n " }, "Bad Request: text must be non-empty"],
      [{ text: "<b></b>", parse_mode: "HTML" }, "Bad Request: text must be non-empty"],
      [{ text: "x".repeat(4097) }, "Bad Request: message is too long"],
      [
        { text: "a.", parse_mode: "MarkdownV2" },
        "Bad Request: can't parse entities: Character '.' is reserved and must be escaped with " +
          "the preceding '\\'",
      ],
    ];
    for (const [params, description] of cases) {
      assert.equal(await stage.refusal("sendMessage", { chat_id: ANNA, ...params }), description);
    }
  });

  it("measures the limit after parsing, in UTF-16 code units", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const text = `<b>${"x".repeat(4094)}</b>👍`;
    const { text: sent } = await stage.ok<Message>("sendMessage", {
      chat_id: ANNA,
      text,
      parse_mode: "HTML",
    });
    assert.equal(sent?.length, 4096);
  });

  it("needs a chat that has begun", async () => {
    await using stage = await Stage.open();
    const text = "hi";
    assert.equal(await stage.refusal("sendMessage", { text }), "Bad Request: chat_id is empty");
    for (const chat_id of [ANNA, 99, "@nobody", "@anna", -5, "x"]) {
      const description = await stage.refusal("sendMessage", { chat_id, text });
      assert.equal(description, "Bad Request: chat not found");
    }
    assert.equal(
      await stage.refusal("sendMessage", { chat_id: BOT_ID, text }),
      "Forbidden: the bot can't send messages to the bot",
    );
  });

  it("cannot begin with somebody whom it only knows from a group", async () => {
    await using stage = await Stage.open();
    await stage.act("addChat", {
      type: "group",
      title: "G",
      members: [{ user: BEN }],
      bots: ["@stage_bot"],
    });
    assert.equal(
      await stage.refusal("sendMessage", { chat_id: BEN, text: "hi" }),
      "Forbidden: bot can't initiate conversation with a user",
    );
  });

  it("is refused once the person has blocked the bot, and works again after that", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    await stage.act("block", { person: ANNA });
    assert.equal(
      await stage.refusal("sendMessage", { chat_id: ANNA, text: "hi" }),
      "Forbidden: bot was blocked by the user",
    );
    await stage.act("unblock", { person: ANNA });
    await stage.ok("sendMessage", { chat_id: ANNA, text: "hi" });
  });

  it("replies, quotes, and says when there is nothing to reply to", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const reply = await stage.ok<Message>("sendMessage", {
      chat_id: ANNA,
      text: "re",
      reply_parameters: { message_id: 1, quote: "start" },
    });
    assert.equal(reply.reply_to_message?.text, "/start");
    assert.deepEqual(reply.quote, { text: "start", position: 1, is_manual: true });
    const missing = { chat_id: ANNA, text: "re", reply_to_message_id: 77 };
    const description = await stage.refusal("sendMessage", missing);
    assert.equal(description, "Bad Request: message to be replied not found");
    const sent = await stage.ok<Message>("sendMessage", {
      ...missing,
      allow_sending_without_reply: true,
    });
    assert.equal(sent.reply_to_message, undefined);
  });

  it("protects content and refuses to forward it", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const sent = await stage.ok<Message>("sendMessage", {
      chat_id: ANNA,
      text: "secret",
      protect_content: true,
    });
    assert.equal(sent.has_protected_content, true);
    const forward = { chat_id: ANNA, from_chat_id: ANNA, message_id: sent.message_id };
    assert.equal(
      await stage.refusal("forwardMessage", forward),
      "Bad Request: message has protected content and can't be forwarded",
    );
  });
});

describe("other things to send", () => {
  it("rolls dice within their range, the same in every run", async () => {
    const rolls: number[][] = [];
    for (let run = 0; run < 2; run += 1) {
      await using stage = await Stage.open();
      await stage.begin();
      const values: number[] = [];
      for (const emoji of ["🎲", "🏀", "🎰"]) {
        const { dice } = await stage.ok<Message>("sendDice", { chat_id: ANNA, emoji });
        assert.equal(dice?.emoji, emoji);
        values.push(dice.value);
      }
      rolls.push(values);
    }
    const [[die = 0, ball = 0, slots = 0] = [], again] = rolls;
    assert.ok(die >= 1 && die <= 6 && ball >= 1 && ball <= 5 && slots >= 1 && slots <= 64);
    assert.deepEqual(again, [die, ball, slots]);
  });

  it("sends places, contacts and venues", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const place = { latitude: 52.5, longitude: 13.4 };
    const at = await stage.ok<Message>("sendLocation", { chat_id: ANNA, ...place });
    assert.deepEqual(at.location, place);
    const venue = { title: "Tower", address: "Berlin" };
    const there = await stage.ok<Message>("sendVenue", { chat_id: ANNA, ...place, ...venue });
    assert.deepEqual(there.venue, { location: place, ...venue });
    const contact = { phone_number: "+49301234567", first_name: "Ada" };
    const card = await stage.ok<Message>("sendContact", { chat_id: ANNA, ...contact });
    assert.deepEqual(card.contact, contact);
    assert.equal(
      await stage.refusal("sendLocation", { chat_id: ANNA, longitude: 1 }),
      "Bad Request: latitude is empty",
    );
    assert.equal(
      await stage.refusal("sendContact", { chat_id: ANNA, phone_number: "1" }),
      'Bad Request: parameter "first_name" is required',
    );
  });

  it("shows chat actions to the person and knows which there are", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    await stage.ok("sendChatAction", { chat_id: ANNA, action: "typing" });
    const action = stage.telegram.journal.read().entries.find(({ type }) => type === "chat-action");
    assert.deepEqual(action, {
      ...action,
      chat_id: ANNA,
      bot_id: BOT_ID,
      by_bot: BOT_ID,
      action: "typing",
    });
    assert.equal(
      await stage.refusal("sendChatAction", { chat_id: ANNA, action: "sleeping" }),
      "Bad Request: wrong parameter action in request",
    );
  });
});
