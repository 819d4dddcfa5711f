import { z } from "zod";
import { operation } from "../operation.ts";
import {
  botSchema,
  chatShape,
  idSchema,
  memberShape,
  memberStatusSchema,
  personField,
  rightsSchema,
  userIdSchema,
  userShape,
  whereQuery,
} from "./shapes.ts";

const name = z.string().trim().min(1).max(64);
const username = z.string().regex(/^@?[A-Za-z]\w{3,31}$/, {
  error: "must be 4 to 32 letters, digits and underscores, beginning with a letter",
});

/** A new bot; also the shape of a bot in a world file. */
export const newBotSchema = z.strictObject({
  token: z
    .string()
    .regex(/^[1-9]\d{0,15}:[A-Za-z0-9_-]{24,80}$/, {
      error: "must look like 123456:ABC… with at least 24 characters after the colon",
    })
    .describe("Any well-formed token; its digits are the bot's id."),
  username: username.optional(),
  name: name.optional(),
  can_join_groups: z.boolean().optional().describe("True unless said otherwise."),
  can_read_all_group_messages: z
    .boolean()
    .optional()
    .describe("True switches privacy mode off. False unless said otherwise."),
  supports_inline_queries: z.boolean().optional(),
});

/** A new person; also the shape of a person in a world file. */
export const newPersonSchema = z.strictObject({
  id: userIdSchema.optional().describe("Chosen when left out."),
  first_name: name,
  last_name: name.optional(),
  username: username.optional(),
  language_code: z.string().min(2).max(35).optional(),
  is_premium: z.literal(true).optional(),
  phone_number: z
    .string()
    .regex(/^\+?\d{5,15}$/, { error: "must be 5 to 15 digits, with or without a leading +" })
    .optional()
    .describe("What a button with `request_contact` shares."),
});

const newMemberSchema = z.strictObject({
  user: userIdSchema.describe("A person's or a bot's id."),
  status: memberStatusSchema.optional().describe("`member` unless said otherwise."),
  rights: rightsSchema.optional(),
  custom_title: z.string().max(16).optional(),
  until_date: z.int().optional().describe("Unix time at which a restriction or a ban ends."),
});

/** A new group; also the shape of a chat in a world file. */
export const newChatSchema = z.strictObject({
  id: idSchema.max(-1).optional().describe("Negative. Chosen when left out."),
  type: z.enum(["group", "supergroup"]),
  title: z.string().trim().min(1).max(128),
  username: username.optional(),
  description: z.string().max(255).optional(),
  is_forum: z.boolean().optional(),
  members: z.array(newMemberSchema).max(10_000).optional(),
  bots: z.array(botSchema).max(100).optional().describe("Bots that are plain members."),
});

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
    summary: "Create a group or a supergroup with its members",
    body: newChatSchema,
    answer: z.object({ chat: chatShape }),
  }),
  join: operation({
    id: "join",
    method: "POST",
    path: "/control/join",
    tag: "world",
    summary: "A person joins a group",
    body: z.strictObject({ person: personField, chat: idSchema }),
    answer: z.object({ member: memberShape }),
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
