import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChatMessage } from "../control/control-shapes.ts";
import { findTopics, isInTopic } from "./thread-topics.ts";

function message(fields: Partial<ChatMessage>): ChatMessage {
  return { message_id: 1, date: 0, chat: { id: -1, type: "supergroup" }, ...fields } as ChatMessage;
}

test("topics have the name that was said last, and their messages", () => {
  const inTopic = { message_thread_id: 5, is_topic_message: true } as const;
  const messages = [
    message({ text: "general" }),
    message({ ...inTopic, forum_topic_created: { name: "Bread", icon_color: 1 } }),
    message({ ...inTopic, text: "rye" }),
    message({ ...inTopic, forum_topic_edited: { name: "Loaves" } }),
  ];
  assert.deepEqual(findTopics(messages), [{ id: 5, name: "Loaves" }]);
  const texts = (id: number): unknown[] =>
    messages.filter((one) => isInTopic(one, id)).map(({ text }) => text);
  assert.deepEqual(texts(0), ["general"]);
  assert.deepEqual(texts(5), [undefined, "rye", undefined]);
});
