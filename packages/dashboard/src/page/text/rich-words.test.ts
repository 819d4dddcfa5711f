import assert from "node:assert/strict";
import { test } from "node:test";
import { richWords } from "./rich-words.ts";

test("the words of a rich message stand in their order, a block a line", () => {
  const blocks = [
    { type: "heading", size: 1, text: "Bread" },
    { type: "divider" },
    { type: "paragraph", text: ["Fresh ", { type: "bold", text: "every" }, " day"] },
    {
      type: "list",
      items: [
        {
          blocks: [
            { type: "paragraph", text: "Rye" },
            { type: "paragraph", text: "dark" },
          ],
        },
        { blocks: [{ type: "paragraph", text: "Spelt" }] },
      ],
    },
  ];
  assert.equal(richWords({ blocks }), "Bread\nFresh every day\nRye\ndark\nSpelt");
});
