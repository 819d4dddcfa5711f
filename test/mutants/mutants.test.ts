import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { MUTANTS } from "./mutants.ts";

/** `npm run mutants` runs them, which takes many minutes; this only looks whether it still can. */
describe("the deliberate faults", () => {
  it("can be planted: each finds its place in the code exactly once", () => {
    const lost = MUTANTS.filter(({ file, search }) => {
      const text = existsSync(file) ? readFileSync(file, "utf8") : "";
      return text.split(search).length !== 2;
    });
    assert.deepEqual(
      lost.map(({ fault, file }) => `${fault}: mend its search text in ${file}`),
      [],
    );
  });

  it("are many, each with a name of its own and a test file that is there", () => {
    assert.ok(MUTANTS.length >= 12);
    assert.equal(new Set(MUTANTS.map(({ fault }) => fault)).size, MUTANTS.length);
    assert.deepEqual(
      MUTANTS.filter(({ testFile }) => !existsSync(testFile)),
      [],
    );
  });
});
