import type { ForumTopic } from "@hookgram/bot-api";
import type { GroupRecord } from "../world/group.ts";
import { hasPermission, hasRight } from "../world/member.ts";
import { postMessage, removeMessages } from "../world/post-message.ts";
import type { MessageContent } from "../world/stored-message.ts";
import { openTopic } from "../world/open-topic.ts";
import { unpinMessages } from "../world/pin.ts";
import type { GeneralTopic, TopicRecord } from "../world/topic.ts";
import { ICON_COLORS, topicView } from "../world/topic.ts";
import type { World } from "../world/world.ts";
import type { ChatTarget } from "./chat-access.ts";
import { groupOf } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { topicIconStickers } from "./sticker-sets.ts";

/** @see https://core.telegram.org/bots/api#createforumtopic */
const NAME_MAX = 128;

/** Methods about the topics of a forum. */
export function topicMethods(world: World): Handlers {
  return {
    getForumTopicIconStickers: () => topicIconStickers(world),
    createForumTopic: (call) => createTopic(world, call),
    editForumTopic: (call) => editTopic(world, call),
    closeForumTopic: (call) => setClosed(world, call, true),
    reopenForumTopic: (call) => setClosed(world, call, false),
    deleteForumTopic: (call) => deleteTopic(world, call),
    unpinAllForumTopicMessages: (call) => unpinAll(world, call, false),
    editGeneralForumTopic: (call) => editGeneral(world, call),
    closeGeneralForumTopic: (call) => setGeneralClosed(world, call, true),
    reopenGeneralForumTopic: (call) => setGeneralClosed(world, call, false),
    hideGeneralForumTopic: (call) => setGeneralHidden(world, call, true),
    unhideGeneralForumTopic: (call) => setGeneralHidden(world, call, false),
    unpinAllGeneralForumTopicMessages: (call) => unpinAll(world, call, true),
  };
}

type Forum = ChatTarget & { readonly kind: "group" };

function createTopic(world: World, call: MethodCall): ForumTopic {
  const forum = forumOf(world, call);
  const { params } = call;
  const name = readName(call);
  if (name === "") throw badRequest("Title must be non-empty");
  if (!hasPermission(forum.self, "can_manage_topics", forum.group.permissions)) {
    throw badRequest("Not enough rights to create a topic");
  }
  const iconColor = params.integer("icon_color") ?? ICON_COLORS[0];
  if (!(ICON_COLORS as readonly number[]).includes(iconColor)) {
    throw badRequest("Invalid icon color specified");
  }
  const look = { name, iconColor, ...readIcon(call) };
  return topicView(openTopic(world, forum, { ...look, byId: call.bot.id }));
}

function editTopic(world: World, call: MethodCall): true {
  const forum = forumToManage(world, call);
  const topic = topicOf(call, forum.group);
  const name = readName(call);
  const icon = readIcon(call);
  const isRenamed = name !== "" && name !== topic.name;
  const hasNewIcon =
    call.params.has("icon_custom_emoji_id") && icon.iconEmojiId !== topic.iconEmojiId;
  if (!isRenamed && !hasNewIcon) return true;
  if (isRenamed) topic.name = name;
  if (hasNewIcon) {
    delete topic.iconEmojiId;
    Object.assign(topic, icon);
  }
  const forum_topic_edited = {
    ...(isRenamed ? { name } : {}),
    ...(hasNewIcon ? { icon_custom_emoji_id: icon.iconEmojiId ?? "" } : {}),
  };
  post(world, call, forum, { threadId: topic.threadId, content: { forum_topic_edited } });
  return true;
}

function setClosed(world: World, call: MethodCall, isClosed: boolean): true {
  const forum = forumToManage(world, call);
  const topic = topicOf(call, forum.group);
  return close(world, call, forum, { topic, isClosed, threadId: topic.threadId });
}

function setGeneralClosed(world: World, call: MethodCall, isClosed: boolean): true {
  const forum = forumToManage(world, call);
  return close(world, call, forum, { topic: forum.group.generalTopic, isClosed });
}

interface Closing {
  readonly topic: TopicRecord | GeneralTopic;
  readonly isClosed: boolean;
  readonly threadId?: number;
}

function close(
  world: World,
  call: MethodCall,
  forum: Forum,
  { topic, isClosed, ...thread }: Closing,
): true {
  if (topic.isClosed === isClosed) throw badRequest("TOPIC_NOT_MODIFIED");
  topic.isClosed = isClosed;
  const content = isClosed ? { forum_topic_closed: {} } : { forum_topic_reopened: {} };
  post(world, call, forum, { ...thread, content });
  return true;
}

/** Hiding the general topic closes it too; showing it again does not open it. */
function setGeneralHidden(world: World, call: MethodCall, isHidden: boolean): true {
  const forum = forumToManage(world, call);
  const { generalTopic } = forum.group;
  if (generalTopic.isHidden === isHidden) throw badRequest("TOPIC_NOT_MODIFIED");
  generalTopic.isHidden = isHidden;
  if (isHidden) generalTopic.isClosed = true;
  const content = isHidden
    ? { general_forum_topic_hidden: {} }
    : { general_forum_topic_unhidden: {} };
  post(world, call, forum, { content });
  return true;
}

function editGeneral(world: World, call: MethodCall): true {
  const forum = forumToManage(world, call);
  const name = readName(call);
  if (name === "") throw badRequest("Title must be non-empty");
  if (forum.group.generalTopic.name === name) throw badRequest("TOPIC_NOT_MODIFIED");
  forum.group.generalTopic.name = name;
  post(world, call, forum, { content: { forum_topic_edited: { name } } });
  return true;
}

function deleteTopic(world: World, call: MethodCall): true {
  const { group, self, conversation } = forumOf(world, call);
  const topic = topicOf(call, group);
  if (!hasRight(self, "can_delete_messages")) {
    throw badRequest("Not enough rights to delete the topic");
  }
  group.topics.delete(topic.threadId);
  const messages = [...conversation.messages.values()];
  const ids = messages.filter(({ threadId }) => threadId === topic.threadId).map(({ id }) => id);
  removeMessages(world, conversation, ids);
  return true;
}

function unpinAll(world: World, call: MethodCall, isGeneral: boolean): true {
  const { group, self, conversation } = forumOf(world, call);
  const threadId = isGeneral ? undefined : topicOf(call, group).threadId;
  if (!hasPermission(self, "can_pin_messages", group.permissions)) {
    throw badRequest("Not enough rights to manage pinned messages in the chat");
  }
  const isInTopic = (id: number): boolean => conversation.messages.get(id)?.threadId === threadId;
  unpinMessages(world, conversation, isInTopic);
  return true;
}

function forumOf(world: World, call: MethodCall): Forum {
  const refusal = "The chat is not a forum";
  const forum = groupOf(world, call, "write", refusal);
  if (forum.group.is_forum !== true) throw badRequest(refusal);
  return forum;
}

function forumToManage(world: World, call: MethodCall): Forum {
  const forum = forumOf(world, call);
  if (hasRight(forum.self, "can_manage_topics")) return forum;
  throw badRequest("Not enough rights to edit the topic");
}

function topicOf({ params }: MethodCall, group: GroupRecord): TopicRecord {
  const topic = group.topics.get(params.integer("message_thread_id") ?? 0);
  if (topic === undefined) throw badRequest("TOPIC_ID_INVALID");
  return topic;
}

function readName({ params }: MethodCall): string {
  return (params.text("name") ?? "").trim().slice(0, NAME_MAX);
}

/** An identifier is read as a number; what is none takes the icon away. */
function readIcon({ params }: MethodCall): { iconEmojiId?: string } {
  const digits = /^\d+/.exec(params.text("icon_custom_emoji_id") ?? "")?.[0];
  return digits === undefined ? {} : { iconEmojiId: digits };
}

function post(
  world: World,
  { bot }: MethodCall,
  { conversation }: Forum,
  message: { readonly threadId?: number; readonly content: MessageContent },
): void {
  postMessage(world, conversation, { senderId: bot.id, ...message });
}
