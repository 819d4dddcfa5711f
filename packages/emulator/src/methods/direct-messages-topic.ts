import type { World } from "../world/world.ts";
import type { NewMessage } from "../world/post-message.ts";
import type { ChatTarget } from "./chat-access.ts";
import { threadFor } from "./message-thread.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";

/**
 * Where in a chat a message is to be sent: a topic of a forum, or that of a person in the direct
 * messages of a channel, where bots write in the name of the channel.
 * @throws {Refusal} in the words of TDLib's `MessageTopic`.
 */
export function topicFor(
  world: World,
  call: MethodCall,
  chat: ChatTarget,
  replyToId: number | undefined,
): Pick<NewMessage, "threadId" | "directTopicId" | "senderChatId"> {
  if (chat.kind === "private" || chat.group.parentId === undefined) {
    return threadFor(call, chat, replyToId);
  }
  const directTopicId = call.params.integer("direct_messages_topic_id") ?? 0;
  if (directTopicId === 0) throw badRequest("Channel direct messages topic must be specified");
  const isThere = world.state.people.has(directTopicId) && chat.group.members.has(directTopicId);
  if (!isThere) throw badRequest("Topic not found");
  return { directTopicId, senderChatId: chat.group.parentId };
}
