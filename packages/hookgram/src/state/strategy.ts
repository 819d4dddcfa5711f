import type { Origin } from "../context/origin.ts";

/** Which updates share one state; `states` says what each means. */
export const STATE_STRATEGIES = ["user-in-chat", "chat", "user", "user-in-topic", "topic"] as const;

/** @see {@link STATE_STRATEGIES} */
export type StateStrategy = (typeof STATE_STRATEGIES)[number];

/**
 * The key under which the state of an update's conversation is stored, or undefined where the
 * update lacks the user that the strategy needs (a channel post has none).
 *
 * An update without a chat, such as an inline query, counts as the user's private chat. The bot and
 * the business connection are always part of the key, and so is the strategy: groups of states with
 * different strategies never overwrite each other.
 */
export function stateKey(
  strategy: StateStrategy,
  botId: number,
  { user, chat, topicId, businessConnectionId, isGuest = false }: Origin,
): string | undefined {
  const chatId = chat?.id ?? user?.id;
  const byUser = strategy !== "chat" && strategy !== "topic";
  if (chatId === undefined || (byUser && user === undefined)) return undefined;
  const byTopic = strategy === "user-in-topic" || strategy === "topic";
  const parts = [`bot=${botId}`, strategy];
  if (strategy !== "user") parts.push(`chat=${chatId}`);
  if (byUser) parts.push(`user=${user?.id}`);
  if (byTopic && topicId !== undefined) parts.push(`topic=${topicId}`);
  if (businessConnectionId !== undefined) parts.push(`business=${businessConnectionId}`);
  if (isGuest) parts.push("guest");
  return parts.join("/");
}
