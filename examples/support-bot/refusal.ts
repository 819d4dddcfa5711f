import { BotApiError } from "@hookgram/bot-api";

/**
 * Gives Telegram's refusal (400 or 403) instead of throwing it: for calls whose "no" the bot can
 * live with, such as a message to somebody who has blocked it. Everything else is thrown on, and
 * the runtime tries the update again.
 */
export async function orRefusal<T>(call: Promise<T>): Promise<T | BotApiError> {
  try {
    return await call;
  } catch (error) {
    const refused = error instanceof BotApiError && error.code === "telegram";
    if (refused && (error.errorCode === 400 || error.errorCode === 403)) return error;
    throw error;
  }
}

export const isRefusal = (result: unknown): result is BotApiError => result instanceof BotApiError;
