import { BotApiError, type Clock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import { errorText } from "../error-text.ts";
import { retryDelayMs } from "../retry-delay.ts";
import type { ClaimedSend, SendEnd } from "../store/outbox/outbox-store.ts";
import { classifyFailure } from "./classify-failure.ts";
import type { FloodScopes } from "./flood-scopes.ts";

export interface SendJudgeOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly scopes: FloodScopes;
  /** How long a send may fail before it is given up. */
  readonly giveUpAfterMs: number;
}

/** First and longest wait between two attempts at one send. */
const RETRY = { retryDelayMs: 500, retryDelayMaxMs: 60_000 };

/** Delay after a refused token: somebody may have replaced it by then. */
const TOKEN_RETRY_MS = 60_000;

/** Telegram waits in whole seconds; with jitter, chats that were limited together come back apart. */
const LIMIT_JITTER_MS = 500;

/** Decides how a send ends whose call has failed. */
export class SendJudge {
  readonly #options: SendJudgeOptions;

  constructor(options: SendJudgeOptions) {
    this.#options = options;
  }

  toEnd(send: ClaimedSend, error: unknown): SendEnd {
    const { random, scopes, logger } = this.#options;
    const verdict = classifyFailure(error);
    const text = toText(error);
    switch (verdict.is) {
      case "limited": {
        const delayMs = verdict.delayMs + random() * LIMIT_JITTER_MS;
        return { to: "limited", scope: scopes.limited(send.botId, send.lane), delayMs };
      }
      case "token-refused":
        logger.error({ botId: send.botId, error: text }, "Telegram refuses the bot's token");
        return { to: "limited", scope: "bot", delayMs: TOKEN_RETRY_MS };
      case "moved":
        return String(verdict.chatId) === send.lane
          ? { to: "failed", reason: "refused", error: text }
          : { to: "moved", lane: String(verdict.chatId) };
      case "refused":
        return { to: "failed", reason: verdict.reason, error: text };
      case "passing":
        return this.#toRepetition(send, { error, text, ambiguous: verdict.ambiguous });
    }
  }

  #toRepetition(
    send: ClaimedSend,
    failure: { readonly error: unknown; readonly text: string; readonly ambiguous: boolean },
  ): SendEnd {
    const { clock, random, logger, giveUpAfterMs } = this.#options;
    const { error, text, ambiguous } = failure;
    const fields = { id: send.id, botId: send.botId, lane: send.lane, error: text };
    if (ambiguous && send.parks) {
      logger.warn(fields, "parked a send that may have reached Telegram");
      return { to: "parked", error: text };
    }
    const since = send.failingSinceMs;
    if (since !== undefined && clock.now() - since >= giveUpAfterMs) {
      return { to: "failed", reason: "gave-up", error: text };
    }
    if (ambiguous) logger.warn(fields, "repeats a send that may have reached Telegram");
    const delayMs = retryDelayMs(send.failures + 1, error, { ...RETRY, random });
    return { to: "again", delayMs, doubtful: ambiguous, error: text };
  }
}

/** Telegram's description, or else the error with its stack, for whoever has to find the cause. */
function toText(error: unknown): string {
  return error instanceof BotApiError ? error.description : errorText(error);
}
