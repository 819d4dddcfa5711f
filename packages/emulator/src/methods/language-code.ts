import type { Params } from "./method.ts";
import { badRequest } from "./refusals.ts";

/**
 * Reads `language_code`: two small letters, or nothing for everyone.
 * @throws {Refusal} in Telegram's words.
 */
export function readLanguageCode(params: Params): string {
  const code = params.text("language_code") ?? "";
  if (code === "" || /^[a-z]{2}$/.test(code)) return code;
  throw badRequest("Invalid language code specified");
}
