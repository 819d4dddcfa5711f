import type { ChatMessage } from "../control/control-shapes.ts";

/** A topic of a forum. */
export interface Topic {
  readonly id: number;
  readonly name: string;
}

/** The topics of a forum besides the general one, as its messages tell of them. */
export function findTopics(messages: readonly ChatMessage[]): readonly Topic[] {
  const names = new Map<number, string>();
  for (const { message_thread_id: id, forum_topic_created, forum_topic_edited } of messages) {
    const name = forum_topic_created?.name ?? forum_topic_edited?.name;
    if (id !== undefined && name !== undefined) names.set(id, name);
  }
  return [...names].map(([id, name]) => ({ id, name }));
}

/** Whether a message belongs to a topic; 0 is the general one, whose messages name none. */
export function isInTopic(message: ChatMessage, id: number): boolean {
  const isOfTopic = message.is_topic_message === true;
  return id === 0 ? !isOfTopic : isOfTopic && message.message_thread_id === id;
}
