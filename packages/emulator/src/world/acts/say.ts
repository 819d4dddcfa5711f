import type { TextQuote, User } from "@hookgram/bot-api";
import type { ConversationRecord } from "../conversation.ts";
import { requirePerson, userOf } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import type { MessageContent, StoredMessage } from "../stored-message.ts";
import { memberOf } from "../membership.ts";
import type { NewMessage } from "../post-message.ts";
import { editMessage, postMessage, removeMessages } from "../post-message.ts";
import { senderChatFor } from "../sender-chat.ts";
import type { World } from "../world.ts";
import { formatPlainText, formatText } from "../../formatting/format-text.ts";
import type { FormattedText } from "../../formatting/formatted-text.ts";
import { asApp } from "./as-app.ts";
import type { Suggesting } from "./direct.ts";
import { inTopicOfPerson, suggestedInfo } from "./direct.ts";
import type { Where } from "./place.ts";
import { conversationToWrite, replyTarget, requireMessage, threadTarget } from "./place.ts";

/** A conversation and the message that an act put into it. */
export interface Posted {
  readonly conversation: ConversationRecord;
  readonly message: StoredMessage;
}

export interface Saying extends Where {
  readonly person: number;
  readonly text: string;
  /** How `text` is marked up; what people type is plain when left out. */
  readonly parse_mode?: string | undefined;
  /** Formatting, as the Bot API shows it, instead of `parse_mode`. */
  readonly entities?: readonly object[] | undefined;
  readonly reply_to_message_id?: number | undefined;
  /** A part of the message replied to. */
  readonly quote?: string | undefined;
  /** In whose name: a channel of the person's. */
  readonly as_chat?: number | undefined;
  /** The topic of a forum; the general one when left out. */
  readonly message_thread_id?: number | undefined;
  /** Whom an administrator answers in the direct messages of a channel. */
  readonly direct_messages_topic_id?: number | undefined;
  /** Makes it a post that is suggested to a channel in its direct messages. */
  readonly suggested_post?: Suggesting | undefined;
}

/** A person sends a text message. */
export function say(world: World, saying: Saying): Posted {
  const conversation = conversationToWrite(world, saying);
  const reply = replyTarget(conversation, saying.reply_to_message_id);
  const content = typedContent(world, saying);
  const quote = quoteOf(conversation, saying);
  const thread = threadTarget(world, conversation, saying, reply.replyToId);
  const suggested = suggestedInfo(world, conversation, saying.suggested_post);
  const { direct_messages_topic_id: directTopicId } = saying;
  const message = {
    senderId: saying.person,
    content: { ...content, ...suggested },
    ...reply,
    ...quote,
    ...thread,
    ...(directTopicId === undefined ? {} : { directTopicId }),
  };
  return post(world, conversation, message, saying.as_chat);
}

function typedContent(world: World, { text, parse_mode, entities }: Saying): MessageContent {
  if (parse_mode === undefined && entities === undefined) return textContent(formatPlainText(text));
  const find = (id: number): User | undefined => userOf(world, id);
  const source = { text, parseMode: parse_mode, entities, userOf: find };
  return textContent(asApp("the text cannot be sent", () => formatText(source)));
}

function quoteOf(conversation: ConversationRecord, saying: Saying): { quote?: TextQuote } {
  const { quote: text, reply_to_message_id: repliedTo = 0 } = saying;
  if (text === undefined) return {};
  const { text: whole, caption = "" } = requireMessage(conversation, repliedTo).content;
  const position = (whole ?? caption).indexOf(text);
  if (position >= 0) return { quote: { text, position, is_manual: true } };
  throw new EmulatorError("bad-request", `message ${repliedTo} does not say "${text}"`);
}

/**
 * Puts a person's message into the chat, in the person's name or in that of a chat. It answers a
 * `ForceReply` that the person saw.
 */
export function post(
  world: World,
  conversation: ConversationRecord,
  message: NewMessage,
  asChat?: number,
): Posted {
  const shown = conversation.keyboards.get(message.senderId);
  const isForced = shown !== undefined && "force_reply" in shown.markup;
  if (isForced) conversation.keyboards.delete(message.senderId);
  const reply =
    isForced && message.replyToId === undefined && conversation.messages.has(shown.messageId)
      ? { replyToId: shown.messageId }
      : {};
  const direct = inTopicOfPerson(world, conversation, message);
  const named = direct ?? inNameOfChat(world, conversation, message, asChat);
  const stored = postMessage(world, conversation, { ...named, ...reply });
  return { conversation, message: stored };
}

/** An anonymous administrator signs with a title, if there is one. */
function inNameOfChat(
  world: World,
  conversation: ConversationRecord,
  message: NewMessage,
  asChat: number | undefined,
): NewMessage {
  const senderChatId = senderChatFor(world, conversation, { userId: message.senderId, asChat });
  if (senderChatId === undefined) return message;
  const group = world.state.groups.get(senderChatId)!;
  const title = memberOf(world, group, message.senderId).customTitle;
  const isSigned = title !== undefined && senderChatId === conversation.chatId;
  const signature = isSigned ? { author_signature: title } : {};
  return { ...message, senderChatId, content: { ...message.content, ...signature } };
}

/** A person edits the text or caption of an own message. */
export function editSaying(
  world: World,
  edit: Where & { readonly person: number; readonly message_id: number; readonly text: string },
): Posted {
  const conversation = conversationToWrite(world, edit);
  const message = requireOwn(conversation, edit.message_id, edit.person);
  const content = edited(message.content, edit.text);
  editMessage(world, conversation, message, { byId: edit.person, content });
  conversation.actRevision = world.revision;
  return { conversation, message };
}

/** A person deletes a message: an own one anywhere, or any in a private chat. */
export function deleteSaying(
  world: World,
  where: Where & { readonly person: number; readonly message_id: number },
): void {
  requirePerson(world, where.person);
  const conversation = conversationToWrite(world, where);
  if (conversation.botId === undefined) requireOwn(conversation, where.message_id, where.person);
  else requireMessage(conversation, where.message_id);
  removeMessages(world, conversation, [where.message_id]);
}

function textContent({ text, entities }: FormattedText): MessageContent {
  if (text === "") throw new EmulatorError("bad-request", "the text is only spaces");
  return { text, ...(entities.length === 0 ? {} : { entities }) };
}

function edited(content: MessageContent, text: string): MessageContent {
  if (content.text !== undefined) return textContent(formatPlainText(text));
  if (content.contact !== undefined || content.location !== undefined) {
    throw new EmulatorError("conflict", "that message has no text to edit");
  }
  const { caption_entities: _, ...rest } = content;
  const formatted = formatPlainText(text);
  const { entities } = formatted;
  const caption_entities = entities.length === 0 ? {} : { caption_entities: entities };
  return { ...rest, caption: formatted.text, ...caption_entities };
}

function requireOwn(
  conversation: ConversationRecord,
  messageId: number,
  personId: number,
): StoredMessage {
  const message = requireMessage(conversation, messageId);
  if (message.senderId === personId) return message;
  throw new EmulatorError("conflict", `message ${messageId} is not one of person ${personId}`);
}
