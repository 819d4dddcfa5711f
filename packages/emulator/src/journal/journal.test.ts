import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { Journal } from "./journal.ts";
import type { JournalEntry } from "./journal-entry.ts";

const world = (id: number) => ({ type: "world", change: "person-added", id }) as const;

function fill(count: number, entriesMax?: number): Journal {
  const clock = new VirtualClock({ paused: true, startMs: 7 });
  const journal = new Journal({ clock, ...(entriesMax === undefined ? {} : { entriesMax }) });
  for (let id = 1; id <= count; id += 1) journal.append(world(id));
  return journal;
}

const seqs = (entries: readonly JournalEntry[]): readonly number[] => entries.map(({ seq }) => seq);

describe("a journal", () => {
  it("numbers entries from 1 and dates them by the clock", () => {
    assert.deepEqual(fill(1).read(), { entries: [{ seq: 1, at_ms: 7, ...world(1) }], cursor: 1 });
  });

  it("is read on from a cursor, in pages", () => {
    const journal = fill(5);
    const first = journal.read(0, 2);
    assert.deepEqual([seqs(first.entries), first.cursor], [[1, 2], 2]);
    const second = journal.read(first.cursor, 10);
    assert.deepEqual([seqs(second.entries), second.cursor], [[3, 4, 5], 5]);
    assert.deepEqual(journal.read(5), { entries: [], cursor: 5 });
  });

  it("keeps the newest entries and goes on from a cursor that is too old", () => {
    const page = fill(25, 10).read(3);
    assert.deepEqual(seqs(page.entries), [16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
  });

  it("goes on numbering after it was cleared", () => {
    const journal = fill(3);
    journal.clear();
    assert.deepEqual(journal.read(), { entries: [], cursor: 3 });
    assert.equal(journal.append(world(4)).seq, 4);
  });

  it("tells subscribers of each entry until they leave", () => {
    const journal = fill(1);
    const seen: number[] = [];
    const leave = journal.subscribe(({ seq }) => seen.push(seq));
    journal.append(world(2));
    leave();
    journal.append(world(3));
    assert.deepEqual(seen, [2]);
  });

  it("never shows a token, wherever it stands", () => {
    const token = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const journal = fill(0);
    const entry = journal.append({
      type: "api-call",
      bot_id: 1,
      method: "setWebhook",
      params: { url: `https://h/${token}`, list: [{ deep: token.replace(":", "%3A") }], n: 1 },
      status: 200,
      ok: true,
      duration_ms: 0,
      via: "http",
    });
    assert.deepEqual(entry.type === "api-call" && entry.params, {
      url: "https://h/123456:<token>",
      list: [{ deep: "123456:<token>" }],
      n: 1,
    });
  });
});
