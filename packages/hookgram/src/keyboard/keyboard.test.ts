import assert from "node:assert/strict";
import { describe, it } from "node:test";
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

  it("takes 10 buttons in a row and 300 in all, and no more", () => {
    const rows = Array.from({ length: 30 }, () => Array.from({ length: 10 }, () => "x"));
    assert.equal(replyKeyboard(rows).keyboard.length, 30);
    assert.throws(() => replyKeyboard([...rows, ["x"]]), { code: "bad-keyboard" });
    assert.throws(() => replyKeyboard([Array.from({ length: 11 }, () => "x")]), {
      code: "bad-keyboard",
    });
  });
});
