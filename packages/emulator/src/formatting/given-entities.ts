import type { MessageEntity } from "@hookgram/bot-api";
import { badRequest } from "../methods/refusals.ts";
import { checkLink, dateTimeFormat, linkedUserId } from "./checked-link.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Kinds that Telegram finds by itself and does not take from bots. */
const FOUND_TYPES = new Set([
  "mention",
  "hashtag",
  "cashtag",
  "bot_command",
  "url",
  "email",
  "phone_number",
  "bank_card_number",
]);
const PLAIN_TYPES = new Set([
  "bold",
  "italic",
  "underline",
  "strikethrough",
  "spoiler",
  "code",
  "blockquote",
  "expandable_blockquote",
]);

/**
 * Reads the entities that a bot gives explicitly. Anything but a list means none.
 * @throws {Refusal} `can't parse MessageEntity: …` with Telegram's reason.
 */
export function readEntities(value: unknown): MessageEntity[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => readEntity(item) ?? []);
}

function readEntity(value: unknown): MessageEntity | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw fault("expected an Object");
  }
  const fields = value as Fields;
  const place = { offset: integer(fields, "offset"), length: integer(fields, "length") };
  const type = text(fields, "type");
  if (FOUND_TYPES.has(type)) return undefined;
  if (PLAIN_TYPES.has(type)) return { type: type as MessageEntity["type"], ...place };
  return special(type, place, fields);
}

function special(
  type: string,
  place: Pick<MessageEntity, "offset" | "length">,
  fields: Fields,
): MessageEntity {
  switch (type) {
    case "pre": {
      const language = fields["language"] === undefined ? "" : text(fields, "language");
      return { type, ...place, ...(language === "" ? {} : { language }) };
    }
    case "text_link":
      return link(text(fields, "url"), place);
    case "text_mention": {
      const user = fields["user"];
      if (typeof user !== "object" || user === null) throw fault('Can\'t find field "user"');
      return mention(integer(user as Fields, "id"), place);
    }
    case "custom_emoji":
      return { type, ...place, custom_emoji_id: String(fields["custom_emoji_id"]) };
    case "date_time": {
      const format = dateTimeFormat(String(fields["date_time_format"] ?? ""));
      if (format === undefined) throw fault("Invalid date-time format specified");
      const unix_time = integer(fields, "unix_time");
      return { type, ...place, unix_time, date_time_format: format };
    }
    case "":
      throw fault("Type is not specified");
    default:
      throw fault("Unsupported type specified");
  }
}

function link(url: string, place: Pick<MessageEntity, "offset" | "length">): MessageEntity {
  const userId = linkedUserId(url);
  if (userId !== undefined) return mention(userId, place);
  const outcome = checkLink(url);
  if (!outcome.ok) throw badRequest(`Entity URL '${url}' is invalid: ${outcome.reason}`);
  return { type: "text_link", ...place, url: outcome.url };
}

function mention(id: number, place: Pick<MessageEntity, "offset" | "length">): MessageEntity {
  return { type: "text_mention", ...place, user: { id, is_bot: false, first_name: "" } };
}

function integer(fields: Fields, name: string): number {
  const value = fields[name];
  if (value === undefined) throw fault(`Can't find field "${name}"`);
  const number =
    typeof value === "number" || typeof value === "string" ? Number(value) : Number.NaN;
  if (!Number.isInteger(number)) throw fault(`Field "${name}" must be a valid Number`);
  return number;
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (value === undefined) throw fault(`Can't find field "${name}"`);
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw fault(`Field "${name}" must be of type String`);
}

function fault(reason: string): Error {
  return badRequest(`can't parse MessageEntity: ${reason}`);
}
