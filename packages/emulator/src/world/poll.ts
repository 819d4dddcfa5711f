import type { ConversationRecord } from "./conversation.ts";
import type { StoredMessage } from "./stored-message.ts";
import { conversationKey } from "./world-state.ts";
import type { World } from "./world.ts";

/** Identifiers of polls look like Telegram's, which are too long for numbers. */
export function newPollId(world: World): string {
  return String(5_000_000_000_000_000_000n + BigInt(world.next("poll")));
}

/** Notes where a poll is, so that it can be found by its identifier. */
export function notePoll(
  world: World,
  { chatId, botId }: ConversationRecord,
  { id: messageId, content }: StoredMessage,
): void {
  world.state.polls.set(content.poll!.id, { key: conversationKey(chatId, botId), messageId });
}
