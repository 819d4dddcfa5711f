import type { ConversationRecord } from "./conversation.ts";
import type { StoredMessage } from "./stored-message.ts";
import type { World } from "./world.ts";
import { conversationKey } from "./world-state.ts";

/** The identifier under which a bot knows a message that somebody sent by its inline mode. */
export function inlineMessageId(
  { chatId, botId, businessConnectionId }: ConversationRecord,
  { id }: StoredMessage,
): string {
  const key = conversationKey(chatId, botId, businessConnectionId);
  return Buffer.from(`${id} ${key}`).toString("base64url");
}

/** The message of such an identifier, when the bot has made it, by inline mode or as a guest. */
export function findInlineMessage(
  world: World,
  inlineId: string,
  botId: number,
): { conversation: ConversationRecord; message: StoredMessage } | undefined {
  const [id = "", key = ""] = Buffer.from(inlineId, "base64url").toString().split(" ");
  const conversation = world.state.conversations.get(key);
  const message = conversation?.messages.get(Number(id));
  const isOwn =
    message?.content.via_bot?.id === botId ||
    (message?.senderId === botId && message.content.guest_bot_caller_user !== undefined);
  return conversation === undefined || !isOwn ? undefined : { conversation, message };
}
