import assert from "node:assert/strict";
import { test } from "node:test";

import { parseHappened, parseLimit } from "./option-values.ts";

test("an effect that has happened is given by its key and its result as JSON", () => {
  const first = parseHappened("step:pay=7");
  assert.deepEqual(parseHappened("step:mail=null", first), [
    { key: "step:pay", result: 7 },
    { key: "step:mail", result: null },
  ]);
});

test("the key and the result of an effect may contain an equals sign", () => {
  assert.deepEqual(parseHappened('step:a=b={"url":"/?q=1"}'), [
    { key: "step:a=b", result: { url: "/?q=1" } },
  ]);
});

test("an effect without a result as JSON is refused with what was given", () => {
  for (const text of ["step:pay", "step:pay=", "step:pay=receipt 7"]) {
    assert.throws(() => parseHappened(text), new RegExp(`It is KEY=JSON: got "${text}"`));
  }
});

test("nobody asks for nothing, or for more than can be read", () => {
  assert.deepEqual([parseLimit("1"), parseLimit("10000")], [1, 10_000]);
  for (const text of ["0", "10001", "-5", "many"]) {
    assert.throws(() => parseLimit(text), new RegExp(`got "${text}"`));
  }
});
