import type { ConversationRecord } from "./conversation.ts";
import { isPrivate } from "./conversation.ts";
import type { Place } from "./world-event.ts";

/** Where a conversation is, for the journal. */
export function placeOf(conversation: ConversationRecord): Place {
  const { chatId: chat_id, businessConnectionId: business_connection_id } = conversation;
  if (!isPrivate(conversation)) return { chat_id };
  return {
    chat_id,
    bot_id: conversation.botId,
    ...(business_connection_id === undefined ? {} : { business_connection_id }),
  };
}
