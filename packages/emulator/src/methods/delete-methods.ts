import { hasRight } from "../world/member.ts";
import { removeMessages } from "../world/post-message.ts";
import type { StoredMessage } from "../world/stored-message.ts";
import { isService } from "../world/stored-message.ts";
import type { World } from "../world/world.ts";
import type { ChatTarget } from "./chat-access.ts";
import { chatOf } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import { messageOf } from "./message-access.ts";
import { readMessageIds } from "./message-ids.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** Bots cannot delete older messages. @see https://core.telegram.org/bots/api#deletemessage */
const DELETE_MAX_S = 48 * 3600;
/** A die in a private chat stays for a day. @see https://core.telegram.org/bots/api#deletemessage */
const DICE_MIN_S = 24 * 3600;

/** Methods that delete messages. */
export function deleteMethods(world: World): Handlers {
  return {
    deleteMessage: (call) => deleteMessage(world, call),
    deleteMessages: (call) => deleteMessages(world, call),
  };
}

function deleteMessage(world: World, call: MethodCall): true {
  const { params, bot } = call;
  if ((params.text("chat_id") ?? "") === "") throw badRequest("Chat identifier is not specified");
  if ((params.integer("message_id") ?? 0) <= 0) {
    throw badRequest("Message identifier is not specified");
  }
  const { chat, message } = messageOf(world, call, "write", "message to delete");
  checkDeletable(world, bot.id, chat, message);
  removeMessages(world, chat.conversation, [message.id]);
  return true;
}

/** Messages that are not there are skipped; one that cannot be deleted stops all. */
function deleteMessages(world: World, call: MethodCall): true {
  const ids = readMessageIds(call.params);
  const chat = chatOf(world, call, "write");
  const messages = ids.flatMap((id) => chat.conversation.messages.get(id) ?? []);
  for (const message of messages) checkDeletable(world, call.bot.id, chat, message);
  if (messages.length > 0) {
    removeMessages(
      world,
      chat.conversation,
      messages.map(({ id }) => id),
    );
  }
  return true;
}

function checkDeletable(
  world: World,
  botId: number,
  chat: ChatTarget,
  message: StoredMessage,
): void {
  const ageS = world.nowS() - message.date;
  const isOwn = message.senderId === botId && !isService(message.content);
  if (chat.kind === "private") {
    const isFreshDie = message.content.dice !== undefined && ageS < DICE_MIN_S;
    if (isFreshDie || ageS > DELETE_MAX_S) throw badRequest(NOT_FOR_EVERYONE);
    return;
  }
  const mayDeleteAll = hasRight(chat.self, "can_delete_messages");
  if (chat.group.type === "group") {
    if ((isOwn || mayDeleteAll) && ageS <= DELETE_MAX_S) return;
    throw badRequest(NOT_FOR_EVERYONE);
  }
  const isPostable = chat.group.type !== "channel" || hasRight(chat.self, "can_post_messages");
  const isLasting = LASTING.some((field) => message.content[field] !== undefined);
  const mayDelete = mayDeleteAll || (isOwn && isPostable);
  if (!mayDelete || isLasting || ageS >= DELETE_MAX_S) throw badRequest("message can't be deleted");
}

/** What tells how a supergroup or a topic began stays. */
const LASTING = ["forum_topic_created", "migrate_from_chat_id", "supergroup_chat_created"] as const;

const NOT_FOR_EVERYONE = "message can't be deleted for everyone";
