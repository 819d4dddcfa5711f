import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiCallEntry, DeliveryEntry, JournalEntry } from "../control/control-shapes.ts";
import { filterEntries } from "../state/journal-filter.ts";
import { parametersText, summarizeEntry } from "./entry-summary.ts";
import { updateName, updateWords } from "./update-words.ts";

const call: ApiCallEntry = {
  seq: 1,
  at_ms: 0,
  type: "api-call",
  bot_id: 42,
  method: "sendMessage",
  params: { parse_mode: "HTML", text: "Hello\nyou", chat_id: 101 },
  status: 200,
  ok: true,
  duration_ms: 2,
  via: "http",
};
const delivery: DeliveryEntry = {
  seq: 2,
  at_ms: 0,
  type: "delivery",
  bot_id: 42,
  update_id: 9001,
  kind: "message",
  attempt: 2,
  status: 503,
  error: "Wrong response from the webhook: 503 Service Unavailable",
  duration_ms: 4,
  retry_in_s: 2,
  outcome: "failed",
};
const poll: ApiCallEntry = { ...call, seq: 3, method: "getUpdates", params: {} };

test("a call that was answered with a sample, or went wrong on purpose, says so", () => {
  assert.match(summarizeEntry({ ...call, generic: true }).details, /^answered with a sample · /);
  const cut = summarizeEntry({ ...call, ok: false, status: 0, fault: "reset" });
  assert.deepEqual([cut.details, cut.result?.text], ["fault: reset · ", "not made"]);
});

test("a call is told by its telling parameters first", () => {
  assert.equal(parametersText(call.params), "chat_id 101 · text Hello you · parse_mode HTML");
  assert.equal(parametersText(undefined), "");
  assert.equal(parametersText({ allowed_updates: ["message"] }), 'allowed_updates ["message"]');
});

test("a refused call is told by Telegram's words", () => {
  const refused = { ...call, ok: false, status: 400, description: "Bad Request: chat not found" };
  assert.deepEqual(summarizeEntry(refused), {
    direction: "out",
    title: "sendMessage",
    details: "Bad Request: chat not found",
    result: { text: "400", tone: "bad" },
    durationMs: 2,
  });
});

test("a delivery is told by its update, attempt and status", () => {
  const { title, details, result } = summarizeEntry(delivery);
  assert.equal(title, "message");
  assert.match(details, /^update 9001 · attempt 2 · Wrong response/);
  assert.deepEqual(result, { text: "503", tone: "bad" });
  const silent = summarizeEntry({ ...delivery, status: null });
  assert.equal(silent.result?.text, "no answer");
});

test("the filter knows kinds and words", () => {
  const entries: JournalEntry[] = [call, delivery, poll];
  const shown = (filter: Parameters<typeof filterEntries>[1]) =>
    filterEntries(entries, filter).map(({ seq }) => seq);
  assert.deepEqual(shown({ shown: "traffic", words: "" }), [1, 2]);
  assert.deepEqual(shown({ shown: "calls", words: "" }), [1, 3]);
  assert.deepEqual(shown({ shown: "deliveries", words: "" }), [2]);
  assert.deepEqual(shown({ shown: "problems", words: "" }), [2]);
  assert.deepEqual(shown({ shown: "everything", words: "SENDMESSAGE 101" }), [1]);
});

test("an update is known again by the words of its message", () => {
  const about = { seq: 4, at_ms: 0, bot_id: 42, chat_id: 101 };
  const message = {
    message_id: 7,
    date: 0,
    chat: { id: 101, type: "private", first_name: "Ann" } as const,
    text: "Where is it?",
  };
  const entries: JournalEntry[] = [
    { ...about, type: "update", update_id: 9001, kind: "message", message_id: 7 },
    { ...about, type: "message", message, by: "person" },
  ];
  assert.equal(updateWords(entries).get(updateName(42, 9001)), "Where is it?");
  assert.equal(updateWords(entries).get(updateName(43, 9001)), undefined);
});

test("an update of a pressed button is known by the button's data", () => {
  const update = { ...delivery, type: "update", kind: "callback_query", words: "faq:0" } as const;
  assert.equal(updateWords([update]).get(updateName(42, 9001)), "faq:0");
});
