import type { ForumTopic } from "@hookgram/bot-api";

/** A topic of a forum; its message thread is the id of the message that created it. */
export interface TopicRecord {
  readonly threadId: number;
  name: string;
  readonly iconColor: number;
  iconEmojiId?: string;
  isClosed: boolean;
}

/** The topic that every forum has. Its messages carry no thread. */
export interface GeneralTopic {
  name: string;
  isClosed: boolean;
  isHidden: boolean;
}

/** The colours that an icon can have. @see https://core.telegram.org/bots/api#createforumtopic */
export const ICON_COLORS = [0x6fb9f0, 0xffd67e, 0xcb86db, 0x8eee98, 0xff93b2, 0xfb6f5f] as const;

/** A topic as the Bot API shows it. */
export function topicView({ threadId, name, iconColor, iconEmojiId }: TopicRecord): ForumTopic {
  return {
    message_thread_id: threadId,
    name,
    icon_color: iconColor,
    ...(iconEmojiId === undefined ? {} : { icon_custom_emoji_id: iconEmojiId }),
  };
}
