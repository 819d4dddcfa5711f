import type { MessageEntity } from "@hookgram/bot-api";
import type { ConversationRecord } from "./conversation.ts";
import { isPrivate } from "./conversation.ts";
import type { GroupRecord } from "./group.ts";
import { isAdministrator, isInside, memberAt } from "./member.ts";
import type { MessageContent, StoredMessage } from "./stored-message.ts";
import { isService } from "./stored-message.ts";
import type { BotRecord } from "./user-record.ts";
import type { World } from "./world.ts";

/** Events that a bot hears of although it caused them. */
const OWN_EVENTS: readonly (keyof MessageContent)[] = [
  "new_chat_title",
  "left_chat_member",
  "pinned_message",
  "new_chat_photo",
  "delete_chat_photo",
  "forum_topic_created",
  "forum_topic_edited",
  "forum_topic_closed",
  "forum_topic_reopened",
  "general_forum_topic_hidden",
  "general_forum_topic_unhidden",
  "poll_option_added",
  "suggested_post_approved",
  "suggested_post_approval_failed",
  "suggested_post_declined",
  "suggested_post_paid",
  "suggested_post_refunded",
];

/** How far up a chain of replies a message can be meant for a bot. */
const REPLY_DEPTH_MAX = 3;

/** The bots that get an update about a message. */
export function audience(
  world: World,
  conversation: ConversationRecord,
  message: StoredMessage,
): number[] {
  const isOwnEvent = OWN_EVENTS.some((field) => message.content[field] !== undefined);
  if (isPrivate(conversation)) {
    return message.senderId === conversation.botId && !isOwnEvent ? [] : [conversation.botId];
  }
  const group = world.state.groups.get(conversation.chatId)!;
  const isFromBot = world.state.bots.has(message.senderId);
  const bots = [...world.state.bots.values()].filter((bot) => {
    if (message.senderId === bot.id && !isOwnEvent) return false;
    // Bots do not see what other bots write.
    if (isFromBot && !isService(message.content)) return false;
    return sees(world, conversation, { group, message, bot });
  });
  return bots.map(({ id }) => id);
}

interface Look {
  readonly group: GroupRecord;
  readonly message: StoredMessage;
  readonly bot: BotRecord;
}

function sees(
  world: World,
  conversation: ConversationRecord,
  { group, message, bot }: Look,
): boolean {
  const member = memberAt(group.members.get(bot.id), world.nowS());
  // A bot that was removed still hears of that, and of nothing else.
  if (!isInside(member)) return message.content.left_chat_member?.id === bot.id;
  if (group.type === "channel") return true;
  if (bot.can_read_all_group_messages || isAdministrator(member)) return true;
  return isService(message.content) || isMeantFor(conversation, bot, message);
}

/**
 * Whether a message reaches a bot in privacy mode: commands for it, mentions of it, replies to it
 * or to what was meant for it. A command that names no bot is for the one that spoke last.
 * @see https://core.telegram.org/bots/features#privacy-mode
 */
function isMeantFor(
  conversation: ConversationRecord,
  bot: BotRecord,
  message: StoredMessage,
  depth = 0,
): boolean {
  if (namesBot(conversation, bot, message.content)) return true;
  if (message.replyToId === undefined || depth === REPLY_DEPTH_MAX) return false;
  const target = conversation.messages.get(message.replyToId);
  if (target === undefined) return false;
  return target.senderId === bot.id || isMeantFor(conversation, bot, target, depth + 1);
}

function namesBot(
  conversation: ConversationRecord,
  bot: BotRecord,
  content: MessageContent,
): boolean {
  const text = content.text ?? content.caption ?? "";
  const entities = content.entities ?? content.caption_entities ?? [];
  const spokeLast = conversation.lastBotId ?? bot.id;
  return entities.some((entity) => {
    const part = text.slice(entity.offset, entity.offset + entity.length).toLowerCase();
    return entityNamesBot(entity, part, bot, spokeLast);
  });
}

function entityNamesBot(
  entity: MessageEntity,
  part: string,
  bot: BotRecord,
  spokeLast: number,
): boolean {
  const at = `@${bot.username.toLowerCase()}`;
  if (entity.type === "mention") return part === at;
  if (entity.type === "text_mention") return entity.user?.id === bot.id;
  if (entity.type !== "bot_command") return false;
  return part.includes("@") ? part.endsWith(at) : entity.offset === 0 && spokeLast === bot.id;
}
