import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findEntities } from "./find-entities.ts";

/** The kinds and texts of what is found. */
function found(text: string): string[] {
  return findEntities(text).map(
    ({ type, offset, length }) => `${type} ${text.slice(offset, offset + length)}`,
  );
}

const CASES: readonly (readonly [text: string, expected: readonly string[]])[] = [
  ["/start", ["bot_command /start"]],
  ["/start@stage_bot deep_link", ["bot_command /start@stage_bot"]],
  ["a/b /c/ //d </e> x/f", []],
  ["say /help.", ["bot_command /help"]],
  ["@durov and a@b, @abc @gif", ["mention @durov", "mention @gif"]],
  ["(@stage_bot)", ["mention @stage_bot"]],
  ["#tag #1 #2024год #тег", ["hashtag #tag", "hashtag #2024год", "hashtag #тег"]],
  ["$USD $usd $TOOLONGTICKER", ["cashtag $USD"]],
  ["telegram.org", ["url telegram.org"]],
  [
    "see https://core.telegram.org/bots/api#sendmessage.",
    ["url https://core.telegram.org/bots/api#sendmessage"],
  ],
  ["(http://en.wikipedia.org/wiki/A_(b))", ["url http://en.wikipedia.org/wiki/A_(b)"]],
  ["file.unknowntld readme.Md end.Next", []],
  ["http://localhost http://a.b", []],
  ["1.2.3.4 256.1.1.1 1.0", ["url 1.2.3.4"]],
  ["mail a.b+c@example.co.uk!", ["email a.b+c@example.co.uk"]],
  ["sftp://telegram.org", []],
  ["tg://resolve?domain=durov", ["url tg://resolve?domain=durov"]],
  ["call +1 (212) 555-0100", ["phone_number +1 (212) 555-0100"]],
  ["👍 /go", ["bot_command /go"]],
];

describe("finding entities", () => {
  for (const [text, expected] of CASES) {
    it(`finds ${expected.length} in ${text}`, () => assert.deepEqual(found(text), expected));
  }

  it("counts offsets in UTF-16 code units", () => {
    assert.deepEqual(findEntities("👍 /go"), [{ type: "bot_command", offset: 3, length: 3 }]);
  });
});
