import { hasPermission, hasRight, isAdministrator } from "../world/member.ts";
import { pinMessage, unpinMessages } from "../world/pin.ts";
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
  const isNew = pinMessage(world, conversation, { message, byId: call.bot.id });
  if (!isNew) throw badRequest("CHAT_NOT_MODIFIED");
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
  unpinMessages(world, conversation, (pinned) => pinned === id);
  return true;
}

function unpinAll(world: World, call: MethodCall): true {
  const chat = chatOf(world, call, "write");
  checkMayPin(chat);
  unpinMessages(world, chat.conversation, () => true);
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
