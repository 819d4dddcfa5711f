/** What `parseBotToken` found. The reason never repeats the text, so that it can be printed. */
export type ParsedBotToken =
  | { readonly ok: true; readonly botId: number }
  | { readonly ok: false; readonly reason: string };

/** The Bot API server refuses longer ones. */
const TOKEN_LENGTH_MAX = 80;
const SECRET = /^[A-Za-z0-9_-]{24,}$/;
const TOKEN_IN_TEXT = /(\d{1,16})(:|%3A)[A-Za-z0-9_-]{24,}/gi;

/**
 * Reads the bot's id out of a token and says what is wrong with one that Telegram could not have
 * issued: the id is a positive number without leading zeros, then a colon, then at least 24
 * characters of base64url; 80 characters at most. Whether the token is still valid only
 * `getMe` can tell.
 * @see https://core.telegram.org/bots/api#authorizing-your-bot
 */
export function parseBotToken(text: string): ParsedBotToken {
  const colon = text.indexOf(":");
  if (colon < 0) return refuse("a bot token looks like 123456:ABC…, and this one has no colon");
  const id = text.slice(0, colon);
  if (!/^[1-9]\d*$/.test(id) || !Number.isSafeInteger(Number(id)))
    return refuse("the part of a bot token before the colon is the bot's id, a positive number");
  if (!SECRET.test(text.slice(colon + 1)))
    return refuse(
      "the part of a bot token after the colon has at least 24 characters out of A-Z a-z 0-9 _ -",
    );
  if (text.length > TOKEN_LENGTH_MAX)
    return refuse(`a bot token has at most ${TOKEN_LENGTH_MAX} characters`);
  return { ok: true, botId: Number(id) };
}

/**
 * `text` with the secret half of every bot token replaced by `[secret]`; the bot's id stays, for
 * it tells the operator which bot a line is about. For what others wrote and we want to print.
 */
export function redactToken(text: string): string {
  return text.replaceAll(TOKEN_IN_TEXT, "$1$2[secret]");
}

function refuse(reason: string): ParsedBotToken {
  return { ok: false, reason };
}
