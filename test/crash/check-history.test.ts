import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { checkHistory, type HandlerRun, type SentUpdate } from "./check-history.ts";

const sent = (...ids: number[]): SentUpdate[] =>
  ids.map((updateId) => ({ chatId: 1, updateId, isAcknowledged: true }));
const runs = (...pairs: (readonly [updateId: number, count: number])[]): HandlerRun[] =>
  pairs.map(([updateId, count], atMs) => ({ chatId: 1, updateId, count, atMs }));
const CLEAN = { lost: [], unexpected: [], reordered: [], misapplied: [], repeated: [] };

describe("the history checker", () => {
  it("finds nothing where everything was handled once and in order", () => {
    assert.deepEqual(checkHistory(sent(5, 6, 7), runs([5, 1], [6, 2], [7, 3])), CLEAN);
  });

  it("finds what was acknowledged and never handled", () => {
    assert.deepEqual(checkHistory(sent(5, 6), runs([5, 1])), { ...CLEAN, lost: [6] });
    const unanswered = { chatId: 1, updateId: 6, isAcknowledged: false };
    assert.deepEqual(checkHistory([...sent(5), unanswered], runs([5, 1])), CLEAN);
  });

  it("finds what was handled in another order", () => {
    const { reordered } = checkHistory(sent(5, 6, 7), runs([5, 1], [7, 3], [6, 2]));
    assert.deepEqual(reordered, [7, 6]);
  });

  it("tells a repetition at once from one that comes too late", () => {
    const atOnce = checkHistory(sent(5, 6), runs([5, 1], [5, 1], [6, 2]));
    assert.deepEqual(atOnce, { ...CLEAN, repeated: [5] });
    const late = checkHistory(sent(5, 6), runs([5, 1], [6, 2], [5, 1]));
    assert.deepEqual(late, { ...CLEAN, reordered: [5] });
  });

  it("finds what the state counted twice, or not", () => {
    const twice = checkHistory(sent(5, 6), runs([5, 1], [5, 2], [6, 3]));
    assert.deepEqual(twice.misapplied, [5, 6]);
    assert.deepEqual(checkHistory(sent(5, 6), runs([5, 1], [6, 1])).misapplied, [6]);
  });

  it("finds what nobody sent", () => {
    assert.deepEqual(checkHistory(sent(5), runs([5, 1], [9, 0])).unexpected, [9]);
  });
});
