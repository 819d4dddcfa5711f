import { z } from "zod";
import { botSchema } from "../../world/world-file.ts";
import { operation } from "../operation.ts";
import {
  idSchema,
  messageAnswer,
  messageShape,
  personField,
  waitMsSchema,
  whereBody,
} from "./shapes.ts";

const messageId = z.int().min(1);

const threadField = messageId
  .optional()
  .describe("The topic of a forum. Left out: that of the message replied to, or the general one.");

const locationSchema = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});

const asChatField = z
  .int()
  .optional()
  .describe(
    "In a supergroup, the channel of the person in whose name this is done. " +
      "Anonymous administrators always act in the name of the group.",
  );

/** What a person can upload. */
export const uploadKindSchema = z.enum([
  "photo",
  "document",
  "video",
  "animation",
  "audio",
  "voice",
  "video_note",
  "sticker",
]);

/** The operations in which a person does something in a chat. */
export const actOperations = {
  say: operation({
    id: "say",
    method: "POST",
    path: "/control/say",
    tag: "act",
    summary: "A person sends a text message or a command",
    body: z.strictObject({
      person: personField,
      text: z.string().min(1).max(4096),
      parse_mode: z
        .enum(["HTML", "MarkdownV2", "Markdown"])
        .optional()
        .describe("How the text is formatted. Left out: as typed."),
      entities: z
        .array(z.looseObject({ type: z.string(), offset: z.int(), length: z.int() }))
        .max(100)
        .optional()
        .describe("Formatting as the Bot API shows it; instead of `parse_mode`."),
      ...whereBody,
      reply_to_message_id: messageId.optional(),
      quote: z.string().min(1).max(1024).optional().describe("A part of the message replied to."),
      message_thread_id: threadField,
      as_chat: asChatField,
      direct_messages_topic_id: z
        .int()
        .optional()
        .describe("Whom an administrator answers in the direct messages of a channel."),
      suggested_post: z
        .strictObject({
          price: z.strictObject({ currency: z.enum(["XTR", "TON"]), amount: z.int() }).optional(),
          send_date: z.int().optional().describe("Unix time."),
        })
        .optional()
        .describe("Makes it a post that is suggested to a channel in its direct messages."),
    }),
    answer: messageAnswer,
  }),
  upload: operation({
    id: "upload",
    method: "POST",
    path: "/control/upload",
    tag: "act",
    summary: "A person sends a photo, a document or other media",
    description:
      "As multipart/form-data: the fields, and one part with the bytes. " +
      "As JSON: `file_name` and `base64`.",
    multipart: true,
    body: z.strictObject({
      person: personField,
      ...whereBody,
      kind: uploadKindSchema.default("document"),
      caption: z.string().max(1024).optional(),
      reply_to_message_id: messageId.optional(),
      message_thread_id: threadField,
      as_chat: asChatField,
      media_group_id: z
        .string()
        .regex(/^\d{1,19}$/)
        .optional()
        .describe("The same on each photo or video of an album."),
      duration: z.int().min(0).optional(),
      file_name: z.string().min(1).max(255).optional(),
      mime_type: z.string().max(127).optional(),
      base64: z.base64().optional().describe("The bytes, when the request is JSON."),
    }),
    answer: messageAnswer,
  }),
  share: operation({
    id: "share",
    method: "POST",
    path: "/control/share",
    tag: "act",
    summary: "A person shares a contact, a place, a poll, or an emoji that rolls",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      contact: z
        .strictObject({
          phone_number: z.string().min(1),
          first_name: z.string().min(1),
          last_name: z.string().optional(),
          user_id: z.int().optional(),
        })
        .optional(),
      location: locationSchema.optional(),
      venue: z
        .strictObject({
          location: locationSchema,
          title: z.string().min(1),
          address: z.string().min(1),
        })
        .optional(),
      dice: z.string().min(1).optional().describe("🎲, 🎯, 🎳, 🏀, ⚽ or 🎰."),
      poll: z
        .strictObject({
          question: z.string().min(1).max(300),
          options: z.array(z.string().min(1).max(100)).min(1).max(12),
          is_anonymous: z.boolean().default(true),
          allows_multiple_answers: z.boolean().default(false),
          correct_option_id: z.int().min(0).optional().describe("Makes it a quiz."),
        })
        .optional(),
    }),
    answer: messageAnswer,
  }),
  forward: operation({
    id: "forward",
    method: "POST",
    path: "/control/forward",
    tag: "act",
    summary: "A person forwards a message, from any chat that they can read",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      message_id: messageId,
      from_chat: idSchema
        .optional()
        .describe(
          "Where the message is: a group or a channel, or the person's own id for a private " +
            "chat. Left out: the chat that it is sent to.",
        ),
      from_bot: botSchema.optional().describe("The bot of that private chat. Left out: `bot`."),
      is_sender_hidden: z
        .boolean()
        .optional()
        .describe("The author lets nobody see their account: only a name is shown."),
      message_thread_id: threadField,
    }),
    answer: messageAnswer,
  }),
  press: operation({
    id: "press",
    method: "POST",
    path: "/control/press",
    tag: "act",
    summary: "A person presses a button, found by its label or its data",
    description:
      "Looks for an inline button first (the newest message that has it), then for a button of " +
      "the reply keyboard, which sends its text. Waits for the bot's answerCallbackQuery.",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      message_id: messageId.optional(),
      label: z.string().min(1).optional(),
      data: z.string().min(1).optional().describe("The callback data; instead of `label`."),
      wait_ms: waitMsSchema
        .default(5000)
        .describe("How long to wait for the answer. 0: do not wait."),
    }),
    answer: z.object({
      cursor: z.int(),
      callback_query_id: z.string().optional(),
      answer: z
        .object({
          text: z.string().optional(),
          show_alert: z.boolean().optional(),
          url: z.string().optional(),
        })
        .optional()
        .describe("Absent when the bot has not answered in time."),
      message: messageShape.optional().describe("What a button of the reply keyboard sent."),
      button: z.looseObject({}).optional().describe("A button that opens something, as sent."),
    }),
  }),
  edit: operation({
    id: "edit",
    method: "POST",
    path: "/control/edit",
    tag: "act",
    summary: "A person edits the text or the caption of an own message",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      message_id: messageId,
      text: z.string().min(1).max(4096),
    }),
    answer: messageAnswer,
  }),
  delete: operation({
    id: "delete",
    method: "POST",
    path: "/control/delete",
    tag: "act",
    summary: "A person deletes a message. Bots are not told, as on the real Telegram",
    body: z.strictObject({ person: personField, ...whereBody, message_id: messageId }),
    answer: z.object({ deleted: z.literal(true) }),
  }),
  react: operation({
    id: "react",
    method: "POST",
    path: "/control/react",
    tag: "act",
    summary: "A person sets or removes own reactions to a message",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      message_id: messageId,
      emoji: z.array(z.string().min(1)).max(3).describe("Empty: remove all."),
      as_chat: asChatField,
    }),
    answer: z.object({ reacted: z.literal(true) }),
  }),
  vote: operation({
    id: "vote",
    method: "POST",
    path: "/control/vote",
    tag: "act",
    summary: "A person votes in a poll",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      message_id: messageId,
      options: z.array(z.int().min(0).max(11)).max(12).describe("Empty: take the vote back."),
    }),
    answer: messageAnswer,
  }),
  inlineQuery: operation({
    id: "inlineQuery",
    method: "POST",
    path: "/control/inline-query",
    tag: "act",
    summary: "A person types @bot and a query, and waits for the results",
    body: z.strictObject({
      person: personField,
      bot: botSchema.optional(),
      query: z.string().max(256),
      offset: z.string().max(64).default(""),
      wait_ms: waitMsSchema.default(5000),
    }),
    answer: z.object({
      inline_query_id: z.string(),
      answer: z.looseObject({ results: z.array(z.looseObject({ id: z.string() })) }).optional(),
    }),
  }),
};
