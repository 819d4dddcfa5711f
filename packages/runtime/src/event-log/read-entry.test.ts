import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import type { LogRow } from "../store/event-log-store.ts";
import { foldConversation } from "./fold-conversation.ts";
import { readEntry, UnreadableEntryError } from "./read-entry.ts";

/** Rows as version 1 wrote them, taken from a store. They never change. */
const GOLDEN = new URL("golden-version-1.json", import.meta.url);

const rows = JSON.parse(readFileSync(GOLDEN, "utf8")) as readonly LogRow[];

describe("entries of the log", () => {
  it("of version 1 are read for ever", () => {
    const entries = rows.map((row) => readEntry(row));
    const { states, timers, calls } = foldConversation(entries);

    assert.deepEqual(
      [...states],
      [["bot=7/user-in-chat/chat=5/user=5", { state: "form:name", data: null, schemaVersion: 1 }]],
    );
    assert.deepEqual([...timers], [["bot=7/user-in-chat/chat=5/user=5|tea", 1_795_219_260_250]]);
    assert.deepEqual(
      calls.map(({ seq, method, messageId, params }) => [seq, method, messageId, params]),
      [[1, "sendMessage", 10, { chat_id: 5, text: "Your name?" }]],
    );
  });

  it("of older versions go through every step to the newest", () => {
    const row: LogRow = { cursor: "0.1", seq: 1, lane: "a", atMs: 1, version: 1, text: '{"n":1}' };
    const double = (body: Readonly<Record<string, unknown>>) => ({ n: Number(body["n"]) * 2 });
    const wrap = (body: Readonly<Record<string, unknown>>) => ({ events: [body["n"]] });

    assert.deepEqual(readEntry(row, [double, wrap]).events, [2]);
    assert.deepEqual(readEntry({ ...row, version: 2 }, [double, wrap]).events, [1]);
  });

  it("of a newer version are refused with what to do", () => {
    const row: LogRow = { cursor: "0.9", seq: 1, lane: "a", atMs: 1, version: 9, text: "{}" };

    assert.throws(() => readEntry(row), UnreadableEntryError);
    assert.throws(() => readEntry(row), /version 9.*reads up to 2/);
  });
});
