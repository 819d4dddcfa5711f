import { BotApiError } from "@hookgram/bot-api";

/** Telegram refused the call (400), and its words contain these. It has no finer code for reasons. */
export function isRefusedWith(error: unknown, words: string): boolean {
  return (
    error instanceof BotApiError && error.errorCode === 400 && error.description.includes(words)
  );
}
