import { HookgramError } from "../error.ts";
import { command, type CommandCall, type WithMessageAndMe } from "./command.ts";
import type { FilterObject } from "./filter.ts";

/** How a deep link carries its payload. */
export interface DeepLinkOptions {
  /**
   * Whether the payload is any text, in base64url. False by default: then it is limited to the
   * characters that a link can have, `A-Z`, `a-z`, `0-9`, `_` and `-`.
   */
  readonly encoded?: boolean;
}

/** How a deep link is made. */
export interface CreateDeepLinkOptions extends DeepLinkOptions {
  /**
   * `start` (the default): opens the private chat; `startgroup`: asks for a group to add the bot
   * to; `startapp`: opens the main Mini App.
   */
  readonly target?: "start" | "startgroup" | "startapp";
}

/** What a link can carry: 64 characters for a start, 512 for a Mini App. */
const PAYLOAD = { start: /^[\w-]{1,64}$/, startgroup: /^[\w-]{1,64}$/, startapp: /^[\w-]{1,512}$/ };

/**
 * `/start` with a payload, which is what Telegram sends when somebody follows a deep link. The
 * handler finds the payload as `payload`. Whatever is no payload, or cannot be decoded, does not
 * match.
 * @see https://core.telegram.org/bots/features#deep-linking
 */
export function deepLink({ encoded = false }: DeepLinkOptions = {}): FilterObject<
  WithMessageAndMe,
  { readonly command: CommandCall<"start">; readonly payload: string }
> {
  const start = command("start").matches;
  return {
    label: "deepLink",
    async matches(context) {
      const found = await start(context);
      if (typeof found !== "object" || found === null) return false;
      if (!PAYLOAD.start.test(found.command.args)) return false;
      const payload = encoded ? decodeText(found.command.args) : found.command.args;
      return payload !== undefined && { ...found, payload };
    },
  };
}

/**
 * The link that makes Telegram send the payload to the bot.
 * @throws HookgramError `bad-argument` when the payload is too long or has other characters.
 */
export function createDeepLink(
  username: string,
  payload: string,
  { target = "start", encoded = false }: CreateDeepLinkOptions = {},
): string {
  const value = encoded ? encodeText(payload) : payload;
  if (PAYLOAD[target].test(value)) return `https://t.me/${username}?${target}=${value}`;
  throw new HookgramError(
    "bad-argument",
    `createDeepLink: ${JSON.stringify(value)} (${value.length} characters) is no payload; it ` +
      `takes 1 to ${target === "startapp" ? 512 : 64} of A-Z, a-z, 0-9, _ and -` +
      (encoded ? "" : "; other texts need { encoded: true }"),
  );
}

function encodeText(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decodeText(text: string): string | undefined {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Somebody typed it, or shortened the link.
    return undefined;
  }
}
