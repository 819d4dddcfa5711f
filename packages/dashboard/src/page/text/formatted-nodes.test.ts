import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageEntity } from "@hookgram/bot-api";
import fc from "fast-check";
import { entitiesToNodes, withoutBlockBreaks, type FormattedNode } from "./formatted-nodes.ts";

/** Writes the tree in brackets: `Hi bold(there)`. */
function show(nodes: readonly FormattedNode[]): string {
  return nodes
    .map((node) =>
      node.kind === "text" ? node.text : `${node.entity.type}(${show(node.children)})`,
    )
    .join("");
}

function entity(type: MessageEntity["type"], offset: number, length: number): MessageEntity {
  return { type, offset, length };
}

test("text without entities is one text node", () => {
  assert.deepEqual(entitiesToNodes("Hello"), [{ kind: "text", text: "Hello" }]);
  assert.deepEqual(entitiesToNodes(""), []);
});

test("entities stand where their offsets say, with the text around them", () => {
  const nodes = entitiesToNodes("Try /help or not", [entity("bot_command", 4, 5)]);
  assert.equal(show(nodes), "Try bot_command(/help) or not");
});

test("offsets count UTF-16 code units: an emoji is two of them", () => {
  // "👋🏽" is U+1F44B U+1F3FD: four code units, so the word behind the blank is at 5.
  const nodes = entitiesToNodes("👋🏽 Ann 👨‍👩‍👧!", [entity("bold", 5, 3), entity("italic", 9, 8)]);
  assert.equal(show(nodes), "👋🏽 bold(Ann) italic(👨‍👩‍👧)!");
});

test("nested entities nest, whatever their order in the list", () => {
  const entities = [entity("italic", 5, 6), entity("bold", 0, 11), entity("code", 12, 4)];
  assert.equal(
    show(entitiesToNodes("bold italic code", entities)),
    "bold(bold italic(italic)) code(code)",
  );
});

test("of entities with one range, quotations and links are outside", () => {
  const entities = [entity("bold", 0, 4), entity("text_link", 0, 4), entity("blockquote", 0, 4)];
  assert.equal(show(entitiesToNodes("here", entities)), "blockquote(text_link(bold(here)))");
});

test("entities that overlap are cut at the border", () => {
  const nodes = entitiesToNodes("abcdef", [entity("bold", 0, 4), entity("italic", 2, 4)]);
  assert.equal(show(nodes), "bold(abitalic(cd))italic(ef)");
});

test("an entity carries the text below it", () => {
  const [node] = entitiesToNodes("see docs", [entity("text_link", 4, 4)]).slice(1);
  assert.equal(node?.kind === "entity" && node.text, "docs");
});

test("what reaches out of the text is clipped, what is outside or empty is left out", () => {
  const entities = [entity("bold", 3, 99), entity("code", 50, 2), entity("italic", 0, 0)];
  assert.equal(show(entitiesToNodes("Hello", entities)), "Helbold(lo)");
});

test("a block loses the line breaks that only set it apart", () => {
  const nodes = entitiesToNodes("a\nquote\n\nb", [entity("blockquote", 2, 5)]);
  assert.equal(show(withoutBlockBreaks(nodes)), "ablockquote(quote)\nb");
  const one = entitiesToNodes("x\ny", [entity("pre", 0, 1), entity("pre", 2, 1)]);
  assert.equal(show(withoutBlockBreaks(one)), "pre(x)pre(y)");
});

test("no text is ever lost or doubled", () => {
  const plain = (nodes: readonly FormattedNode[]): string =>
    nodes.map((node) => (node.kind === "text" ? node.text : plain(node.children))).join("");
  const anyEntity = fc.record({
    type: fc.constantFrom("bold", "italic", "blockquote", "text_link", "spoiler"),
    offset: fc.integer({ min: -3, max: 25 }),
    length: fc.integer({ min: -3, max: 25 }),
  });
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 20 }), fc.array(anyEntity), (text, list) => {
      assert.equal(plain(entitiesToNodes(text, list as MessageEntity[])), text);
    }),
    { numRuns: 300 },
  );
});
