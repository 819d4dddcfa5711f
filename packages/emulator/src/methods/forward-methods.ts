import type { Message, MessageId } from "@hookgram/bot-api";
import { forwarded, withoutContext } from "../world/forward.ts";
import { messageView } from "../world/message-view.ts";
import { postMessage } from "../world/post-message.ts";
import type { MessageContent, StoredMessage } from "../world/stored-message.ts";
import { isService } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import type { ChatTarget } from "./chat-access.ts";
import { chatOf } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import { readMessageIds } from "./message-ids.ts";
import type { MethodCall } from "./method.ts";
import { topicFor } from "./direct-messages-topic.ts";
import { badRequest } from "./refusals.ts";
import { requiredParam } from "./required-param.ts";
import type { Sending } from "./send-content.ts";
import { SENDINGS, chatToSend, postInto, sendingFlags, silence } from "./send-content.ts";
import { readCaption } from "./text-params.ts";
import { readSuggestedPost } from "./suggested-post-methods.ts";
import { withVideoExtras } from "./video-extras.ts";

/** Methods that send again what is already in some chat. */
export function forwardMethods(world: World): Handlers {
  return {
    forwardMessage: (call) => forwardMessage(world, call),
    forwardMessages: (call) => forwardMessages(world, call),
    copyMessage: (call) => copyMessage(world, call),
    copyMessages: (call) => copyMessages(world, call),
  };
}

function forwardMessage(world: World, call: MethodCall): Message {
  const source = sourceMessage(world, call, "message to forward");
  refuseProtected(source);
  if (!isForwardable(source.content)) throw badRequest("message can't be forwarded");
  const chat = chatToSend(world, call, sendingOf(source.content));
  const stored = forwardInto(world, call, chat, source);
  return messageView(world, chat.conversation, stored);
}

function forwardMessages(world: World, call: MethodCall): MessageId[] {
  const sources = sourceMessages(world, call, "Messages can't be forwarded");
  const chat = chatToSend(world, call, SENDINGS.text);
  return sources.map((source) => ({
    message_id: forwardInto(world, call, chat, source).id,
  }));
}

function copyMessage(world: World, call: MethodCall): MessageId {
  const source = sourceMessage(world, call, "message to copy");
  refuseProtected(source);
  if (!isCopyable(source.content)) throw badRequest("message can't be copied");
  const content = call.params.has("caption") ? withCaption(world, call, source) : source.content;
  const chat = chatToSend(world, call, sendingOf(content));
  const copied = withStart(world, call, withoutContext(content));
  return { message_id: postInto(world, call, chat, copied).id };
}

/** A copied or forwarded video may start elsewhere. */
function withStart(world: World, { params }: MethodCall, content: MessageContent): MessageContent {
  const startTimestamp = params.integer("video_start_timestamp");
  return withVideoExtras(world, content, { startTimestamp });
}

function copyMessages(world: World, call: MethodCall): MessageId[] {
  const sources = sourceMessages(world, call, "Messages can't be copied", isCopyable);
  const chat = chatToSend(world, call, SENDINGS.text);
  const isBare = call.params.boolean("remove_caption");
  return sources.map(({ content }) => {
    const { caption: _, caption_entities: __, ...bare } = content;
    const copied = withoutContext(isBare ? bare : content);
    return { message_id: postInto(world, call, chat, copied).id };
  });
}

function sourceMessage(world: World, call: MethodCall, subject: string): StoredMessage {
  requiredParam(call.params, "from_chat_id");
  const { conversation } = chatOf(world, call, "read", "from_chat_id");
  const message = conversation.messages.get(call.params.integer("message_id") ?? 0);
  if (message === undefined) throw badRequest(`${subject} not found`);
  return message;
}

/** Those of the listed messages that can be sent again, in their order. */
function sourceMessages(
  world: World,
  call: MethodCall,
  refusal: string,
  isUsable = isForwardable,
): StoredMessage[] {
  requiredParam(call.params, "from_chat_id");
  const ids = readMessageIds(call.params);
  const { conversation } = chatOf(world, call, "read", "from_chat_id");
  const usable = [...new Set(ids)]
    .sort((a, b) => a - b)
    .flatMap((id) => conversation.messages.get(id) ?? [])
    .filter(({ content }) => isUsable(content) && content.has_protected_content !== true);
  if (usable.length === 0) throw badRequest(refusal);
  return usable;
}

function isForwardable(content: MessageContent): boolean {
  return !isService(content);
}

/** @see https://core.telegram.org/bots/api#copymessage */
function isCopyable(content: MessageContent): boolean {
  const isForSale = content.invoice !== undefined || content.paid_media !== undefined;
  return isForwardable(content) && !isForSale;
}

function refuseProtected({ content }: StoredMessage): void {
  if (content.has_protected_content !== true) return;
  throw badRequest("Message has protected content and can't be forwarded");
}

function forwardInto(
  world: World,
  call: MethodCall,
  chat: ChatTarget,
  source: StoredMessage,
): StoredMessage {
  const { conversation: from } = chatOf(world, call, "read", "from_chat_id");
  const { content, ...rest } = forwarded(world, from, source);
  return postMessage(world, chat.conversation, {
    senderId: call.bot.id,
    content: withStart(world, call, {
      ...content,
      ...sendingFlags(call, chat),
      ...readSuggestedPost(world, call, chat),
    }),
    ...rest,
    ...silence(call),
    ...topicFor(world, call, chat, undefined),
  });
}

function withCaption(world: World, call: MethodCall, { content }: StoredMessage): MessageContent {
  if (content.text !== undefined) return content;
  const { caption: _, caption_entities: __, ...media } = content;
  const isAbove = call.params.boolean("show_caption_above_media");
  const above = isAbove ? ({ show_caption_above_media: true } as const) : {};
  return { ...media, ...readCaption(world, call), ...above };
}

function sendingOf(content: MessageContent): Sending {
  const kind = Object.keys(SENDINGS).find((name) => content[name as keyof typeof SENDINGS]);
  return SENDINGS[(kind ?? "text") as keyof typeof SENDINGS];
}
