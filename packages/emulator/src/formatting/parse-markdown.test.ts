import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pieces, refusalOf } from "../../test/formatting-cases.ts";
import { parseMarkdown } from "./parse-markdown.ts";

describe("legacy Markdown style", () => {
  it("reads the example of the Bot API documentation", () => {
    const source = [
      "*bold text*",
      "_italic text_",
      "[inline URL](http://www.example.com/)",
      "[inline mention of a user](tg://user?id=123456789)",
      "`inline fixed-width code`",
      "```",
      "pre-formatted fixed-width code block",
      "```",
      "```python",
      "pre-formatted fixed-width code block written in the Python programming language",
      "```",
    ].join("\n");
    assert.deepEqual(pieces(parseMarkdown(source)), [
      ["bold", "bold text"],
      ["italic", "italic text"],
      ["text_link http://www.example.com/", "inline URL"],
      ["text_mention 123456789", "inline mention of a user"],
      ["code", "inline fixed-width code"],
      ["pre", "pre-formatted fixed-width code block\n"],
      [
        "pre python",
        "pre-formatted fixed-width code block written in the Python programming language\n",
      ],
    ]);
  });

  it("does not nest, and escapes only what begins an entity, outside of entities", () => {
    const { text, entities } = parseMarkdown("\\_a \\. *b _c*");
    assert.equal(text, "_a \\. b _c");
    assert.deepEqual(entities, [{ type: "bold", offset: 6, length: 4 }]);
  });

  it("leaves other reserved characters of MarkdownV2 alone", () => {
    assert.deepEqual(parseMarkdown("1. a-b! (c) > d"), { text: "1. a-b! (c) > d", entities: [] });
  });

  it("refuses an entity without end, in bytes of UTF-8", () => {
    assert.equal(
      refusalOf(() => parseMarkdown("жж snake_case")),
      "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 10",
    );
  });
});
