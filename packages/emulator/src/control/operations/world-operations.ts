import { z } from "zod";
import { operation } from "../operation.ts";
import {
  botSchema,
  memberStatusSchema,
  newBotSchema,
  newChatSchema,
  newPersonSchema,
  rightsSchema,
  userIdSchema,
} from "../../world/world-file.ts";
import { chatShape, idSchema, memberShape, personField, userShape, whereQuery } from "./shapes.ts";

/** The operations that read and make people, bots and groups. */
export const worldOperations = {
  getWorld: operation({
    id: "getWorld",
    method: "GET",
    path: "/control/world",
    tag: "world",
    summary: "Everyone and everything: bots, people, groups, private chats",
    answer: z.object({
      bots: z.array(userShape),
      people: z.array(userShape),
      chats: z.array(chatShape),
      private_chats: z.array(
        z.object({
          person: z.int(),
          bot: z.int(),
          blocked: z.boolean(),
          message_count: z.int(),
          last_message_date: z.int().optional(),
        }),
      ),
    }),
  }),
  addBot: operation({
    id: "addBot",
    method: "POST",
    path: "/control/bots",
    tag: "world",
    summary: "Create a bot, as BotFather does",
    body: newBotSchema,
    answer: z.object({ bot: userShape }),
  }),
  revokeToken: operation({
    id: "revokeToken",
    method: "POST",
    path: "/control/revoke-token",
    tag: "world",
    summary: "Give a bot another token, as BotFather does",
    description: "The old one is answered 401 from now on, and the webhook is gone.",
    body: z.strictObject({
      bot: botSchema.optional(),
      token: newBotSchema.shape.token.optional().describe("The new one; made up when left out."),
    }),
    answer: z.object({ token: z.string() }),
  }),
  addPerson: operation({
    id: "addPerson",
    method: "POST",
    path: "/control/people",
    tag: "world",
    summary: "Create a person",
    body: newPersonSchema,
    answer: z.object({ person: userShape }),
  }),
  addChat: operation({
    id: "addChat",
    method: "POST",
    path: "/control/chats",
    tag: "world",
    summary: "Create a group, a supergroup or a channel with its members",
    body: newChatSchema,
    answer: z.object({ chat: chatShape }),
  }),
  join: operation({
    id: "join",
    method: "POST",
    path: "/control/join",
    tag: "world",
    summary: "A person joins a group or a channel, by itself or by an invite link",
    body: z.strictObject({
      person: personField,
      chat: idSchema.optional(),
      invite_link: z.string().min(1).optional().describe("Instead of `chat`."),
    }),
    answer: z.object({
      member: memberShape,
      requested: z
        .literal(true)
        .optional()
        .describe("The link only asks to be let in, and that was done."),
    }),
  }),
  leave: operation({
    id: "leave",
    method: "POST",
    path: "/control/leave",
    tag: "world",
    summary: "A person leaves a group",
    body: z.strictObject({ person: personField, chat: idSchema }),
    answer: z.object({ member: memberShape }),
  }),
  setMember: operation({
    id: "setMember",
    method: "POST",
    path: "/control/members",
    tag: "world",
    summary: "Add, promote, restrict, remove or ban a person or a bot in a group",
    body: z.strictObject({
      chat: idSchema,
      person: userIdSchema.optional().describe("Who is changed; or `bot`."),
      bot: botSchema.optional(),
      status: memberStatusSchema,
      rights: rightsSchema.optional(),
      custom_title: z.string().max(16).optional(),
      until_date: z.int().optional(),
      by: userIdSchema.optional().describe("Who does it. The group's creator when left out."),
    }),
    answer: z.object({ member: memberShape }),
  }),
  requestToJoin: operation({
    id: "requestToJoin",
    method: "POST",
    path: "/control/join-requests",
    tag: "world",
    summary: "A person asks to be let into a group",
    body: z.strictObject({
      person: personField,
      chat: idSchema,
      bio: z.string().max(70).optional(),
    }),
    answer: z.object({ requested: z.literal(true) }),
  }),
  block: operation({
    id: "block",
    method: "POST",
    path: "/control/block",
    tag: "world",
    summary: "A person blocks a bot",
    body: z.strictObject({ person: personField, bot: botSchema.optional() }),
    answer: z.object({ blocked: z.literal(true) }),
  }),
  unblock: operation({
    id: "unblock",
    method: "POST",
    path: "/control/unblock",
    tag: "world",
    summary: "A person unblocks a bot",
    body: z.strictObject({ person: personField, bot: botSchema.optional() }),
    answer: z.object({ blocked: z.literal(false) }),
  }),
  addWebFile: operation({
    id: "addWebFile",
    method: "POST",
    path: "/control/web",
    tag: "world",
    summary: "Put a file at a URL of the emulated web, for methods that take media by URL",
    description: "The emulator never uses the network: other URLs cannot be fetched.",
    body: z.strictObject({
      url: z.url(),
      base64: z.base64(),
      mime_type: z.string().min(3).max(127),
    }),
    answer: z.object({ url: z.string() }),
  }),
  getMenu: operation({
    id: "getMenu",
    method: "GET",
    path: "/control/menu",
    tag: "world",
    summary: "What a person's app offers in a chat: commands, menu button, keyboard, bot's texts",
    query: z.strictObject(whereQuery),
    answer: z.object({
      commands: z.array(
        z.object({ bot: z.string(), command: z.string(), description: z.string() }),
      ),
      menu_button: z.looseObject({ type: z.string() }),
      keyboard: z
        .looseObject({})
        .optional()
        .describe("The reply keyboard or `ForceReply` that the person sees now."),
      name: z.string(),
      description: z.string().describe("What an empty private chat shows."),
      short_description: z.string(),
    }),
  }),
};
