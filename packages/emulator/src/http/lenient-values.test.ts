import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clampedInteger, lenientBoolean, lenientInteger, percentDecode } from "./lenient-values.ts";

/** How texts are read as numbers. @see tdlib/td, misc.h, to_integer */
const INTEGERS: readonly (readonly [text: string, value: number])[] = [
  ["12", 12],
  ["-12", -12],
  ["007", 7],
  ["12.9", 12],
  ["12abc", 12],
  ["1e3", 1],
  ["", 0],
  ["-", 0],
  ["+5", 0],
  [" 5", 0],
  ["true", 0],
  ["null", 0],
  ['"5"', 0],
  ["9007199254740991", 9_007_199_254_740_991],
  ["-1001234567890", -1_001_234_567_890],
];

describe("a text", () => {
  for (const [text, value] of INTEGERS) {
    it(`${JSON.stringify(text)} is the number ${value}`, () => {
      assert.equal(lenientInteger(text), value);
    });
  }

  it("is true as true, yes or 1, with spaces around and in any letters", () => {
    const yes = ["true", "TRUE", "yes", "Yes", "1", " true ", "\ttrue\n"];
    const no = [undefined, "", "false", "no", "0", "on", "y", "11", "true!", "null", "t"];
    assert.deepEqual(yes.filter(lenientBoolean), yes);
    assert.deepEqual(no.filter(lenientBoolean), []);
  });

  it("is brought into a range, or has its default when it is absent or empty", () => {
    const range = { fallback: 100, min: 1, max: 100 };
    const read = (text: string | undefined): number => clampedInteger(text, range);
    assert.deepEqual(
      [undefined, "", "0", "-5", "5", "101", "x"].map(read),
      [100, 100, 1, 1, 5, 100, 1],
    );
  });

  it("keeps a percent sign that stands before no hexadecimal number", () => {
    assert.equal(percentDecode("a%20b%C3%A9%zz%4", false), "a bé%zz%4");
    assert.equal(percentDecode("a+b", true), "a b");
    assert.equal(percentDecode("a+b", false), "a+b");
  });
});
