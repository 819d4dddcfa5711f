import { BotApiError } from "@hookgram/bot-api";

import type { SendFailure } from "../store/outbox/outbox-store.ts";

/** What a failed call means for the send. */
export type Verdict =
  /** 429: so long. */
  | { readonly is: "limited"; readonly delayMs: number }
  /** The token is refused: nothing of the bot can be sent. */
  | { readonly is: "token-refused" }
  | { readonly is: "moved"; readonly chatId: number }
  /** It will never work. */
  | { readonly is: "refused"; readonly reason: SendFailure }
  /** It may work later. `ambiguous`: it may have worked already. */
  | { readonly is: "passing"; readonly ambiguous: boolean };

/** A 429 without a time. */
const DELAY_MS = 1_000;

/** Telegram's words, which are the same since years, by what they mean. */
const FORBIDDEN: readonly (readonly [RegExp, SendFailure])[] = [
  [/bot was blocked by the user/i, "blocked"],
  [/user is deactivated/i, "deactivated"],
  [/can't initiate conversation/i, "not-started"],
  [/bot was kicked|bot is not a (member|participant)/i, "kicked"],
];

/** @see https://core.telegram.org/bots/api#making-requests */
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

/** An unknown method is a 404 too, but only it is at fault then. */
function isTokenRefused(errorCode: number, description: string): boolean {
  return errorCode === 401 || (errorCode === 404 && !/method/i.test(description));
}

function reasonOf(errorCode: number, description: string): SendFailure {
  if (errorCode === 403) {
    return FORBIDDEN.find(([words]) => words.test(description))?.[1] ?? "forbidden";
  }
  return /chat not found|PEER_ID_INVALID/i.test(description) ? "chat-not-found" : "refused";
}
