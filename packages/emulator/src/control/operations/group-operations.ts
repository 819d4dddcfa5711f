import { z } from "zod";
import { operation } from "../operation.ts";
import { idSchema, personField, whereBody } from "./shapes.ts";

const group = idSchema.describe("A group's id.");
const threadId = z.int().min(1);

/** What a person changes in a chat, which service messages tell. */
export const groupOperations = {
  pin: operation({
    id: "pin",
    method: "POST",
    path: "/control/pin",
    tag: "act",
    summary: "A person pins a message, or takes it down again",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      message_id: z.int().min(1),
      is_pinned: z.boolean().default(true),
    }),
    answer: z.object({ pinned: z.boolean() }),
  }),
  changeChat: operation({
    id: "changeChat",
    method: "POST",
    path: "/control/change-chat",
    tag: "act",
    summary: "A person gives a group or a channel another name or picture",
    body: z.strictObject({
      person: personField,
      chat: group,
      title: z.string().trim().min(1).max(128).optional(),
      photo: z
        .union([z.literal(""), z.base64()])
        .optional()
        .describe("The picture in base64; empty takes it away."),
    }),
    answer: z.object({ title: z.string() }),
  }),
  createTopic: operation({
    id: "createTopic",
    method: "POST",
    path: "/control/topics",
    tag: "act",
    summary: "A person opens a topic in a forum",
    body: z.strictObject({
      person: personField,
      chat: group,
      name: z.string().trim().min(1).max(128),
    }),
    answer: z.object({ topic: z.looseObject({ message_thread_id: threadId, name: z.string() }) }),
  }),
  closeTopic: operation({
    id: "closeTopic",
    method: "POST",
    path: "/control/topics/close",
    tag: "act",
    summary: "A person closes a topic, or opens it again",
    body: z.strictObject({
      person: personField,
      chat: group,
      message_thread_id: threadId.optional().describe("Left out: the general topic."),
      is_closed: z.boolean().default(true),
    }),
    answer: z.object({ closed: z.boolean() }),
  }),
};
