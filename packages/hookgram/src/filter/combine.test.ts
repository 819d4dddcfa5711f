import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { or } from "../index.ts";

describe("or", () => {
  const never = (): boolean => false;
  const later = async (): Promise<boolean> => false;
  const notAsked = (): never => assert.fail("asked after a match");

  it("gives what the first match has found, and asks no further", async () => {
    assert.deepEqual(or(never, () => ({ by: 2 }), notAsked).matches({}), { by: 2 });
    assert.deepEqual(await or(later, async () => ({ by: 2 }), notAsked).matches({}), { by: 2 });
  });

  it("does not match when none does, soon or late", async () => {
    assert.equal(await or(never, never).matches({}), false);
    assert.equal(await or(later, never).matches({}), false);
  });
});
