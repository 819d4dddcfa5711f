import { jsonParam } from "./json-fields.ts";
import type { Params } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** @see https://core.telegram.org/bots/api#deletemessages */
const MESSAGE_IDS_MAX = 100;

/**
 * Reads the list `message_ids`.
 * @throws {Refusal} in Telegram's words.
 */
export function readMessageIds(params: Params): number[] {
  const value = jsonParam(params, "message_ids", "message_ids");
  if (value === undefined) throw badRequest("Message identifiers are not specified");
  if (!Array.isArray(value)) throw badRequest("Expected an Array of message identifiers");
  if (value.length > MESSAGE_IDS_MAX) throw badRequest("Too many message identifiers specified");
  if (value.length === 0) throw badRequest("Message identifiers are not specified");
  return value.map((item: unknown) => readMessageId(item));
}

function readMessageId(item: unknown): number {
  if (typeof item !== "number" && typeof item !== "string") {
    throw badRequest("Message identifier must be a Number");
  }
  const id = Number(item);
  if (!Number.isInteger(id)) throw badRequest("Can't parse message identifier as a Number");
  if (id <= 0) throw badRequest("Invalid message identifier specified");
  return id;
}
