import { hasRight } from "../world/member.ts";
import type { ChatTarget } from "./chat-access.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";

/**
 * Checks that the topic which `message_thread_id` names is there.
 * @throws {Refusal} `message thread not found`
 */
export function requireTopic({ params }: MethodCall, chat: ChatTarget): void {
  const named = params.integer("message_thread_id") ?? 0;
  const isForum = chat.kind === "group" && chat.group.is_forum === true;
  if (!isForum || named <= 1 || chat.group.topics.has(named)) return;
  throw badRequest("message thread not found");
}

/**
 * The topic that a message is to be sent to: the one that `message_thread_id` names, or that of the
 * message replied to. Outside of forums there are none.
 * @throws {Refusal} `message thread not found`, or `TOPIC_CLOSED`.
 */
export function threadFor(
  { params }: MethodCall,
  chat: ChatTarget,
  replyToId: number | undefined,
): { threadId?: number } {
  if (chat.kind !== "group" || chat.group.is_forum !== true) return {};
  const { group, self, conversation } = chat;
  const named = params.integer("message_thread_id") ?? 0;
  const repliedTo = conversation.messages.get(replyToId ?? 0)?.threadId ?? 0;
  // The general topic has the thread 1, which no message carries.
  const threadId = named > 1 ? named : repliedTo;
  const topic = threadId === 0 ? group.generalTopic : group.topics.get(threadId);
  if (topic === undefined) throw badRequest("message thread not found");
  if (topic.isClosed && !hasRight(self, "can_manage_topics")) throw badRequest("TOPIC_CLOSED");
  return threadId === 0 ? {} : { threadId };
}
