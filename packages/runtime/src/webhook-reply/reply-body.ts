import { type AnyParams, isInputFile } from "@hookgram/bot-api";

/** What Telegram does not carry out from an answer, besides methods that begin with `get`. */
const FORBIDDEN: ReadonlySet<string> = new Set(["setwebhook", "deletewebhook", "close", "logout"]);

/**
 * A call as the body of an answer; undefined for one that cannot go this way: a method that Telegram
 * ignores there, or a call that uploads a file, whose progress and failure somebody has to see.
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
