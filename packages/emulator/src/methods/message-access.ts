import { isPrivate } from "../world/conversation.ts";
import { findInlineMessage } from "../world/inline-message.ts";
import { hasRight } from "../world/member.ts";
import { memberOf } from "../world/membership.ts";
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
 * The message that an edit is about: one of a chat, or one that somebody sent in inline mode.
 * @throws {Refusal} when there is none, or the bot cannot edit it.
 */
export function messageToEdit(world: World, call: MethodCall): MessageTarget {
  const { params, bot } = call;
  const chatText = params.text("chat_id") ?? "";
  const hasMessageId = (params.integer("message_id") ?? 0) > 0;
  if (chatText === "" && !hasMessageId) {
    const inlineId = params.text("inline_message_id") ?? "";
    if (inlineId === "") throw badRequest("Message identifier is not specified");
    return inlineTarget(world, bot.id, inlineId);
  }
  const target = messageOf(world, call, "edit", "message to edit");
  const { forwardOrigin, markup, content } = target.message;
  const hasReplyKeyboard = markup !== undefined && !isInlineKeyboard(markup);
  const { state = "pending" } = content.suggested_post_info ?? {};
  if (content.is_paid_post === true || state !== "pending") {
    throw badRequest("message can't be edited");
  }
  const isEditable = mayEdit(bot.id, target) && forwardOrigin === undefined && !isService(content);
  if (!isEditable || hasReplyKeyboard) throw badRequest("message can't be edited");
  return target;
}

/** Own messages; in a channel also those of others, with the right to it. */
function mayEdit(botId: number, { chat, message }: MessageTarget): boolean {
  const isOwn = message.senderId === botId;
  if (chat.kind === "private" || chat.group.type !== "channel") return isOwn;
  if (hasRight(chat.self, "can_edit_messages")) return true;
  return isOwn && hasRight(chat.self, "can_post_messages");
}

function inlineTarget(world: World, botId: number, inlineId: string): MessageTarget {
  const found = findInlineMessage(world, inlineId, botId);
  if (found === undefined) throw badRequest("MESSAGE_ID_INVALID");
  const { conversation, message } = found;
  if (isPrivate(conversation)) return { chat: { kind: "private", conversation }, message };
  const group = world.state.groups.get(conversation.chatId)!;
  const self = memberOf(world, group, botId);
  return { chat: { kind: "group", conversation, group, self }, message };
}

/** Whether a call is about a message that was sent in inline mode; such a call answers `true`. */
export function isInlineEdit({ params }: MethodCall): boolean {
  return (params.text("chat_id") ?? "") === "" && params.has("inline_message_id");
}
