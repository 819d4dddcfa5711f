import type { MessageOrigin } from "@hookgram/bot-api";
import type { ConversationRecord } from "./conversation.ts";
import { userOf } from "./directory.ts";
import { groupChat } from "./group.ts";
import type { StoredMessage } from "./stored-message.ts";
import type { World } from "./world.ts";

/** Where a message comes from, as a forwarded copy of it or a reply elsewhere says. */
export function originOf(
  world: World,
  { chatId }: ConversationRecord,
  stored: StoredMessage,
): MessageOrigin {
  if (stored.forwardOrigin !== undefined) return stored.forwardOrigin;
  const { id, date, senderId, senderChatId, content } = stored;
  const sender = senderChatId === undefined ? undefined : world.state.groups.get(senderChatId);
  const { author_signature } = content;
  const signature = author_signature === undefined ? {} : { author_signature };
  if (sender === undefined) return { type: "user", sender_user: userOf(world, senderId)!, date };
  if (sender.type === "channel" && sender.id === chatId) {
    return { type: "channel", chat: groupChat(sender), message_id: id, date, ...signature };
  }
  return { type: "chat", sender_chat: groupChat(sender), date, ...signature };
}
