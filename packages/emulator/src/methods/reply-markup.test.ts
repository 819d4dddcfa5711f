import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@hookgram/bot-api";
import { ANNA, BEN, Stage } from "../../test/stage.ts";

const callback = (callback_data: string): object => ({
  inline_keyboard: [[{ text: "a", callback_data }]],
});

describe("reply_markup", () => {
  it("keeps inline keyboards on the message, completing links", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const inline_keyboard = [
      [
        { text: "Yes", callback_data: "y" },
        { text: "Site", url: "example.com" },
      ],
      [],
    ];
    const sent = await stage.ok<Message>("sendMessage", {
      chat_id: ANNA,
      text: "?",
      reply_markup: { inline_keyboard },
    });
    assert.deepEqual(sent.reply_markup, {
      inline_keyboard: [
        [
          { text: "Yes", callback_data: "y" },
          { text: "Site", url: "http://example.com/" },
        ],
      ],
    });
  });

  it("shows reply keyboards to the person and not on the bot's message", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const reply_markup = { keyboard: [["A", { text: "B" }]], resize_keyboard: true };
    const sent = await stage.ok<Message>("sendMessage", { chat_id: ANNA, text: "?", reply_markup });
    assert.equal(sent.reply_markup, undefined);
    const shown = { keyboard: [[{ text: "A" }, { text: "B" }]], resize_keyboard: true };
    const { keyboard } = await stage.act<{ keyboard: unknown }>("getMessages", { person: ANNA });
    assert.deepEqual(keyboard, shown);
    await stage.ok("sendMessage", {
      chat_id: ANNA,
      text: "gone",
      reply_markup: { remove_keyboard: true },
    });
    const after = await stage.act<{ keyboard?: unknown }>("getMessages", { person: ANNA });
    assert.equal(after.keyboard, undefined);
  });

  it("limits callback data to 64 bytes of UTF-8", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const send = { chat_id: ANNA, text: "?" };
    await stage.ok("sendMessage", { ...send, reply_markup: callback("x".repeat(64)) });
    const tooLong = { ...send, reply_markup: callback("ж".repeat(33)) };
    assert.equal(await stage.refusal("sendMessage", tooLong), "Bad Request: BUTTON_DATA_INVALID");
  });

  const REFUSED: readonly (readonly [markup: unknown, description: string])[] = [
    ["{oops", "can't parse reply keyboard markup JSON object"],
    [[], "object expected as reply markup"],
    [
      { inline_keyboard: [{}] },
      'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ],
    [
      { inline_keyboard: [[{ callback_data: "x" }]] },
      "can't parse inline keyboard button: Can't find field \"text\"",
    ],
    [
      { inline_keyboard: [[{ text: "x" }]] },
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      { inline_keyboard: [["x"]] },
      "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
    ],
    [
      { inline_keyboard: [[{ text: "", callback_data: "x" }]] },
      "inline keyboard button text must be non-empty",
    ],
    [
      { inline_keyboard: [[{ text: "x", url: "localhost" }]] },
      "inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL",
    ],
    [{ keyboard: ["x"] }, 'field "keyboard" must be an Array of Arrays'],
    [
      { keyboard: [[7]] },
      "can't parse keyboard button: KeyboardButton must be a String or an Object",
    ],
    [{ keyboard: [[{ text: "" }]] }, "keyboard button text must be non-empty"],
  ];
  for (const [markup, description] of REFUSED) {
    it(`refuses ${JSON.stringify(markup)}`, async () => {
      await using stage = await Stage.open();
      await stage.begin();
      const send = { chat_id: ANNA, text: "?", reply_markup: markup };
      assert.equal(await stage.refusal("sendMessage", send), `Bad Request: ${description}`);
    });
  }

  it("asks for telephone numbers in private chats only", async () => {
    await using stage = await Stage.open();
    const { chat } = await stage.act<{ chat: { id: number } }>("addChat", {
      type: "group",
      title: "G",
      members: [{ user: BEN }],
      bots: ["@stage_bot"],
    });
    const reply_markup = { keyboard: [[{ text: "Phone", request_contact: true }]] };
    assert.equal(
      await stage.refusal("sendMessage", { chat_id: chat.id, text: "?", reply_markup }),
      "Bad Request: phone number can be requested in private chats only",
    );
  });
});
