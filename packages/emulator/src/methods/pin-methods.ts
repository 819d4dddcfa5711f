import { hasPermission, hasRight, isAdministrator } from "../world/member.ts";
import { withoutReply } from "../world/message-view.ts";
import { postMessage } from "../world/post-message.ts";
import type { World } from "../world/world.ts";
import type { ChatTarget } from "./chat-access.ts";
import { chatOf } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import { messageOf } from "./message-access.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** Methods about pinned messages. */
export function pinMethods(world: World): Handlers {
  return {
    pinChatMessage: (call) => pin(world, call),
    unpinChatMessage: (call) => unpin(world, call),
    unpinAllChatMessages: (call) => unpinAll(world, call),
  };
}

function pin(world: World, call: MethodCall): true {
  const { chat, message } = messageOf(world, call, "write", "message to pin");
  checkMayPin(chat);
  const { conversation } = chat;
  if (conversation.pinned.includes(message.id)) throw badRequest("CHAT_NOT_MODIFIED");
  conversation.pinned.push(message.id);
  const pinned = withoutReply(world, conversation, message);
  postMessage(world, conversation, {
    senderId: call.bot.id,
    content: { pinned_message: pinned },
    replyToId: message.id,
  });
  return true;
}

/** Without a message it is the one that was pinned last. */
function unpin(world: World, call: MethodCall): true {
  const hasMessage = (call.params.integer("message_id") ?? 0) > 0;
  const chat = hasMessage
    ? messageOf(world, call, "write", "message to unpin").chat
    : chatOf(world, call, "write");
  checkMayPin(chat);
  const { conversation } = chat;
  const id = hasMessage ? call.params.integer("message_id") : conversation.pinned.at(-1);
  if (id === undefined) throw badRequest("message to unpin not found");
  conversation.pinned = conversation.pinned.filter((pinned) => pinned !== id);
  world.record({ type: "world", change: "message-unpinned", id: conversation.chatId });
  return true;
}

function unpinAll(world: World, call: MethodCall): true {
  const chat = chatOf(world, call, "write");
  checkMayPin(chat);
  chat.conversation.pinned = [];
  world.record({ type: "world", change: "message-unpinned", id: chat.conversation.chatId });
  return true;
}

/** A bot must be an administrator to pin in a basic group, and may pin as a member elsewhere. */
function checkMayPin(chat: ChatTarget): void {
  if (chat.kind === "private") return;
  const { self, group } = chat;
  const mayPin = isAdministrator(self)
    ? hasRight(self, "can_pin_messages")
    : group.type === "supergroup" && hasPermission(self, "can_pin_messages", group.permissions);
  if (!mayPin) throw badRequest("Not enough rights to manage pinned messages in the chat");
}
