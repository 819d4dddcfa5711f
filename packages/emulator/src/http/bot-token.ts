/** Who a token speaks for, or how Telegram's server refuses it. */
export type TokenOutcome =
  | { readonly ok: true; readonly botId: number; readonly secret: string }
  | { readonly ok: false; readonly errorCode: 401 | 421; readonly description: string };

const INVALID = {
  ok: false,
  errorCode: 401,
  description: "Unauthorized: invalid token specified",
} as const;
const UNALLOWED = {
  ok: false,
  errorCode: 421,
  description: "Misdirected Request: unallowed token specified",
} as const;
const UNAUTHORIZED = { ok: false, errorCode: 401, description: "Unauthorized" } as const;
const TOKEN_MAX_LENGTH = 80;
const BOT_ID_LIMIT = 2n ** 54n;

/**
 * Checks a token's form: `BOT_ID:SECRET`, at most 80 characters, no leading zero, the id between 1
 * and 2⁵⁴, the secret at least 24 characters of the base64url alphabet.
 * @see tdlib/telegram-bot-api, ClientManager.cpp
 */
export function readBotToken(token: string): TokenOutcome {
  const colon = token.indexOf(":");
  if (token.startsWith("0") || token.length > TOKEN_MAX_LENGTH || colon === -1) return INVALID;
  const idText = token.slice(0, colon);
  if (!/^(?:0|-?[1-9]\d{0,18})$/.test(idText)) return UNALLOWED;
  const id = BigInt(idText);
  if (id <= 0n || id >= BOT_ID_LIMIT) return INVALID;
  const secret = token.slice(colon + 1);
  if (!/^[A-Za-z0-9_-]{24,}$/.test(secret)) return UNAUTHORIZED;
  return { ok: true, botId: Number(id), secret };
}
