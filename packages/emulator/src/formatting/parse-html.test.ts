import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Refusal } from "../methods/method.ts";
import { parseHtml } from "./parse-html.ts";
import { pieces, refusalOf } from "../../test/formatting-cases.ts";

describe("HTML style", () => {
  it("reads the example of the Bot API documentation", () => {
    const source = [
      "<b>bold</b>, <strong>bold</strong>",
      "<i>italic</i>, <em>italic</em>",
      "<u>underline</u>, <ins>underline</ins>",
      "<s>strikethrough</s>, <strike>strikethrough</strike>, <del>strikethrough</del>",
      '<span class="tg-spoiler">spoiler</span>, <tg-spoiler>spoiler</tg-spoiler>',
      '<a href="http://www.example.com/">inline URL</a>',
      '<a href="tg://user?id=123456789">inline mention of a user</a>',
      '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
      "<code>inline fixed-width code</code>",
      "<pre>pre-formatted fixed-width code block</pre>",
      '<pre><code class="language-python">pre-formatted code block in Python</code></pre>',
      "<blockquote>Block quotation</blockquote>",
      "<blockquote expandable>Expandable block quotation</blockquote>",
    ].join("\n");
    assert.deepEqual(pieces(parseHtml(source)), [
      ["bold", "bold"],
      ["bold", "bold"],
      ["italic", "italic"],
      ["italic", "italic"],
      ["underline", "underline"],
      ["underline", "underline"],
      ["strikethrough", "strikethrough"],
      ["strikethrough", "strikethrough"],
      ["strikethrough", "strikethrough"],
      ["spoiler", "spoiler"],
      ["spoiler", "spoiler"],
      ["text_link http://www.example.com/", "inline URL"],
      ["text_mention 123456789", "inline mention of a user"],
      ["custom_emoji 5368324170671202286", "👍"],
      ["code", "inline fixed-width code"],
      ["pre", "pre-formatted fixed-width code block"],
      ["pre python", "pre-formatted code block in Python"],
      ["blockquote", "Block quotation"],
      ["expandable_blockquote", "Expandable block quotation"],
    ]);
  });

  it("counts offsets in UTF-16 code units", () => {
    const { text, entities } = parseHtml("👍🏽 <b>ok</b>");
    assert.equal(text, "👍🏽 ok");
    assert.deepEqual(entities, [{ type: "bold", offset: 5, length: 2 }]);
  });

  it("decodes the four named references and numeric ones, and leaves others alone", () => {
    const { text } = parseHtml("&lt;&gt;&amp;&quot; &#60;&#x1f44d; &nbsp;&copy; &lt");
    assert.equal(text, '<>&" <👍 &nbsp;&copy; <');
  });

  it("takes the language only from code inside of pre", () => {
    const alone = parseHtml('<code class="language-js">a</code>');
    assert.deepEqual(alone.entities, [{ type: "code", offset: 0, length: 1 }]);
    const outside = parseHtml('<code class="language-js"><pre>a</pre></code>');
    assert.deepEqual(pieces(outside), [["pre js", "a"]]);
  });

  it("drops links that lead nowhere, and entities without text", () => {
    assert.deepEqual(parseHtml('<a href="nowhere">x</a><b></b>'), { text: "x", entities: [] });
  });

  const REFUSED: readonly (readonly [source: string, reason: string])[] = [
    ["a <foo>", 'Unsupported start tag "foo" at byte offset 2'],
    ["ж <foo>", 'Unsupported start tag "foo" at byte offset 3'],
    ["1 < 2", 'Unsupported start tag "" at byte offset 2'],
    ["a <b", "Unclosed start tag at byte offset 2"],
    ["<b>a", 'Can\'t find end tag corresponding to start tag "b"'],
    ["<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ["a</b>", "Unexpected end tag at byte offset 1"],
    ["<b>a</b", "Unclosed end tag at byte offset 4"],
    ['<span class="x">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<tg-emoji emoji-id="x">👍</tg-emoji>', "Invalid custom emoji identifier specified"],
    ["<i =a>b</i>", 'Empty attribute name in the tag "i" at byte offset 0'],
  ];
  for (const [source, reason] of REFUSED) {
    it(`refuses ${source}`, () => {
      const expected = `Bad Request: can't parse entities: ${reason}`;
      assert.equal(
        refusalOf(() => parseHtml(source)),
        expected,
      );
    });
  }

  it("refuses with a 400", () => {
    assert.throws(
      () => parseHtml("<b>"),
      (error) => error instanceof Refusal && error.errorCode === 400,
    );
  });
});
