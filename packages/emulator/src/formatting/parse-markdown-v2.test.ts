import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pieces, refusalOf } from "../../test/formatting-cases.ts";
import { parseMarkdownV2 } from "./parse-markdown-v2.ts";

describe("MarkdownV2 style", () => {
  it("reads the example of the Bot API documentation", () => {
    const source = [
      "*bold \\*text*",
      "_italic \\*text_",
      "__underline__",
      "~strikethrough~",
      "||spoiler||",
      "[inline URL](http://www.example.com/)",
      "[inline mention of a user](tg://user?id=123456789)",
      "![👍](tg://emoji?id=5368324170671202286)",
      "`inline fixed-width code`",
      "```",
      "pre-formatted fixed-width code block",
      "```",
      "```python",
      "pre-formatted fixed-width code block written in the Python programming language",
      "```",
      ">Block quotation started",
      ">Block quotation continued",
      ">The last line of the block quotation",
      "**>The expandable block quotation started right after the previous block quotation",
      ">It is separated from the previous block quotation by an empty bold entity",
      ">The last line of the expandable block quotation with the expandability mark||",
    ].join("\n");
    assert.deepEqual(pieces(parseMarkdownV2(source)), [
      ["bold", "bold *text"],
      ["italic", "italic *text"],
      ["underline", "underline"],
      ["strikethrough", "strikethrough"],
      ["spoiler", "spoiler"],
      ["text_link http://www.example.com/", "inline URL"],
      ["text_mention 123456789", "inline mention of a user"],
      ["custom_emoji 5368324170671202286", "👍"],
      ["code", "inline fixed-width code"],
      ["pre", "pre-formatted fixed-width code block\n"],
      [
        "pre python",
        "pre-formatted fixed-width code block written in the Python programming language\n",
      ],
      [
        "blockquote",
        "Block quotation started\nBlock quotation continued\n" +
          "The last line of the block quotation\n",
      ],
      [
        "expandable_blockquote",
        "The expandable block quotation started right after the previous block quotation\n" +
          "It is separated from the previous block quotation by an empty bold entity\n" +
          "The last line of the expandable block quotation with the expandability mark",
      ],
    ]);
  });

  it("nests as the documentation shows", () => {
    const source =
      "*bold _italic bold ~italic bold strikethrough ||italic bold strikethrough spoiler||~ " +
      "__underline italic bold___ bold*";
    const spoiler = "italic bold strikethrough spoiler";
    assert.deepEqual(pieces(parseMarkdownV2(source)), [
      ["bold", `bold italic bold italic bold strikethrough ${spoiler} underline italic bold bold`],
      ["italic", `italic bold italic bold strikethrough ${spoiler} underline italic bold`],
      ["strikethrough", `italic bold strikethrough ${spoiler}`],
      ["spoiler", spoiler],
      ["underline", "underline italic bold"],
    ]);
  });

  it("escapes any ASCII character with a backslash, inside of code and addresses too", () => {
    const { text, entities } = parseMarkdownV2("\\*\\.\\a `\\`\\\\` [x](http://a.com/\\))");
    assert.equal(text, "*.a `\\ x");
    assert.deepEqual(entities, [
      { type: "code", offset: 4, length: 2 },
      { type: "text_link", offset: 7, length: 1, url: "http://a.com/)" },
    ]);
  });

  for (const character of "_*[]()~`>#+-=|{}.!".replace(/[_*[~`>]/g, "")) {
    it(`refuses a bare ${character}`, () => {
      const reason = `Character '${character}' is reserved and must be escaped with the preceding '\\'`;
      const expected = `Bad Request: can't parse entities: ${reason}`;
      assert.equal(
        refusalOf(() => parseMarkdownV2(`a ${character} b`)),
        expected,
      );
    });
  }

  const REFUSED: readonly (readonly [source: string, reason: string])[] = [
    ["*a", "Can't find end of Bold entity at byte offset 0"],
    ["ж _a", "Can't find end of Italic entity at byte offset 3"],
    ["__a_", "Can't find end of Italic entity at byte offset 3"],
    ["`a", "Can't find end of Code entity at byte offset 0"],
    ["```a", "Can't find end of Pre entity at byte offset 0"],
    ["[a](b", "Can't find end of a URL at byte offset 4"],
    ["a > b", "Character '>' is reserved and must be escaped with the preceding '\\'"],
    ["![a]", "The entity must contain a tg://emoji or tg://time URL"],
    [">*a\nb*", "Can't find end of Bold entity at byte offset 1"],
  ];
  for (const [source, reason] of REFUSED) {
    it(`refuses ${JSON.stringify(source)}`, () => {
      const expected = `Bad Request: can't parse entities: ${reason}`;
      assert.equal(
        refusalOf(() => parseMarkdownV2(source)),
        expected,
      );
    });
  }
});
