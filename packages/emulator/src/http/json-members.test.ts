import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readJsonMembers } from "./json-members.ts";

const members = (text: string): readonly (readonly [string, string])[] => [
  ...readJsonMembers(text),
];

describe("the members of a JSON text", () => {
  it("are those that JSON.parse finds, strings decoded and the rest as text", () => {
    const object = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 3 }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(object, fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
        const found = members(JSON.stringify(value, undefined, indent));
        const parsed = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
        assert.deepEqual(
          found.map(([name, text]) => [
            name,
            typeof parsed[name] === "string" ? text : (JSON.parse(text) as unknown),
          ]),
          Object.entries(parsed),
        );
      }),
    );
  });

  it("of a text that was cut off are the first ones of the whole, a last number perhaps cut too", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (value, position) => {
        const text = JSON.stringify(value);
        const part = members(text.slice(0, position % text.length));
        const whole = members(text).slice(0, part.length);
        assert.deepEqual(part.slice(0, -1), whole.slice(0, -1));
        const [name, lastText] = part.at(-1) ?? ["", ""];
        const [wholeName, wholeText] = whole.at(-1) ?? ["", ""];
        assert.equal(name, wholeName);
        assert.ok(
          lastText === wholeText || (/^[-\d]/.test(lastText) && wholeText.startsWith(lastText)),
        );
      }),
      { examples: [[{ "       ": true, " ": -5e-324 }, 21]] },
    );
  });

  it("take for a number whatever number signs are written, as Telegram's reader does", () => {
    // `do_json_decode` in tdutils/td/utils/JsonBuilder.cpp reads on while it meets [-+.eE0-9].
    assert.deepEqual(members('{"a":-'), [["a", "-"]]);
    assert.deepEqual(members('{"a":+.e1-,"b":2}'), [
      ["a", "+.e1-"],
      ["b", "2"],
    ]);
  });

  it("may be nested a hundred deep and not deeper", () => {
    const nested = (depth: number): string =>
      `{"a":${"[".repeat(depth)}${"]".repeat(depth)},"b":1}`;
    assert.equal(members(nested(100)).length, 2);
    assert.equal(members(nested(102)).length, 0);
    assert.equal(members(nested(1_000_000)).length, 0);
  });

  it("stop before a comma that nothing follows inside a list, not before one at the end", () => {
    assert.deepEqual(members('{"a":1,"b":[1,],"c":2}'), [["a", "1"]]);
    assert.deepEqual(members('{"a":1,}'), [["a", "1"]]);
  });

  it("take unknown escapes for their characters and refuse broken ones", () => {
    assert.deepEqual(members(String.raw`{"a":"\q\/\\u0041\n"}`), [["a", "q/\\u0041\n"]]);
    assert.deepEqual(members(String.raw`{"a":1,"b":"\u12"}`), [["a", "1"]]);
  });
});
