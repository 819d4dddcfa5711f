import type { Params } from "./method.ts";
import { badRequest } from "./refusals.ts";

/**
 * Reads `user_id`.
 * @throws {Refusal} in Telegram's words.
 */
export function readUserId(params: Params): number {
  const id = params.integer("user_id") ?? 0;
  if (id <= 0) throw badRequest("Invalid user_id specified");
  return id;
}
