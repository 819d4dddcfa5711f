import { BotApiError } from "@hookgram/bot-api";
import { RuntimeError, type RuntimeErrorCode } from "@hookgram/runtime";

import { errorToLine } from "./cli-error.ts";

/** What to do at a terminal, where the runtime's own advice speaks of its options. */
const MENDS: Partial<Readonly<Record<RuntimeErrorCode, string>>> = {
  "webhook-active":
    "set WEBHOOK_URL to serve by webhook, or remove it with `hookgram webhook delete`",
  "port-in-use": "stop the process that has it, or choose with --port",
  "undecided-effects": "decide it with --repeat KEY, or --happened KEY=JSON",
  "not-durable": "switch it on, or allow it with --allow-not-durable",
  "store-in-use": "stop it, or choose another place with --store or --data",
};

/** The line that a person at the terminal sees for what made the command fail. */
export function explainError(error: unknown): string {
  if (error instanceof BotApiError) return errorToLine(explainCall(error));
  const mend = error instanceof RuntimeError ? MENDS[error.code] : undefined;
  if (mend === undefined) return errorToLine(error);
  const [what = ""] = errorToLine(error).split("; ");
  return `${what}; ${mend}`;
}

function explainCall({ code, errorCode, description, message }: BotApiError): string {
  if (code === "network" || code === "timeout") return `Telegram cannot be reached: ${description}`;
  // Telegram answers 404 to what does not even look like a token.
  if (errorCode === 401 || errorCode === 404) {
    return "Telegram refused the bot's token; check BOT_TOKEN, or get a new one from @BotFather";
  }
  return message;
}
