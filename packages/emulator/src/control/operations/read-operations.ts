import { z } from "zod";
import { botSchema, userIdSchema } from "../../world/world-file.ts";
import { operation } from "../operation.ts";
import { cursorSchema, idSchema, messageShape, waitMsSchema, whereQuery } from "./shapes.ts";

const after = z.coerce.number().int().min(0).optional();

/** One entry of the journal; `type` says which other fields it has. */
const journalEntryShape = z
  .looseObject({ seq: z.int(), at_ms: z.number(), type: z.string() })
  .describe(
    "`type` is one of api-call, delivery, update, message, message-edited, message-deleted, " +
      "callback-answer, chat-action, draft, webhook, world, reset. Bots appear by id; tokens never.",
  );

const messagesAnswer = z.object({
  messages: z.array(messageShape),
  cursor: cursorSchema.describe("Give it as `after` to get only what is new or edited since."),
});

/** The operations that read what happened, or wait for it. */
export const readOperations = {
  wait: operation({
    id: "wait",
    method: "POST",
    path: "/control/wait",
    tag: "read",
    summary: "Wait for the bot's next answer in a chat: a new message or an edit",
    description:
      "Without `after`: the first `count` messages of what the bot did in this chat since a person " +
      "last acted there, or since what the last wait there gave, whichever is later. So `say` then " +
      "`wait`, and another `wait`, never miss an answer. With `after`: all since then. 408 with a " +
      "one-line error when nothing came. With `count` 0 it makes sure that nothing comes: 409, with " +
      "what the bot said, when something does.",
    body: z.strictObject({
      person: userIdSchema.optional(),
      chat: idSchema.optional(),
      bot: botSchema.optional(),
      after: cursorSchema.optional(),
      count: z
        .int()
        .min(0)
        .max(100)
        .default(1)
        .describe("How many messages to wait for. 0: nothing may come within `timeout_ms`."),
      timeout_ms: waitMsSchema.default(5000),
    }),
    answer: messagesAnswer,
  }),
  getMessages: operation({
    id: "getMessages",
    method: "GET",
    path: "/control/messages",
    tag: "read",
    summary: "The messages of a chat, or those that are new or edited since a cursor",
    query: z.strictObject({ ...whereQuery, after }),
    answer: messagesAnswer.extend({
      keyboard: z
        .looseObject({})
        .optional()
        .describe("The reply keyboard or `ForceReply` that the person sees now."),
      ephemeral: z
        .array(messageShape)
        .optional()
        .describe("Messages of the group that this person alone sees."),
      draft: z
        .looseObject({ draft_id: z.int(), can_stop: z.boolean() })
        .optional()
        .describe("What the bot is writing just now: no text yet, a text or a rich message."),
    }),
  }),
  getTranscript: operation({
    id: "getTranscript",
    method: "GET",
    path: "/control/transcript",
    tag: "read",
    summary: "A chat as lines of text, for people and for snapshots in tests",
    description: "As plain text unless `format` is `json`.",
    query: z.strictObject({ ...whereQuery, format: z.enum(["text", "json"]).default("text") }),
    plainText: true,
    answer: z.object({ lines: z.array(z.string()) }),
  }),
  getJournal: operation({
    id: "getJournal",
    method: "GET",
    path: "/control/journal",
    tag: "read",
    summary: "Everything that happened: calls, deliveries, updates, messages",
    query: z.strictObject({ after, limit: z.coerce.number().int().min(1).max(1000).default(100) }),
    answer: z.object({ entries: z.array(journalEntryShape), cursor: cursorSchema }),
  }),
  getEvents: operation({
    id: "getEvents",
    method: "GET",
    path: "/control/events",
    tag: "read",
    summary: "The journal as Server-Sent Events, as it happens",
    description: "Each event's id is its `seq`; `Last-Event-ID` or `after` continues from there.",
    query: z.strictObject({ after }),
    answer: journalEntryShape,
    media: "text/event-stream",
  }),
  getFile: operation({
    id: "getFile",
    method: "GET",
    path: "/control/files/{file_id}",
    tag: "read",
    summary: "The bytes of any file",
    answer: z.string().meta({ format: "binary" }),
    media: "application/octet-stream",
  }),
};
