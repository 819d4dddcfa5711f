import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  bold,
  customEmoji,
  fmt,
  type Formatted,
  html,
  italic,
  pre,
  splitText,
  TEXT_UNITS_MAX,
} from "../index.ts";

const texts = (text: string | Formatted, unitsMax: number): string[] =>
  splitText(text, { unitsMax }).map((part) => part.text);

describe("splitText", () => {
  it("leaves alone what fits, 4096 units", () => {
    assert.deepEqual(texts("x".repeat(4096), TEXT_UNITS_MAX), ["x".repeat(4096)]);
    assert.deepEqual(
      splitText("x".repeat(4097)).map(({ text }) => text.length),
      [4096, 1],
    );
  });

  it("prefers paragraphs to lines, lines to sentences, sentences to words", () => {
    assert.deepEqual(texts("One. Two\n\nthree\nfour five", 16), ["One. Two", "three\nfour five"]);
    assert.deepEqual(texts("One. Two\nthree four five", 16), ["One. Two", "three four five"]);
    assert.deepEqual(texts("It is so. And then it is", 16), ["It is so.", "And then it is"]);
    assert.deepEqual(texts("He said “no.” And left us", 17), ["He said “no.”", "And left us"]);
    assert.deepEqual(texts("one two three", 8), ["one two", "three"]);
  });

  it("does not make a message of a heading when the rest has better places", () => {
    assert.deepEqual(texts("A\n\nb c d e f g h", 10), ["A\n\nb c d e", "f g h"]);
  });

  it("keeps a long word whole where it can, and cuts it where it must", () => {
    assert.deepEqual(texts("to https://a.example", 17), ["to", "https://a.example"]);
    assert.deepEqual(texts("abcdefgh", 3), ["abc", "def", "gh"]);
  });

  it("cuts no surrogate pair, and no character of several code points", () => {
    assert.deepEqual(texts("👍👍👍", 3), ["👍", "👍", "👍"]);
    assert.deepEqual(texts("ae\u0301e\u0301", 4), ["ae\u0301", "e\u0301"]);
    assert.deepEqual(texts("x👨‍👩‍👧‍👦", 11), ["x", "👨‍👩‍👧‍👦"]);
    // Longer than a part: then at least the pairs stay whole.
    assert.deepEqual(texts("👨‍👩‍👧‍👦", 4), ["👨‍", "👩‍", "👧‍", "👦"]);
  });

  it("goes on with formatting in the next part", () => {
    assert.deepEqual(splitText(fmt`a ${bold`bc ${italic("de")} fg`} h`, { unitsMax: 7 }), [
      {
        text: "a bc de",
        entities: [
          { type: "bold", offset: 2, length: 5 },
          { type: "italic", offset: 5, length: 2 },
        ],
      },
      { text: "fg h", entities: [{ type: "bold", offset: 0, length: 2 }] },
    ]);
  });

  it("keeps the language of code, and the indentation of its lines", () => {
    const parts = splitText(pre("if (a)\n  b()", "js"), { unitsMax: 8 });
    assert.deepEqual(parts, [
      { text: "if (a)", entities: [{ type: "pre", language: "js", offset: 0, length: 6 }] },
      { text: "  b()", entities: [{ type: "pre", language: "js", offset: 0, length: 5 }] },
    ]);
  });

  it("keeps a custom emoji whole", () => {
    const emoji = customEmoji("👍🏽", "1");
    assert.deepEqual(splitText(fmt`abc${emoji}d`, { unitsMax: 6 }), [
      { text: "abc", entities: [] },
      { text: "👍🏽d", entities: [{ ...emoji.entities[0], offset: 0 }] },
    ]);
  });

  it("has another limit for a caption, which comes first", () => {
    const parts = splitText("aa bb cc dd", { firstUnitsMax: 2, unitsMax: 8 });
    assert.deepEqual(
      parts.map(({ text }) => text),
      ["aa", "bb cc dd"],
    );
  });

  it("makes no part of white space alone", () => {
    assert.deepEqual(texts("", 10), []);
    assert.deepEqual(texts(" \n\n ", 2), []);
    assert.deepEqual(texts("  a\n\n\n\n\n\nb  ", 3), ["a", "b"]);
    assert.deepEqual(texts("\n    abcdef", 4), ["abcd", "ef"]);
    assert.deepEqual(texts("a\n    bcdef", 4), ["a", "bcde", "f"]);
  });

  it("refuses html and limits that are none", () => {
    assert.throws(() => splitText(html`<b>x</b>` as never), { code: "bad-argument" });
    for (const unitsMax of [0, 1, 2.5, Number.NaN])
      assert.throws(() => splitText("x", { unitsMax }), { code: "bad-argument" });
  });

  const words = fc
    .array(
      fc.oneof(
        fc.string({ unit: "grapheme" }),
        fc.constantFrom(" ", "\n", "\n\n", "\n   ", ". ", "👍🏽"),
      ),
    )
    .map((list) => list.join(""));

  it("loses nothing but white space, and exceeds no limit", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 12 }), (text, unitsMax) => {
        const parts = texts(text, unitsMax);
        let at = 0;
        for (const part of parts) {
          assert.ok(part.length <= unitsMax && part.trim() !== "");
          assert.ok(part.isWellFormed());
          const found = text.indexOf(part, at);
          assert.equal(text.slice(at, found).trim(), "");
          at = found + part.length;
        }
        assert.equal(text.slice(at).trim(), "");
      }),
      { examples: [["\n  !", 2]] },
    );
  });

  it("covers the same units with formatting as before", () => {
    fc.assert(
      fc.property(words, words, fc.integer({ min: 2, max: 12 }), (before, inside, unitsMax) => {
        const parts = splitText(fmt`${before}${bold(inside)}|`, { unitsMax });
        const formatted = parts.map(({ text, entities }) =>
          entities.map(({ offset, length }) => text.slice(offset, offset + length)).join(""),
        );
        const solid = (text: string): string => text.replace(/\s/g, "");
        assert.equal(solid(formatted.join("")), solid(inside));
      }),
    );
  });
});
