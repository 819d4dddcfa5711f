import { type AnyParams, isInputFile } from "@hookgram/bot-api";

/** Methods that Telegram does not execute from an answer, besides those that begin with `get`. */
const FORBIDDEN: ReadonlySet<string> = new Set(["setwebhook", "deletewebhook", "close", "logout"]);

/**
 * A call as the body of an answer. Undefined for one that cannot be sent this way: a method that
 * Telegram ignores there, or an upload of a file, whose failure must not go unnoticed.
 * @see https://core.telegram.org/bots/api#making-requests-when-getting-updates
 */
export function toReplyBody(method: string, params: AnyParams): Uint8Array | undefined {
  const name = method.toLowerCase();
  if (name.startsWith("get") || FORBIDDEN.has(name)) return undefined;
  let hasFile = false;
  const text = JSON.stringify({ ...params, method }, (_key, value: unknown) => {
    hasFile ||= isInputFile(value);
    return value;
  });
  return hasFile ? undefined : Buffer.from(text);
}
