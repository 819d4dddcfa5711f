import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { InlineKeyboardButton, KeyboardButton } from "@hookgram/bot-api";
import { grid } from "./grid.ts";
import { inlineKeyboard } from "./inline-keyboard.ts";
import { replyKeyboard } from "./reply-keyboard.ts";

const buttons = (count: number) =>
  Array.from({ length: count }, (_none, index) => ({
    text: `${index}`,
    callback_data: `${index}`,
  }));

describe("grid", () => {
  it("breaks a list into rows; the last width goes on", () => {
    assert.deepEqual(grid([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
    assert.deepEqual(grid([1, 2, 3, 4, 5, 6], [1, 3, 2]), [[1], [2, 3, 4], [5, 6]]);
    assert.deepEqual(grid([1, 2, 3, 4, 5, 6], [1, 2]), [[1], [2, 3], [4, 5], [6]]);
    assert.deepEqual(grid([], 3), []);
  });

  it("refuses rows of no buttons", () => {
    for (const width of [0, -1, 1.5, Number.NaN])
      assert.throws(() => grid([1], width), { code: "bad-keyboard" });
  });
});

describe("inlineKeyboard", () => {
  it("takes rows of buttons", () => {
    const shop = { text: "Shop", url: "https://example.com" };
    assert.deepEqual(inlineKeyboard([[shop], buttons(1)]), {
      inline_keyboard: [[shop], [{ text: "0", callback_data: "0" }]],
    });
  });

  it("takes 8 buttons in a row and 100 in all, and no more", () => {
    assert.equal(inlineKeyboard(grid(buttons(100), 8)).inline_keyboard.length, 13);
    assert.throws(() => inlineKeyboard([buttons(9)]), {
      code: "bad-keyboard",
      message: "inlineKeyboard: row 1 has 9 buttons, and a row takes 8",
    });
    assert.throws(() => inlineKeyboard(grid(buttons(101), 8)), {
      code: "bad-keyboard",
      message: "inlineKeyboard: it has 101 buttons, and Telegram takes 100",
    });
  });

  it("refuses empty rows, empty texts and data above 64 bytes", () => {
    assert.throws(() => inlineKeyboard([]), { message: "inlineKeyboard: it has no rows" });
    assert.throws(() => inlineKeyboard([buttons(1), []]), {
      message: "inlineKeyboard: row 2 is empty",
    });
    assert.throws(() => inlineKeyboard([[{ text: "", url: "https://example.com" }]]), {
      message: "inlineKeyboard: row 1 has a button without a text",
    });
    assert.throws(() => inlineKeyboard([[{ text: "Big", callback_data: "x".repeat(65) }]]), {
      code: "bad-callback-data",
      message: /^inlineKeyboard, button "Big": .* is 65 bytes long/,
    });
  });
});

describe("a button of an inlineKeyboard", () => {
  const fails = (button: InlineKeyboardButton, code: string, message: string): void =>
    assert.throws(() => inlineKeyboard([[...buttons(1), button]]), { code, message });
  const label = 'inlineKeyboard, button "x"';

  it("does exactly one thing", () => {
    const both = { text: "x", url: "https://a.example", callback_data: "a" };
    inlineKeyboard([[{ text: "x", switch_inline_query: "", pay: false, style: "danger" }]]);
    fails({ text: "x" }, "bad-keyboard", `${label}: it does one thing, and this one has none`);
    fails(both, "bad-keyboard", `${label}: it does one thing, and this one has url, callback_data`);
  });

  it("is the first one if it pays or begins a game", () => {
    const pay = { text: "x", pay: true };
    assert.deepEqual(inlineKeyboard([[pay]]).inline_keyboard, [[pay]]);
    fails(pay, "bad-keyboard", `${label}: pay is for the first button only`);
    fails(
      { text: "x", callback_game: {} },
      "bad-keyboard",
      `${label}: callback_game is for the first button only`,
    );
  });

  it("has data of 1 to 64 bytes, and copies 1 to 256 characters", () => {
    inlineKeyboard([[{ text: "x", callback_data: "é".repeat(32) }]]);
    fails(
      { text: "x", callback_data: "" },
      "bad-callback-data",
      `${label}: callback data has 1 byte or more`,
    );
    inlineKeyboard([[{ text: "x", copy_text: { text: "👍".repeat(256) } }]]);
    for (const length of [0, 257])
      fails(
        { text: "x", copy_text: { text: "y".repeat(length) } },
        "bad-keyboard",
        `${label}: the text to copy has ${length} characters, and Telegram takes 1 to 256`,
      );
  });
});

describe("replyKeyboard", () => {
  it("takes texts and buttons, and is as small as its buttons", () => {
    const contact = { text: "My number", request_contact: true };
    assert.deepEqual(replyKeyboard([["Yes", "No"], [contact]], { one_time_keyboard: true }), {
      resize_keyboard: true,
      one_time_keyboard: true,
      keyboard: [[{ text: "Yes" }, { text: "No" }], [contact]],
    });
    assert.equal(replyKeyboard([["Yes"]], { resize_keyboard: false }).resize_keyboard, false);
  });

  it("takes 12 buttons in a row and 300 in all, and no more", () => {
    const rows = Array.from({ length: 25 }, () => Array.from({ length: 12 }, () => "x"));
    assert.equal(replyKeyboard(rows).keyboard.length, 25);
    assert.throws(() => replyKeyboard([...rows, ["x"]]), { code: "bad-keyboard" });
    assert.throws(() => replyKeyboard([Array.from({ length: 13 }, () => "x")]), {
      code: "bad-keyboard",
    });
  });

  it("lets a button ask for one thing, and tells requests apart", () => {
    const users = { text: "Who?", request_users: { request_id: 1, max_quantity: 10 } };
    const chat = { text: "Where?", request_chat: { request_id: 1, chat_is_channel: true } };
    const fails = (button: KeyboardButton, message: string): void =>
      assert.throws(() => replyKeyboard([[users, button]]), { code: "bad-keyboard", message });
    replyKeyboard([[users, { ...chat, request_chat: { ...chat.request_chat, request_id: 2 } }]]);
    fails(chat, 'replyKeyboard, button "Where?": request_id 1 is another button\'s already');
    fails(
      { text: "All", request_contact: true, request_location: true },
      'replyKeyboard, button "All": it asks for one thing, and this one has request_contact, ' +
        "request_location",
    );
    fails(
      { text: "Many", request_users: { request_id: 2, max_quantity: 11 } },
      'replyKeyboard, button "Many": max_quantity is 1 to 10, not 11',
    );
  });

  it("takes a placeholder of 1 to 64 characters", () => {
    const placed = (input_field_placeholder: string) =>
      replyKeyboard([["Yes"]], { input_field_placeholder });
    assert.equal(placed("👍".repeat(64)).input_field_placeholder?.length, 128);
    for (const text of ["", "x".repeat(65)])
      assert.throws(() => placed(text), {
        code: "bad-keyboard",
        message: `replyKeyboard: the placeholder has ${text.length} characters, and Telegram takes 1 to 64`,
      });
  });
});
