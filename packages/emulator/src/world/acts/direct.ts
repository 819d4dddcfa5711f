import type { SuggestedPostInfo, SuggestedPostPrice } from "@hookgram/bot-api";
import type { ConversationRecord } from "../conversation.ts";
import { answersDirectly } from "../direct-messages.ts";
import { requireGroup, requirePerson } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import { hasRight } from "../member.ts";
import { memberOf } from "../membership.ts";
import type { NewMessage } from "../post-message.ts";
import { approveSuggestion, declineSuggestion } from "../suggested-post.ts";
import type { Suggestion } from "../suggested-post.ts";
import type { World } from "../world.ts";
import { conversationToWrite, requireMessage } from "./place.ts";

/** What a person wants for a post that a channel shall publish. */
export interface Suggesting {
  readonly price?: SuggestedPostPrice | undefined;
  /** Unix time. */
  readonly send_date?: number | undefined;
}

/**
 * A message in the topic of the person who writes to a channel, or of the one whom an administrator
 * answers, which is in the name of the channel. Undefined in other chats.
 */
export function inTopicOfPerson(
  world: World,
  { chatId, messages }: ConversationRecord,
  message: NewMessage,
): NewMessage | undefined {
  const chat = world.state.groups.get(chatId);
  if (chat?.parentId === undefined) return undefined;
  if (!answersDirectly(chat, message.senderId)) {
    return { ...message, directTopicId: message.senderId };
  }
  const directTopicId =
    message.directTopicId ?? messages.get(message.replyToId ?? 0)?.directTopicId;
  if (directTopicId === undefined) {
    throw new EmulatorError("bad-request", 'say whom with "direct_messages_topic_id"');
  }
  return { ...message, directTopicId, senderChatId: chat.parentId };
}

/** The fields of a message that is a suggested post. */
export function suggestedInfo(
  world: World,
  { chatId }: ConversationRecord,
  suggesting: Suggesting | undefined,
): { suggested_post_info?: SuggestedPostInfo } {
  if (suggesting === undefined) return {};
  if (world.state.groups.get(chatId)?.parentId === undefined) {
    throw new EmulatorError("bad-request", `chat ${chatId} is not for direct messages`);
  }
  const { price, send_date } = suggesting;
  const info = {
    state: "pending",
    ...(price === undefined ? {} : { price }),
    ...(send_date === undefined ? {} : { send_date }),
  } as const;
  return { suggested_post_info: info };
}

export interface SuggestionAnswer {
  readonly person: number;
  readonly chat: number;
  readonly message_id: number;
  readonly approve: boolean;
  readonly send_date?: number | undefined;
  readonly comment?: string | undefined;
}

/** A person says yes or no to a suggested post: an administrator, or whom the channel suggested it. */
export function answerSuggestion(world: World, wanted: SuggestionAnswer): Suggestion {
  requirePerson(world, wanted.person);
  const conversation = conversationToWrite(world, wanted);
  const message = requireMessage(conversation, wanted.message_id);
  const suggestion = { conversation, message };
  const info = message.content.suggested_post_info;
  if (info?.state !== "pending" || !mayAnswer(world, suggestion, wanted)) {
    const text = `person ${wanted.person} has nothing to say about message ${message.id}`;
    throw new EmulatorError("conflict", text);
  }
  const sendDate = wanted.send_date ?? info.send_date ?? world.nowS();
  if (wanted.approve) approveSuggestion(world, suggestion, sendDate);
  else declineSuggestion(world, suggestion, wanted.comment ?? "");
  return suggestion;
}

function mayAnswer(
  world: World,
  { conversation, message }: Suggestion,
  { person, approve }: SuggestionAnswer,
): boolean {
  const chat = requireGroup(world, conversation.chatId);
  if (message.senderChatId !== undefined) return message.directTopicId === person;
  const channel = requireGroup(world, chat.parentId!);
  const mayPost = hasRight(memberOf(world, channel, person), "can_post_messages");
  return answersDirectly(chat, person) && (mayPost || !approve);
}
