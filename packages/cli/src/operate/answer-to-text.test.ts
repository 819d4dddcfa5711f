import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { answerToText } from "./answer-to-text.ts";

const AT_MS = Date.UTC(2026, 10, 21, 18, 0, 5);

const LETTER = {
  seq: 17,
  botId: 1234567890,
  updateId: 280023877,
  lane: "1234567890:7",
  receivedAtMs: AT_MS,
  parkedAtMs: AT_MS,
  attempts: 5,
  reason: "failed",
  error:
    "HookgramError: Handler bot/shop/message#1 failed: no money\n" +
    "    at node:internal/process/task_queues:104:5\n" +
    "caused by Error: the bank said no to 1234567890:AAabcdefghijklmnopqrstuvwxyz0123456\n" +
    "    at file:///home/ada/shop.ts:2:18",
};

describe("a list for a person", () => {
  test("is a table with readable times and the cause of an error", () => {
    const [head = "", row = ""] = answerToText([LETTER]).split("\n");
    assert.match(head, /^seq  bot id      update id  lane .* parked at .* reason  error$/);
    assert.match(
      row,
      /2026-11-21T18:00:05\.000Z {2}5 {9}failed {2}Error: the bank said no to 1234/,
    );
    assert.doesNotMatch(row, /AAabcdef|\s+at /);
  });

  for (const columns of [80, 120]) {
    test(`fits into ${columns} columns`, () => {
      const lines = answerToText([LETTER, LETTER], columns).split("\n");
      assert.equal(lines.length, 3);
      assert.deepEqual(
        lines.filter((line) => line.length > columns),
        [],
      );
      assert.match(lines[1]!, /^17 .*1234567890:7 .*Error: the bank/);
    });
  }

  const long = "a text that is longer than anybody would like to have it in a table";
  const send = { id: 755, botId: 1234567890, state: "failed", method: "sendMessage" };
  const sendEnd = { attempts: 1, doubts: 0, broadcastId: 34, endedAtMs: AT_MS, error: long };
  const times = { createdAtMs: AT_MS, startedAtMs: AT_MS, endedAtMs: AT_MS };
  const counts = { total: 1_000, pending: 990, applied: 10, gone: 0, undecided: 0 };
  for (const [name, item] of [
    ["sends", { ...send, ...sendEnd, chatId: 2720, params: { text: long }, priority: "bulk" }],
    ["broadcasts", { ...send, key: "news", total: 1_000, failures: { x: 1 }, ...times, left: 9 }],
    [
      "repairs",
      { id: 2, action: "replay", filter: {}, note: long, status: "done", ...times, ...counts },
    ],
  ] as const) {
    test(`of ${name} fits into 80 columns`, () => {
      const lines = answerToText([item], 80).split("\n");
      assert.deepEqual(
        lines.filter((line) => line.length > 80),
        [],
      );
      assert.match(lines[1]!, /failed|done/);
    });
  }

  test("names effects, and leaves out what no item has", () => {
    const effects = [
      { key: "step:pay", kind: "repeated", attempt: 2, atMs: AT_MS },
      { key: "*", kind: "unknown", attempt: 2, atMs: AT_MS },
    ];
    const text = answerToText([{ seq: 9, note: undefined, effects }]);
    assert.equal(text, "seq  effects\n9    step:pay (repeated), * (unknown)");
  });

  test("says that there is none", () => {
    assert.equal(answerToText([]), "none");
  });
});

describe("one item for a person", () => {
  test("has its error in lines without foreign frames, and what it carries as JSON", () => {
    const update = {
      update_id: 1,
      message: { text: "a long text, so that it has lines of its own" },
    };
    const text = answerToText({ seq: 17, error: LETTER.error, note: "", update });
    assert.equal(
      text,
      [
        "seq     17",
        "error   HookgramError: Handler bot/shop/message#1 failed: no money",
        "        caused by Error: the bank said no to 1234567890:[secret]",
        "            at file:///home/ada/shop.ts:2:18",
        "note    -",
        "update  {",
        '          "update_id": 1,',
        '          "message": {',
        '            "text": "a long text, so that it has lines of its own"',
        "          }",
        "        }",
      ].join("\n"),
    );
  });

  test("has the lists in it below", () => {
    const text = answerToText({ id: 3, leftOut: [{ seq: 2, because: "pending" }], samples: [] });
    assert.equal(text, "id       3\nsamples  none\n\nleft out:\nseq  because\n2    pending");
  });

  test("has no line for what it does not have", () => {
    assert.equal(answerToText({ id: 3, endedAtMs: undefined }), "id  3");
  });

  test("lets no control characters through", () => {
    assert.equal(answerToText({ note: "a\u001b[31mb" }), "note  a[31mb");
  });
});
