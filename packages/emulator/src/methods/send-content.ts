import type { Message } from "@hookgram/bot-api";
import type { Permission } from "../world/member.ts";
import { hasPermission, hasRight } from "../world/member.ts";
import { ephemeralView, messageView } from "../world/message-view.ts";
import { starBalance } from "../world/pay.ts";
import type { NewMessage } from "../world/post-message.ts";
import { postMessage } from "../world/post-message.ts";
import type { MessageContent, StoredMessage } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import type { ChatTarget } from "./chat-access.ts";
import { chatOf } from "./chat-access.ts";
import { addEphemeral, readReceiver } from "./ephemeral-message.ts";
import { topicFor } from "./direct-messages-topic.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { readReplyMarkup } from "./reply-markup.ts";
import { readSuggestedPost } from "./suggested-post-methods.ts";
import { readReplyTarget } from "./reply-target.ts";

/** What a kind of content needs in a group, and how Telegram's refusal calls it. */
export interface Sending {
  readonly permission: Permission;
  /** `photos` in `not enough rights to send photos to the chat`. */
  readonly plural: string;
}

/** Kinds of content by the field of the message that holds them. */
export const SENDINGS = {
  text: { permission: "can_send_messages", plural: "text messages" },
  photo: { permission: "can_send_photos", plural: "photos" },
  document: { permission: "can_send_documents", plural: "documents" },
  video: { permission: "can_send_videos", plural: "videos" },
  animation: { permission: "can_send_other_messages", plural: "animations" },
  audio: { permission: "can_send_audios", plural: "music" },
  voice: { permission: "can_send_voice_notes", plural: "voice notes" },
  video_note: { permission: "can_send_video_notes", plural: "video notes" },
  sticker: { permission: "can_send_other_messages", plural: "stickers" },
  dice: { permission: "can_send_other_messages", plural: "dice" },
  location: { permission: "can_send_messages", plural: "locations" },
  venue: { permission: "can_send_messages", plural: "venues" },
  contact: { permission: "can_send_messages", plural: "contacts" },
  poll: { permission: "can_send_polls", plural: "polls" },
  game: { permission: "can_send_other_messages", plural: "games" },
  invoice: { permission: "can_send_messages", plural: "invoice messages" },
  checklist: { permission: "can_send_messages", plural: "checklists" },
  paid_media: { permission: "can_send_photos", plural: "paid media" },
} as const satisfies Record<string, Sending>;

/**
 * Sends what a `send…` method has read, with the parameters that all of them share, and gives the
 * message back as the bot sees it.
 * @throws {Refusal} in Telegram's words.
 */
export function sendContent(
  world: World,
  call: MethodCall,
  content: MessageContent,
  sending: Sending,
): Message {
  const chat = chatToSend(world, call, sending);
  const receiverId = readReceiver(world, call, chat);
  if (receiverId !== undefined) return sendEphemeral(world, call, chat, { receiverId, content });
  const stored = postInto(world, call, chat, content);
  return messageView(world, chat.conversation, stored);
}

/** The chat of `chat_id`, when the bot may send such content there. */
export function chatToSend(world: World, call: MethodCall, sending: Sending): ChatTarget {
  const chat = chatOf(world, call, "write");
  if (chat.kind === "group") checkMaySend(chat, sending);
  const wantsPaidSpeed = call.params.boolean("allow_paid_broadcast");
  if (wantsPaidSpeed && starBalance(world, call.bot.id) === 0) {
    throw badRequest("FLOODSKIP_NOT_ALLOWED");
  }
  return chat;
}

/** What cannot be sent to a channel in its direct messages. */
const NOT_DIRECT: readonly string[] = ["games", "polls", "checklists"];

function checkMaySend(
  { self, group }: ChatTarget & { readonly kind: "group" },
  sending: Sending,
): void {
  if (group.type === "channel") {
    if (hasRight(self, "can_post_messages")) return;
    throw badRequest("need administrator rights in the channel chat");
  }
  if (group.parentId !== undefined && NOT_DIRECT.includes(sending.plural)) {
    const kind = sending.plural.slice(0, 1).toUpperCase() + sending.plural.slice(1);
    throw badRequest(`${kind} can't be sent to channel direct messages chats`);
  }
  if (hasPermission(self, sending.permission, group.permissions)) return;
  throw badRequest(`Not enough rights to send ${sending.plural} to the chat`);
}

/** Gives one person of a group a message of their own. */
function sendEphemeral(
  world: World,
  call: MethodCall,
  chat: ChatTarget,
  given: { readonly receiverId: number; readonly content: MessageContent },
): Message {
  const markup = readReplyMarkup(call, { isPrivate: false });
  const shown = markup === undefined ? {} : { markup };
  const stored = addEphemeral(world, chat, { senderId: call.bot.id, ...given, ...shown });
  return ephemeralView(world, chat.conversation, stored);
}

/** Posts content with the keyboard, the reply and the flags that the call asks for. */
export function postInto(
  world: World,
  call: MethodCall,
  chat: ChatTarget,
  content: MessageContent,
): StoredMessage {
  return postMessage(world, chat.conversation, newMessage(world, call, chat, content));
}

/** The same before it is posted. */
export function newMessage(
  world: World,
  call: MethodCall,
  chat: ChatTarget,
  content: MessageContent,
): NewMessage {
  const markup = readReplyMarkup(call, { isPrivate: chat.kind === "private" });
  const { externalReply, ...reply } = readReplyTarget(world, call, chat);
  return {
    senderId: call.bot.id,
    content: {
      ...(externalReply === undefined ? {} : { external_reply: externalReply }),
      ...content,
      ...sendingFlags(call, chat),
      ...readSuggestedPost(world, call, chat),
    },
    markup,
    ...silence(call),
    ...reply,
    ...topicFor(world, call, chat, reply.replyToId),
  };
}

/** People are not to hear of the message. */
export function silence({ params }: MethodCall): { isSilent?: true } {
  return params.boolean("disable_notification") ? { isSilent: true } : {};
}

/** Flags of a message that is on its way. */
export function sendingFlags({ params }: MethodCall, chat: ChatTarget): MessageContent {
  const effectId = chat.kind === "private" ? (params.text("message_effect_id") ?? "") : "";
  return {
    ...(params.boolean("protect_content") ? { has_protected_content: true } : {}),
    ...(effectId === "" ? {} : { effect_id: effectId }),
  };
}
