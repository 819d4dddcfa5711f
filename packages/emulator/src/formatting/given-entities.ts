import type { MessageEntity } from "@hookgram/bot-api";
import type { Fields } from "../methods/json-fields.ts";
import {
  FieldFault,
  isObject,
  naming,
  optionalText,
  requiredInteger,
  requiredObject,
  requiredText,
} from "../methods/json-fields.ts";
import { badRequest } from "../methods/refusals.ts";
import { checkLink, dateTimeFormat, linkedUserId } from "./checked-link.ts";

type Place = Pick<MessageEntity, "offset" | "length">;

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
  return naming("can't parse MessageEntity", () =>
    value.flatMap((item: unknown) => readEntity(item) ?? []),
  );
}

function readEntity(fields: unknown): MessageEntity | undefined {
  if (!isObject(fields)) throw new FieldFault("expected an Object");
  const place = {
    offset: requiredInteger(fields, "offset"),
    length: requiredInteger(fields, "length"),
  };
  const type = requiredText(fields, "type");
  if (FOUND_TYPES.has(type)) return undefined;
  if (PLAIN_TYPES.has(type)) return { type: type as MessageEntity["type"], ...place };
  return specialEntity(type, place, fields);
}

function specialEntity(type: string, place: Place, fields: Fields): MessageEntity {
  switch (type) {
    case "pre": {
      const language = optionalText(fields, "language") ?? "";
      return { type, ...place, ...(language === "" ? {} : { language }) };
    }
    case "text_link":
      return link(requiredText(fields, "url"), place);
    case "text_mention":
      return mention(requiredInteger(requiredObject(fields, "user"), "id"), place);
    case "custom_emoji":
      return { type, ...place, custom_emoji_id: requiredText(fields, "custom_emoji_id") };
    case "date_time": {
      const format = dateTimeFormat(optionalText(fields, "date_time_format") ?? "");
      if (format === undefined) throw new FieldFault("Invalid date-time format specified");
      const unix_time = requiredInteger(fields, "unix_time");
      return { type, ...place, unix_time, date_time_format: format };
    }
    case "":
      throw new FieldFault("Type is not specified");
    default:
      throw new FieldFault("Unsupported type specified");
  }
}

function link(url: string, place: Place): MessageEntity {
  const userId = linkedUserId(url);
  if (userId !== undefined) return mention(userId, place);
  const outcome = checkLink(url);
  if (!outcome.ok) throw badRequest(`Entity URL '${url}' is invalid: ${outcome.reason}`);
  return { type: "text_link", ...place, url: outcome.url };
}

function mention(id: number, place: Place): MessageEntity {
  return { type: "text_mention", ...place, user: { id, is_bot: false, first_name: "" } };
}
