import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json, StateRecord } from "hookgram";

import { applyPatch, patchBetween } from "./state-patch.ts";

const LONG = "x".repeat(1_000);
const recordOf = (data: Json, more: Partial<StateRecord> = {}): StateRecord => ({
  state: "form:name",
  schemaVersion: 1,
  data,
  ...more,
});
const between = (before: StateRecord, after: StateRecord | undefined) =>
  patchBetween({ version: 7, text: JSON.stringify(before) }, after);

describe("the patch from one state to the next", () => {
  const before = recordOf({ list: [LONG, LONG, LONG, LONG], wait: 1 }, { expiresAtMs: 5 });

  it("has what lists have got and what is different, and gives the state again", () => {
    const after = recordOf({ list: [LONG, LONG, LONG, LONG, "y"], wait: 2, more: [1] });
    const patch = between(before, after)!;
    assert.deepEqual(patch, { fromSeq: 7, set: { wait: 2, more: [1] }, append: { list: ["y"] } });
    assert.deepEqual(applyPatch(before, patch), after);
  });

  it("keeps the time to live of the newer one", () => {
    const after = recordOf(before.data, { expiresAtMs: 9 });
    assert.deepEqual(applyPatch(before, between(before, after)!), after);
  });

  for (const [what, after] of [
    ["the state was left", undefined],
    ["it is another state", recordOf(before.data, { state: "form:age" })],
    ["it is of another version", recordOf(before.data, { schemaVersion: 2 })],
    ["a property is gone", recordOf({ list: [LONG, LONG, LONG, LONG, "y"] })],
    ["most of it is different", recordOf({ list: [LONG, LONG, LONG, "y"], wait: 1 })],
    ["a list has doubled", recordOf({ list: [LONG, LONG, LONG, LONG, 1, 2, 3, 4], wait: 1 })],
    ["it is no object any more", recordOf([LONG])],
  ] as const)
    it(`is none where ${what}`, () => assert.equal(between(before, after), undefined));

  it("is none for a small state, and for one that was not there", () => {
    assert.equal(between(recordOf({ a: 1 }), recordOf({ a: 1, b: 2 })), undefined);
    assert.equal(patchBetween({ version: 0, text: undefined }, before), undefined);
  });
});
