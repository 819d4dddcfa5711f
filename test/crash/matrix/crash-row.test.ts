import assert from "node:assert/strict";
import { test } from "node:test";

import { type CrashRow, fromTable, missedAims, toTable } from "./crash-row.ts";

const ROW: CrashRow = {
  store: "postgres",
  point: "body read",
  rounds: 2,
  lost: 0,
  duplicated: 0,
  flagged: 12,
  reordered: 0,
  recoveryMs: 4_300,
};

test("a table is read as it was written, also when it was made even and has text around it", () => {
  const rows = [ROW, { ...ROW, point: "random moments", recoveryMs: 15_100 }];
  const table = toTable(rows).replaceAll(" | ", "    | ");
  assert.deepEqual(fromTable(`before\n\n${table}\n\nafter 5 | rounds`), rows);
});

test("what a row misses is said for each aim", () => {
  assert.deepEqual(missedAims(ROW), []);
  assert.deepEqual(
    missedAims({ ...ROW, lost: 1, duplicated: 2, reordered: 3, recoveryMs: 15_001 }),
    [
      "postgres, body read: 1 lost",
      "postgres, body read: 2 duplicated",
      "postgres, body read: 3 reordered",
      "postgres, body read: taken up after 15001 ms, not within 15000 ms",
    ],
  );
});
