import { redactToken } from "./bot-token.ts";
import type { MethodName } from "./methods.ts";

/** Why a call failed, as a closed list. */
export const BOT_API_ERROR_CODES = [
  /** Telegram answered and refused; `errorCode` and `description` are its words. */
  "telegram",
  /** No answer came: the connection failed or broke. */
  "network",
  /** No complete answer came within `timeoutMs`. */
  "timeout",
  /** The caller's `signal` was aborted. */
  "aborted",
  /** An answer came that is not the Bot API's JSON, such as a proxy's error page. */
  "bad-answer",
  /** A file to upload could not be read, or a file to download is not there for HTTP. */
  "file",
  /** The options or parameters cannot be sent at all; nothing was sent. */
  "bad-request",
] as const;

/** @see {@link BOT_API_ERROR_CODES} */
export type BotApiErrorCode = (typeof BOT_API_ERROR_CODES)[number];

/** What a `BotApiError` says besides its code. */
export interface BotApiErrorDetails {
  readonly code: BotApiErrorCode;
  /** The method that was called; `download` and `createBotApi` are this package's own. */
  readonly method: MethodName | "download" | "createBotApi";
  /** Telegram's text, or ours where Telegram said nothing. Tokens in it are blacked out. */
  readonly description: string;
  /** HTTP status, when an answer came. */
  readonly status?: number | undefined;
  /** Telegram's `error_code`, for the code `telegram`. */
  readonly errorCode?: number | undefined;
  /** How long Telegram asks to wait, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** The supergroup that the group became; its id is to be used from now on. */
  readonly migrateToChatId?: number | undefined;
  /** See {@link BotApiError.ambiguous}. */
  readonly ambiguous: boolean;
}

/**
 * The one error of this package: every failed call and download rejects with it.
 *
 * **Invariant:** no property, the message and the stack included, holds the bot's token. There is
 * no `cause`, because the errors of `fetch` may hold the URL, and the URL holds the token.
 * @see https://core.telegram.org/bots/api#making-requests
 */
export class BotApiError extends Error {
  override readonly name = "BotApiError";
  readonly code: BotApiErrorCode;
  readonly method: BotApiErrorDetails["method"];
  readonly description: string;
  readonly status: number | undefined;
  readonly errorCode: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly migrateToChatId: number | undefined;
  /**
   * True when Telegram may have carried out the call although it failed here: the answer got lost,
   * came too late or was a 5xx. False when nothing was sent or Telegram refused.
   * The Bot API has no idempotency key, so a repetition of such a call may send a message twice.
   */
  readonly ambiguous: boolean;

  constructor(details: BotApiErrorDetails) {
    const description = redactToken(details.description);
    super(`${details.method}: ${description}`);
    this.code = details.code;
    this.method = details.method;
    this.description = description;
    this.status = details.status;
    this.errorCode = details.errorCode;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.migrateToChatId = details.migrateToChatId;
    this.ambiguous = details.ambiguous;
  }
}
