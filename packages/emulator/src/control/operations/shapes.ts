import { z } from "zod";
import { botSchema, memberStatusSchema, userIdSchema } from "../../world/world-file.ts";

/** A person, a bot or a chat, as the Bot API numbers them: groups and channels are negative. */
export const idSchema = z.int();

/** Names a private chat (a person and a bot) or, with `chat`, a group. Fields of a JSON body. */
export const whereBody = {
  chat: idSchema
    .optional()
    .describe("A group's id. Left out: the person's private chat with `bot`."),
  bot: botSchema.optional().describe("May be left out while there is exactly one bot."),
  business_connection_id: z
    .string()
    .optional()
    .describe("In a private chat of two people in which a bot answers for one of them."),
};

/** The same for a query string, where every value is text. */
export const whereQuery = {
  person: z.coerce.number().int().optional().describe("A person's id."),
  chat: z.coerce
    .number()
    .int()
    .optional()
    .describe("A group's id. Left out: the person's private chat with `bot`."),
  bot: z.string().optional().describe("May be left out while there is exactly one bot."),
};

/** The person who acts. */
export const personField = userIdSchema.describe("Who acts: a person's id.");

/** How long a request may wait. It is real time, so that it ends while the clock stands still. */
export const waitMsSchema = z.int().min(0).max(120_000);

/** A place in the order of everything that happened to messages; give it back as `after`. */
export const cursorSchema = z.int().min(0);

/** A message, exactly as the Bot API shows it to the bot. */
export const messageShape = z
  .looseObject({
    message_id: z.int(),
    date: z.int(),
    chat: z.looseObject({ id: z.int(), type: z.string() }),
  })
  .describe(
    "A Message as the Bot API shows it; `reply_markup` also holds reply keyboards, " +
      "`ForceReply` and `ReplyKeyboardRemove`.",
  );

/** A user, as the Bot API shows it. */
export const userShape = z.looseObject({
  id: z.int(),
  is_bot: z.boolean(),
  first_name: z.string(),
});

/** A member of a group, as the Bot API shows it. */
export const memberShape = z.looseObject({ status: memberStatusSchema, user: userShape });

/** A group with its members. */
export const chatShape = z.looseObject({
  id: z.int(),
  type: z.enum(["group", "supergroup", "channel"]),
  title: z.string(),
  members: z.array(memberShape),
});

/** What an action that changes messages answers with. */
export const messageAnswer = z.object({
  message: messageShape,
  cursor: cursorSchema.describe("Give it as `after` to wait for what follows this action."),
});
