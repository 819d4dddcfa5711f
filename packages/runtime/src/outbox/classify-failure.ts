import { BotApiError } from "@hookgram/bot-api";

import type { SendFailure } from "../store/outbox/outbox-store.ts";

/** What a failed call means for the send. */
export type Verdict =
  /** 429: Telegram wants the chat or the bot to wait. */
  | { readonly is: "limited"; readonly delayMs: number }
  /** Telegram refuses the token, so the bot can send nothing at all. */
  | { readonly is: "token-refused" }
  /** The group became a supergroup, which has another id. */
  | { readonly is: "moved"; readonly chatId: number }
  /** It will never work. */
  | { readonly is: "refused"; readonly reason: SendFailure }
  /** It may work later. `ambiguous`: it may have worked already. */
  | { readonly is: "passing"; readonly ambiguous: boolean };

/** The wait after a 429 that does not say how long. */
const DELAY_MS = 1_000;

/** Telegram's descriptions of a 403 and what they mean. They have not changed for years. */
const FORBIDDEN: readonly (readonly [RegExp, SendFailure])[] = [
  [/bot was blocked by the user/i, "blocked"],
  [/user is deactivated/i, "deactivated"],
  [/can't initiate conversation/i, "not-started"],
  [/bot was kicked|bot is not a (member|participant)/i, "kicked"],
];

/**
 * Tells from a call's error what becomes of its send.
 * @see https://core.telegram.org/bots/api#making-requests
 */
export function classifyFailure(error: unknown): Verdict {
  if (!(error instanceof BotApiError)) {
    const ambiguous = (error as { readonly ambiguous?: unknown } | null)?.ambiguous === true;
    return { is: "passing", ambiguous };
  }
  if (error.code === "file" || error.code === "bad-request") {
    return { is: "refused", reason: "refused" };
  }
  const { errorCode = 0, retryAfterSeconds, migrateToChatId, description, ambiguous } = error;
  if (error.code !== "telegram" || errorCode >= 500 || errorCode === 409) {
    return { is: "passing", ambiguous };
  }
  if (errorCode === 429 || retryAfterSeconds !== undefined) {
    const delayMs = retryAfterSeconds === undefined ? DELAY_MS : retryAfterSeconds * 1_000;
    return { is: "limited", delayMs };
  }
  if (isTokenRefused(errorCode, description)) return { is: "token-refused" };
  if (migrateToChatId !== undefined) return { is: "moved", chatId: migrateToChatId };
  return { is: "refused", reason: reasonOf(errorCode, description) };
}

/** A 404 is also Telegram's answer to an unknown method, which says nothing about the token. */
function isTokenRefused(errorCode: number, description: string): boolean {
  return errorCode === 401 || (errorCode === 404 && !/method/i.test(description));
}

function reasonOf(errorCode: number, description: string): SendFailure {
  if (errorCode === 403) {
    return FORBIDDEN.find(([words]) => words.test(description))?.[1] ?? "forbidden";
  }
  return /chat not found|PEER_ID_INVALID/i.test(description) ? "chat-not-found" : "refused";
}
