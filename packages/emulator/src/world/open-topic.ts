import type { ConversationRecord } from "./conversation.ts";
import type { GroupRecord } from "./group.ts";
import { postMessage } from "./post-message.ts";
import type { TopicRecord } from "./topic.ts";
import { topicView } from "./topic.ts";
import type { World } from "./world.ts";

/** Opens a topic in a forum, which a service message in it tells. */
export function openTopic(
  world: World,
  { group, conversation }: { group: GroupRecord; conversation: ConversationRecord },
  { byId, ...look }: Pick<TopicRecord, "name" | "iconColor" | "iconEmojiId"> & { byId: number },
): TopicRecord {
  // The thread 1 is the general topic: the first message of a supergroup tells of its creation.
  conversation.lastMessageId = Math.max(conversation.lastMessageId, 1);
  const threadId = conversation.lastMessageId + 1;
  const topic: TopicRecord = { threadId, ...look, isClosed: false };
  group.topics.set(threadId, topic);
  const { message_thread_id: _, ...forum_topic_created } = topicView(topic);
  postMessage(world, conversation, { senderId: byId, threadId, content: { forum_topic_created } });
  return topic;
}
