import type { ConversationRecord } from "./conversation.ts";
import { withoutReply } from "./message-view.ts";
import { postMessage } from "./post-message.ts";
import type { StoredMessage } from "./stored-message.ts";
import type { World } from "./world.ts";

/** Pins a message, which a service message tells; false when it is pinned already. */
export function pinMessage(
  world: World,
  conversation: ConversationRecord,
  { message, byId }: { readonly message: StoredMessage; readonly byId: number },
): boolean {
  if (conversation.pinned.includes(message.id)) return false;
  conversation.pinned.push(message.id);
  postMessage(world, conversation, {
    senderId: byId,
    content: { pinned_message: withoutReply(world, conversation, message) },
    replyToId: message.id,
  });
  return true;
}

/** Takes pinned messages down; nobody is told. */
export function unpinMessages(
  world: World,
  conversation: ConversationRecord,
  isUnpinned: (id: number) => boolean,
): void {
  conversation.pinned = conversation.pinned.filter((id) => !isUnpinned(id));
  world.record({ type: "world", change: "message-unpinned", id: conversation.chatId });
}
