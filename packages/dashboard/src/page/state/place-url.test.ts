import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPlace, parsePlace, threadKey, type Place } from "./place-url.ts";

test("an address names the person, the chat and the tab", () => {
  assert.deepEqual(parsePlace("?person=101&bot=42"), {
    person: 101,
    conversation: { kind: "private", bot: 42 },
    pane: "chat",
  });
  assert.deepEqual(parsePlace("?person=101&chat=-1001234567890&tab=journal"), {
    person: 101,
    conversation: { kind: "group", chat: -1001234567890 },
    pane: "journal",
  });
});

test("an address names three people beside at most, each once", () => {
  assert.deepEqual(parsePlace("?beside=5,6,x,5,7,8").beside, [5, 6, 7]);
});

test("what cannot be read is left out", () => {
  assert.deepEqual(parsePlace("?person=ann&bot=%00&tab=<b>"), { pane: "chat" });
  assert.deepEqual(parsePlace(""), { pane: "chat" });
});

test("what is written is read again", () => {
  const places: Place[] = [
    { pane: "chat" },
    { person: 7, pane: "chats" },
    { person: 7, conversation: { kind: "private", bot: 42 }, pane: "journal" },
    { person: 7, conversation: { kind: "group", chat: -5 }, pane: "chat" },
    { person: 7, pane: "chat", beside: [8, 9] },
    { person: 7, pane: "chat", isAlone: true },
  ];
  for (const place of places) assert.deepEqual(parsePlace(formatPlace(place)), place);
});

test("a private chat is kept per person, a group once", () => {
  assert.notEqual(
    threadKey(1, { kind: "private", bot: 42 }),
    threadKey(2, { kind: "private", bot: 42 }),
  );
  assert.equal(
    threadKey(1, { kind: "group", chat: -5 }),
    threadKey(2, { kind: "group", chat: -5 }),
  );
});
