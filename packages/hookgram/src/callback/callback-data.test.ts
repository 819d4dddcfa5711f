import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { Bot } from "../index.ts";
import { createTestHost, sampleUpdate } from "../testing.ts";
import { callbackData } from "./callback-data.ts";

const anything = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Any = callbackData("a", { first: anything.optional(), second: anything.optional() });
const Answer = callbackData("answer", { yes: z.boolean() });

describe("packing", () => {
  const packed: readonly (readonly [unknown, unknown, string])[] = [
    [undefined, undefined, "a"],
    [true, false, "a:t:f"],
    [null, undefined, "a:n"],
    [undefined, 1, "a::1"],
    [1, "1", "a:1:'1"],
    [-0.5, 1e21, "a:-0.5:1e+21"],
    ["", "t", "a:':'t"],
    ["a:b", "c\\d", "a:'a\\cb:'c\\\\d"],
    ["été", "🙂", "a:'été:'🙂"],
  ];
  for (const [first, second, data] of packed)
    it(`writes every value with its type: ${data}`, () => {
      assert.equal(Any.pack({ first, second } as never), data);
      assert.deepEqual(Any.unpack(data), { ok: true, button: { first, second } });
    });

  it("gives back any values of any types", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary", maxLength: 5 }).filter((text) => text.isWellFormed()),
      fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .filter((number) => !Object.is(number, -0)),
      fc.boolean(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(value, fc.option(value, { nil: undefined }), (first, second) => {
        const data = Any.pack({ first, second });
        assert.deepEqual(Any.unpack(data), { ok: true, button: { first, second } });
      }),
    );
  });

  it("counts bytes, not characters: 64 fit and 65 do not", () => {
    const Note = callbackData("note", { text: z.string() });
    // "note:'" takes 6 bytes; the letter é takes 2, the smile 4.
    for (const fitting of ["x".repeat(58), "é".repeat(29), "🙂".repeat(14)]) {
      const data = Note.pack({ text: fitting });
      assert.ok(Buffer.byteLength(data) <= 64);
      assert.deepEqual(Note.unpack(data), { ok: true, button: { text: fitting } });
    }
    for (const [text, bytes] of [
      ["x".repeat(59), 65],
      ["é".repeat(30), 66],
      ["🙂".repeat(15), 66],
    ] as const)
      assert.throws(() => Note.pack({ text }), {
        code: "bad-callback-data",
        message: new RegExp(`is ${bytes} bytes long and Telegram takes 64`),
      });
  });

  it("refuses what breaks a schema, is no plain value, or is not finite", () => {
    const refusals: readonly (readonly [unknown, RegExp])[] = [
      [{ yes: "yes" }, /^callbackData\("answer"\): the field "yes" does not fit: Invalid input/],
      [{}, /the field "yes" does not fit/],
      [{ yes: [] }, /the field "yes" is neither a text nor a finite number, boolean or null/],
      [{ yes: Number.NaN }, /the field "yes" is neither/],
    ];
    for (const [fields, message] of refusals)
      assert.throws(() => Answer.pack(fields as never), { code: "bad-callback-data", message });
  });

  it("refuses names with other characters, and asynchronous schemas", () => {
    for (const name of ["", "a:b", "a b", "ä", "a@1"])
      assert.throws(() => callbackData(name, {}), { code: "bad-argument" });
    assert.throws(() => callbackData("a", {}, { version: 0 }), { code: "bad-argument" });
    const slow = callbackData("slow", { x: z.string().refine(async () => true) });
    assert.throws(() => slow.pack({ x: "" }), /asynchronous|promise/i);
  });
});

describe("buttons that are not understood do not match", () => {
  const Book = callbackData(
    "book",
    { id: z.number(), page: z.number().optional() },
    { version: 2 },
  );
  const table: readonly (readonly [data: string, outcome: string])[] = [
    ["book@2:5", "ok"],
    ["book@2:5:7", "ok"],
    ["book@2:5:7:9", "outdated"],
    ["book@2", "outdated"],
    ["book@2:'5", "outdated"],
    ["book@2:five", "outdated"],
    ["book@2:05", "outdated"],
    ["book@2:Infinity", "outdated"],
    ["book@1:5", "outdated"],
    ["book@3:5", "outdated"],
    ["book:5", "outdated"],
    ["book", "outdated"],
    ["bookmark:5", "foreign"],
    ["BOOK@2:5", "foreign"],
    ["", "foreign"],
    ['{"book":5}', "foreign"],
  ];
  for (const [data, outcome] of table)
    it(`${JSON.stringify(data)}: ${outcome}`, async () => {
      const unpacked = Book.unpack(data);
      assert.equal(unpacked.ok ? "ok" : unpacked.reason, outcome);
      const seen: string[] = [];
      const bot = new Bot();
      bot.callbackQuery(Book, ({ button }) => void seen.push(`ok ${button.id}`));
      bot.callbackQuery(Book.outdated, () => void seen.push("outdated"));
      bot.callbackQuery(() => void seen.push("foreign"));
      await createTestHost(bot).feed(sampleUpdate("callback_query", { data }));
      assert.deepEqual(seen, [outcome === "ok" ? "ok 5" : outcome]);
    });

  it("unless migrate makes the fields of today of them", () => {
    const Seat = callbackData(
      "seat",
      { row: z.number(), place: z.string() },
      {
        version: 3,
        migrate({ version, values: [first, second] }) {
          if (version === 1) return { row: Number(first), place: "A" };
          return typeof first === "number" ? { row: first, place: String(second) } : undefined;
        },
      },
    );
    const cases: readonly (readonly [string, unknown])[] = [
      ["seat:'7", { row: 7, place: "A" }],
      ["seat:'seven", "outdated"],
      ["seat@2:7:'B", { row: 7, place: "B" }],
      ["seat@2:'x", "outdated"],
      ["seat@2:x", "outdated"],
      ["seat@4:7", "outdated"],
      ["seat@3:7:'C", { row: 7, place: "C" }],
    ];
    for (const [data, expected] of cases) {
      const unpacked = Seat.unpack(data);
      assert.deepEqual(unpacked.ok ? unpacked.button : unpacked.reason, expected, data);
    }
  });

  it("nor do presses without data, such as those of games", async () => {
    const bot = new Bot();
    bot.callbackQuery(Answer, () => assert.fail("matched"));
    bot.callbackQuery(Answer.outdated, () => assert.fail("matched"));
    const update = sampleUpdate("callback_query", {
      data: undefined as never,
      game_short_name: "x",
    });
    assert.deepEqual(await createTestHost(bot).feed(update), { status: "unhandled" });
  });

  it("and no text whatever throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (tail) => {
        for (const data of [tail, `book@2:${tail}`]) Book.unpack(data);
      }),
    );
  });
});

describe("making buttons", () => {
  it("builds one, or a keyboard in rows of two or as told", () => {
    assert.deepEqual(Answer.button("Yes", { yes: true }, { style: "success" }), {
      text: "Yes",
      callback_data: "answer:t",
      style: "success",
    });
    const yes = { text: "Yes", callback_data: "answer:t" };
    const no = { text: "No", callback_data: "answer:f" };
    const entries = { Yes: { yes: true }, No: { yes: false } };
    assert.deepEqual(Answer.keyboard(entries), { inline_keyboard: [[yes, no]] });
    assert.deepEqual(Answer.keyboard(entries, 1), { inline_keyboard: [[yes], [no]] });
  });

  it("keeps the order of a list, also for labels that are numbers", () => {
    const Page = callbackData("page", { number: z.number() });
    const { inline_keyboard: rows } = Page.keyboard(
      [3, 1, 2].map((number) => [String(number), { number }] as const),
      3,
    );
    assert.deepEqual(
      rows[0]?.map(({ text }) => text),
      ["3", "1", "2"],
    );
  });
});
