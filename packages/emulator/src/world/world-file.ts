import { z } from "zod";
import { EmulatorError } from "./emulator-error.ts";
import { firstProblem } from "./first-problem.ts";

const ID_MAX = 2 ** 52;

/** A user's id. */
export const userIdSchema = z.int().min(1).max(ID_MAX);

/** The statuses that a member of a group can have. */
export const memberStatusSchema = z.enum([
  "creator",
  "administrator",
  "member",
  "restricted",
  "left",
  "kicked",
]);

/** Named rights of an administrator, or permissions of a restricted member. */
export const rightsSchema = z.record(z.string(), z.boolean());

const name = z.string().trim().min(1).max(64);
const username = z.string().regex(/^@?[A-Za-z]\w{3,31}$/, {
  error: "must be 4 to 32 letters, digits and underscores, beginning with a letter",
});

/** A new bot. */
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
  games: z
    .array(
      z.strictObject({
        short_name: z.string().min(1).max(64),
        title: z.string().min(1).max(64),
        description: z.string().max(255).optional(),
      }),
    )
    .max(100)
    .optional()
    .describe("Left out: the bot has every game that it asks for."),
});

/** A new person. */
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
  bio: z.string().min(1).max(140).optional(),
  birthdate: z
    .strictObject({
      day: z.int().min(1).max(31),
      month: z.int().min(1).max(12),
      year: z.int().min(1900).max(9999).optional(),
    })
    .optional(),
  stars: z.int().min(0).optional().describe("Stars of the account; 0 unless said otherwise."),
  personal_chat: z
    .int()
    .optional()
    .describe("The id of the channel that the profile shows; it may come later in the file."),
  photos: z
    .array(z.base64())
    .max(100)
    .optional()
    .describe("Pictures of the profile, the newest last."),
});

const newMemberSchema = z.strictObject({
  user: userIdSchema.describe("A person's or a bot's id."),
  status: memberStatusSchema.optional().describe("`member` unless said otherwise."),
  rights: rightsSchema.optional(),
  custom_title: z.string().max(16).optional(),
  until_date: z.int().optional().describe("Unix time at which a restriction or a ban ends."),
});

const botText = z.string().regex(/^(@?[A-Za-z]\w{3,31}|[1-9]\d{0,15})$/, {
  error: "must be a bot's id or its @username",
});

/** Which bot: its id or its `@username`. */
export const botSchema = z.union([userIdSchema, botText], {
  error: "must be a bot's id or its @username",
});

/** A new group. When nobody is said to be its creator, its first person is. */
export const newChatSchema = z.strictObject({
  id: z
    .int()
    .min(-ID_MAX)
    .max(-1, { error: "must be negative, as the ids of groups and channels are" })
    .optional()
    .describe("Negative. Chosen when left out."),
  type: z.enum(["group", "supergroup", "channel"]),
  title: z.string().trim().min(1).max(128),
  username: username.optional(),
  description: z.string().max(255).optional(),
  is_forum: z.boolean().optional(),
  permissions: rightsSchema
    .optional()
    .describe("What every member may do, where it differs from everything."),
  linked_chat: z
    .int()
    .optional()
    .describe("The id of a channel's discussion group, which must be there before the channel."),
  direct_messages_chat: z
    .int()
    .max(-1)
    .optional()
    .describe("The id of the chat in which people write to a channel, which is made with it."),
  members: z.array(newMemberSchema).max(10_000).optional(),
  bots: z.array(botSchema).max(100).optional().describe("Bots that are plain members."),
});

/** A set of stickers that is there from the start. Without `base64` a sticker is a dot. */
const newStickerSetSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z]\w{0,63}$/, {
    error: "must be letters, digits and underscores, beginning with a letter",
  }),
  title: z.string().min(1).max(64),
  type: z.enum(["regular", "mask", "custom_emoji"]).optional(),
  owner: userIdSchema.optional().describe("The person who owns it."),
  bot: botSchema.optional().describe("The bot that made it and may change it."),
  stickers: z
    .array(
      z.strictObject({
        emoji: z.string().min(1),
        base64: z.base64().optional(),
        format: z
          .enum(["static", "animated", "video"])
          .optional()
          .describe("`static` unless said otherwise."),
        custom_emoji_id: z
          .string()
          .regex(/^\d{1,20}$/, { error: "must be digits" })
          .optional()
          .describe("For a set of custom emoji whose identifiers a bot knows."),
      }),
    )
    .max(200)
    .optional(),
});

const fileKindSchema = z.enum([
  "photo",
  "document",
  "video",
  "animation",
  "audio",
  "voice",
  "video_note",
  "sticker",
]);

/** A file that bots can send by an identifier which they know from before. */
const newFileSchema = z.strictObject({
  file_id: z.string().min(1).max(255),
  kind: fileKindSchema,
  base64: z.base64(),
  file_name: z.string().min(1).max(255).optional(),
  mime_type: z.string().max(127).optional(),
});

/** A file of the emulated web, for methods that take media by URL. */
const newWebFileSchema = z.strictObject({
  url: z.url(),
  base64: z.base64(),
  mime_type: z.string().min(3).max(127),
});

const worldFileSchema = z.strictObject({
  bots: z.array(newBotSchema).optional(),
  people: z.array(newPersonSchema).optional(),
  chats: z.array(newChatSchema).optional(),
  sticker_sets: z.array(newStickerSetSchema).optional(),
  files: z.array(newFileSchema).optional(),
  web: z.array(newWebFileSchema).optional(),
});

export type NewBot = z.infer<typeof newBotSchema>;
export type NewPerson = z.infer<typeof newPersonSchema>;
export type NewChat = z.infer<typeof newChatSchema>;
export type NewStickerSet = z.infer<typeof newStickerSetSchema>;
export type NewFile = z.infer<typeof newFileSchema>;
export type NewMember = z.infer<typeof newMemberSchema>;
/** Which bot: its id or its `@username`. */
export type BotReference = number | string;

/** Who is in the world at the start. When it names bots, no other token is let in. */
export type WorldFile = z.infer<typeof worldFileSchema>;

/**
 * Reads a world file.
 * @throws {EmulatorError} `bad-world` with one line that says what is wrong and where.
 */
export function parseWorldFile(text: string): WorldFile {
  let read: unknown;
  try {
    // Some editors put a byte order mark in front.
    read = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new EmulatorError("bad-world", `not JSON: ${(error as Error).message}`);
  }
  const parsed = worldFileSchema.safeParse(read);
  if (!parsed.success) throw new EmulatorError("bad-world", firstProblem(parsed.error));
  return parsed.data;
}
