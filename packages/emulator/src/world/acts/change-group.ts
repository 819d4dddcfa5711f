import { photoSizes } from "../../files/media-content.ts";
import { storeUpload } from "../../files/store-upload.ts";
import { requireGroup } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import type { GroupRecord } from "../group.ts";
import { hasPermission, hasRight } from "../member.ts";
import type { Permission } from "../member.ts";
import { memberOf } from "../membership.ts";
import { openTopic } from "../open-topic.ts";
import { pinMessage, unpinMessages } from "../pin.ts";
import { postMessage } from "../post-message.ts";
import type { MessageContent } from "../stored-message.ts";
import { ICON_COLORS, topicView } from "../topic.ts";
import type { World } from "../world.ts";
import { asApp } from "./as-app.ts";
import type { Where } from "./place.ts";
import { conversationAt, requireMessage } from "./place.ts";

/** A person pins a message, or takes it down again. */
export function pin(
  world: World,
  where: Where & { person: number; message_id: number; is_pinned: boolean },
): void {
  const { person, is_pinned: isPinned } = where;
  const conversation = conversationAt(world, where);
  if (conversation.chatId < 0)
    groupToChange(world, conversation.chatId, [person, "can_pin_messages"]);
  const message = requireMessage(conversation, where.message_id);
  if (conversation.pinned.includes(message.id) === isPinned) {
    throw new EmulatorError("conflict", `message ${message.id} is ${isPinned ? "" : "not "}pinned`);
  }
  if (isPinned) pinMessage(world, conversation, { message, byId: person });
  else unpinMessages(world, conversation, (id) => id === message.id);
}

/** A person gives a group another name or picture. */
export function changeGroup(
  world: World,
  wanted: {
    readonly person: number;
    readonly chat: number;
    readonly title?: string | undefined;
    /** In base64; empty takes the picture away. */
    readonly photo?: string | undefined;
  },
): GroupRecord {
  const { person, chat, title, photo } = wanted;
  const group = groupToChange(world, chat, [person, "can_change_info"]);
  const tell = (content: MessageContent): void =>
    void postMessage(world, world.openConversation(chat), { senderId: person, content });
  if (title !== undefined && title !== group.title) {
    group.title = title;
    tell({ new_chat_title: title });
  }
  if (photo === "") {
    delete group.photoId;
    tell({ delete_chat_photo: true });
  } else if (photo !== undefined) {
    const bytes = new Uint8Array(Buffer.from(photo, "base64"));
    const file = { fileName: "", mimeType: "", bytes };
    const stored = asApp("the file cannot be sent", () =>
      storeUpload(world, file, { kind: "photo", details: {} }),
    );
    group.photoId = stored.fileId;
    tell({ new_chat_photo: photoSizes(world, stored) });
  }
  return group;
}

/** A person opens a topic in a forum. */
export function createTopic(
  world: World,
  { person, chat, name }: { person: number; chat: number; name: string },
): object {
  const group = forumToChange(world, chat, person);
  const conversation = world.openConversation(chat);
  const look = { name, iconColor: ICON_COLORS[0] };
  return topicView(openTopic(world, { group, conversation }, { ...look, byId: person }));
}

/** A person closes a topic, or opens it again. */
export function closeTopic(
  world: World,
  wanted: {
    readonly person: number;
    readonly chat: number;
    readonly message_thread_id?: number | undefined;
    readonly is_closed: boolean;
  },
): void {
  const { person, chat, message_thread_id: threadId, is_closed: isClosed } = wanted;
  const group = forumToChange(world, chat, person);
  const topic = threadId === undefined ? group.generalTopic : group.topics.get(threadId);
  if (topic === undefined) throw new EmulatorError("not-found", `there is no topic ${threadId}`);
  if (topic.isClosed === isClosed) {
    throw new EmulatorError(
      "conflict",
      `the topic "${topic.name}" is ${isClosed ? "closed" : "open"}`,
    );
  }
  topic.isClosed = isClosed;
  postMessage(world, world.openConversation(chat), {
    senderId: person,
    ...(threadId === undefined ? {} : { threadId }),
    content: isClosed ? { forum_topic_closed: {} } : { forum_topic_reopened: {} },
  });
}

function forumToChange(world: World, chat: number, person: number): GroupRecord {
  const group = groupToChange(world, chat, [person, "can_manage_topics"]);
  if (group.is_forum === true) return group;
  throw new EmulatorError("bad-request", `chat ${chat} has no topics`);
}

function groupToChange(
  world: World,
  chat: number,
  [person, permission]: readonly [person: number, permission: Permission],
): GroupRecord {
  const group = requireGroup(world, chat);
  const member = memberOf(world, group, person);
  const right = permission === "can_pin_messages" ? "can_edit_messages" : "can_change_info";
  const isAllowed =
    group.type === "channel"
      ? hasRight(member, right)
      : hasPermission(member, permission, group.permissions);
  if (isAllowed) return group;
  throw new EmulatorError(
    "conflict",
    `person ${person} may not do that in group ${group.id}: no ${permission}`,
  );
}
