import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MessageEntity } from "@hookgram/bot-api";
import { pieces, refusalOf } from "../../test/formatting-cases.ts";
import { formatPlainText, formatText } from "./format-text.ts";
import type { FormattedText } from "./formatted-text.ts";

const ANNA = { id: 7, is_bot: false, first_name: "Anna" };

function format(text: string, options: { parseMode?: string; entities?: unknown } = {}) {
  return formatText({ text, ...options, userOf: (id) => (id === ANNA.id ? ANNA : undefined) });
}

describe("formatting a bot's text", () => {
  it("takes parse modes in any letter case", () => {
    const bold: MessageEntity[] = [{ type: "bold", offset: 0, length: 1 }];
    assert.deepEqual(format("<b>a</b>", { parseMode: "html" }).entities, bold);
    assert.deepEqual(format("*a*", { parseMode: "MARKDOWNV2" }).entities, bold);
    assert.deepEqual(format("*a*", { parseMode: "markdown" }).entities, bold);
    assert.equal(format("*a*").text, "*a*");
    assert.equal(
      refusalOf(() => format("a", { parseMode: "bbcode" })),
      "Bad Request: unsupported parse_mode",
    );
  });

  it("cuts styles where others begin, as Telegram stores them", () => {
    const nested = format("<b>bold <i>both</i> bold</b>", { parseMode: "HTML" });
    assert.deepEqual(pieces(nested), [
      ["bold", "bold "],
      ["bold", "both bold"],
      ["italic", "both"],
    ]);
  });

  it("merges styles of one kind that touch", () => {
    assert.deepEqual(pieces(format("<b>a</b><b>b</b>", { parseMode: "HTML" })), [["bold", "ab"]]);
  });

  it("keeps no style inside of code, and code inside of nothing", () => {
    const { entities } = format("<b>a <code>b</code> c</b>", { parseMode: "HTML" });
    assert.deepEqual(entities, [
      { type: "bold", offset: 0, length: 2 },
      { type: "code", offset: 2, length: 1 },
      { type: "bold", offset: 3, length: 2 },
    ]);
  });

  it("adds what Telegram finds, except where something was given", () => {
    const text = "<code>/a</code> /b <a href='http://x.com'>telegram.org</a>";
    assert.deepEqual(pieces(format(text, { parseMode: "HTML" })), [
      ["code", "/a"],
      ["bot_command", "/b"],
      ["text_link http://x.com/", "telegram.org"],
    ]);
  });

  it("shows mentioned users whole and drops unknown ones", () => {
    const text = '<a href="tg://user?id=7">A</a> <a href="tg://user?id=8">B</a>';
    const { entities } = format(text, { parseMode: "HTML" });
    assert.deepEqual(entities, [{ type: "text_mention", offset: 0, length: 1, user: ANNA }]);
  });

  it("trims, and moves entities along", () => {
    const trimmed = format(" \n a<b> b </b>\n ", { parseMode: "HTML" });
    assert.deepEqual(trimmed, {
      text: "a b",
      entities: [{ type: "bold", offset: 1, length: 2 }],
    } satisfies FormattedText);
  });

  it("takes carriage returns out and makes spaces of control characters", () => {
    assert.equal(format("a\r\nb\tc\u0007d").text, "a\nb c d");
  });

  it("takes explicit entities only without a parse mode, and finds its own kinds itself", () => {
    const entities = [
      { type: "bold", offset: 0, length: 1 },
      { type: "url", offset: 0, length: 1 },
    ];
    assert.deepEqual(format("ab", { entities }).entities, [{ type: "bold", offset: 0, length: 1 }]);
    assert.deepEqual(format("ab", { entities, parseMode: "HTML" }).entities, []);
  });

  const REFUSED: readonly (readonly [entities: unknown, description: string])[] = [
    [[1], "can't parse MessageEntity: expected an Object"],
    [[{ length: 1, type: "bold" }], "can't parse MessageEntity: Can't find field \"offset\""],
    [
      [{ offset: "x", length: 1, type: "bold" }],
      'can\'t parse MessageEntity: Field "offset" must be a valid Number',
    ],
    [
      [{ offset: 0, length: 1, type: "blink" }],
      "can't parse MessageEntity: Unsupported type specified",
    ],
    [
      [{ offset: 0, length: 9, type: "bold" }],
      "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 9",
    ],
    [
      [{ offset: 9, length: 1, type: "bold" }],
      "entity begins after the end of the text at UTF-16 offset 9",
    ],
    [
      [{ offset: 1, length: 1, type: "bold" }],
      "entity begins in a middle of a UTF-16 symbol at byte offset 4",
    ],
    [
      [{ offset: 0, length: 1, type: "text_link", url: "x" }],
      "entity URL 'x' is invalid: Wrong HTTP URL",
    ],
  ];
  for (const [entities, description] of REFUSED) {
    it(`refuses ${JSON.stringify(entities)}`, () => {
      assert.equal(
        refusalOf(() => format("👍ab", { entities })),
        `Bad Request: ${description}`,
      );
    });
  }
});

describe("what a person types", () => {
  it("has no markup, only what Telegram finds", () => {
    assert.deepEqual(formatPlainText(" *a* /b "), {
      text: "*a* /b",
      entities: [{ type: "bot_command", offset: 4, length: 2 }],
    });
  });
});
