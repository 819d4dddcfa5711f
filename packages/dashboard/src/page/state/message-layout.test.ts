import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChatMessage } from "../control/control-shapes.ts";
import { layoutMessages, type ChatRow } from "./message-layout.ts";
import { previewText, withMessage, withoutMessages } from "./thread-messages.ts";

const ann = { id: 101, is_bot: false, first_name: "Ann" };
const bot = { id: 42, is_bot: true, first_name: "Shop" };
const NOON_S = Date.UTC(2026, 10, 21, 12) / 1000;

function message(id: number, fields: Partial<ChatMessage> = {}): ChatMessage {
  const chat = { id: 101, type: "private", first_name: "Ann" } as const;
  return { message_id: id, date: NOON_S + id, chat, from: ann, text: `text ${id}`, ...fields };
}

const kinds = (rows: readonly ChatRow[]): string => rows.map(({ kind }) => kind).join(" ");

test("each day begins with a line of its own", () => {
  const rows = layoutMessages([message(1), message(2), message(3, { date: NOON_S + 3 * 86_400 })]);
  assert.equal(kinds(rows), "day bubble bubble day bubble");
});

test("messages of one sender hang together until somebody else writes or time passes", () => {
  const later = { date: NOON_S + 3600 };
  const rows = layoutMessages([
    message(1),
    message(2),
    message(3, { from: bot }),
    message(4, later),
  ]);
  const ends = rows.flatMap((row) =>
    row.kind === "bubble"
      ? [`${row.key}${row.isFirstOfRun ? "<" : ""}${row.isLastOfRun ? ">" : ""}`]
      : [],
  );
  assert.deepEqual(ends, ["1<", "2>", "3<>", "4<>"]);
});

test("the parts of an album are one bubble", () => {
  const album = { media_group_id: "9" };
  const rows = layoutMessages([message(1, album), message(2, album), message(3)]);
  const bubbles = rows.filter((row) => row.kind === "bubble");
  assert.deepEqual(
    bubbles.map(({ messages }) => messages.length),
    [2, 1],
  );
});

test("who joins, leaves or renames is told in a line", () => {
  const rows = layoutMessages([
    message(1, { new_chat_members: [ann] }),
    message(2, { from: bot, new_chat_members: [ann] }),
    message(3, { left_chat_member: ann }),
    message(4, { new_chat_title: "Sea" }),
  ]);
  const lines = rows.flatMap((row) => (row.kind === "service" ? [row.text] : []));
  assert.deepEqual(lines, [
    "Ann joined the group",
    "Shop added Ann",
    "Ann left the group",
    "The group is now called “Sea”",
  ]);
});

test("a thread stays in the order of ids, with the newest version of each message", () => {
  const ids = (messages: readonly ChatMessage[]) => messages.map(({ message_id }) => message_id);
  const thread = [message(1), message(3)];
  assert.deepEqual(ids(withMessage(thread, message(2))), [1, 2, 3]);
  assert.deepEqual(ids(withMessage(thread, message(4))), [1, 3, 4]);
  assert.equal(withMessage(thread, message(3, { text: "edited" }))[1]?.text, "edited");
  assert.deepEqual(ids(withoutMessages(thread, [1, 9])), [3]);
});

test("the list of chats shows a message's words, or what it is", () => {
  assert.equal(previewText(message(1, { text: "two\n lines" })), "two lines");
  assert.equal(previewText(message(1, { new_chat_members: [ann] })), "Ann joined the group");
  const { text: _, ...wordless } = message(2);
  assert.equal(previewText({ ...wordless, dice: { emoji: "🎲", value: 3 } }), "Dice");
});
