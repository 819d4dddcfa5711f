import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

const PAGE = "docs/failure-tests.md";
/** A row's last cell: the file, and the test's name as it stands in the code. */
const TEST_CELL = /\| `([^`]+\.test\.ts)`: (.+?) +\|$/;

describe("the table of failures and their tests", () => {
  const rows = readFileSync(PAGE, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2);

  it("names a test in every row, and only tests that exist", () => {
    assert.ok(rows.length > 20);
    const wrong = rows.flatMap((row) => {
      const [, file = "", name = ""] = TEST_CELL.exec(row) ?? [];
      const code = existsSync(file) ? readFileSync(file, "utf8") : "";
      const isThere = ['"', "`"].some((quote) => code.includes(`${quote}${name}${quote}`));
      return isThere ? [] : [`${row.split("|")[1]}: no test "${name}" in ${file}`];
    });
    assert.deepEqual(wrong, []);
  });
});
