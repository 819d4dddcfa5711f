import type { StoredMessage } from "../world/stored-message.ts";
import { isInlineKeyboard, isService } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import type { Access, ChatTarget } from "./chat-access.ts";
import { chatOf } from "./chat-access.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** A message that a method names, and the chat that it is in. */
export interface MessageTarget {
  readonly chat: ChatTarget;
  readonly message: StoredMessage;
}

/**
 * The message of `chat_id` and `message_id`.
 * @throws {Refusal} `SUBJECT not found`, for example `message to edit not found`.
 */
export function messageOf(
  world: World,
  call: MethodCall,
  access: Access,
  subject: string,
): MessageTarget {
  const chat = chatOf(world, call, access);
  const message = chat.conversation.messages.get(call.params.integer("message_id") ?? 0);
  if (message === undefined) throw badRequest(`${subject} not found`);
  return { chat, message };
}

/**
 * The message that an edit is about; edits of messages sent in inline mode are not emulated.
 * @throws {Refusal} when there is none, or the bot cannot edit it.
 */
export function messageToEdit(world: World, call: MethodCall): MessageTarget {
  const { params, bot } = call;
  const chatText = params.text("chat_id") ?? "";
  const hasMessageId = (params.integer("message_id") ?? 0) > 0;
  if (chatText === "" && !hasMessageId) {
    const inlineId = params.text("inline_message_id") ?? "";
    throw badRequest(
      inlineId === "" ? "Message identifier is not specified" : "MESSAGE_ID_INVALID",
    );
  }
  const target = messageOf(world, call, "edit", "message to edit");
  const { senderId, forwardOrigin, markup, content } = target.message;
  const hasReplyKeyboard = markup !== undefined && !isInlineKeyboard(markup);
  const isEditable = senderId === bot.id && forwardOrigin === undefined && !isService(content);
  if (!isEditable || hasReplyKeyboard) throw badRequest("message can't be edited");
  return target;
}
