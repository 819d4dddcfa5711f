import type { Params } from "./method.ts";
import { badRequest } from "./refusals.ts";

/**
 * The text of a parameter that must be there and not be empty.
 * @throws {Refusal} in Telegram's words.
 */
export function requiredParam(params: Params, name: string): string {
  const text = params.text(name) ?? "";
  if (text === "") throw badRequest(`Parameter "${name}" is required`);
  return text;
}
