import type { UpdateKind } from "@hookgram/bot-api";

import { RuntimeError } from "../error.ts";
import { conversationKey } from "../lanes/conversation-key.ts";
import { callPatiently } from "../patient-call.ts";
import { Poller } from "../polling/poller.ts";
import { wholeNumber } from "../whole-number.ts";
import { BotRunner, type RunOptions } from "./bot-runner.ts";
import { createHandle, type Handle } from "./handle.ts";
import { toPlace } from "./set-webhook.ts";

/** Options of {@link poll}. */
export interface PollOptions extends RunOptions {
  /**
   * Delete the bot's webhook, if it has one; updates that wait at Telegram stay there. Default false:
   * a webhook is an error, because it may be the one in production.
   */
  readonly deleteWebhook?: boolean | undefined;
  /** Default: the kinds that the bot has handlers for. */
  readonly allowedUpdates?: readonly UpdateKind[] | undefined;
  /** How long Telegram waits for an update before it answers a call, 1 to 50 s. Default 30. */
  readonly timeoutSeconds?: number | undefined;
  /** Updates per call, 1 to 100. Default 100. */
  readonly limit?: number | undefined;
}

const TIMEOUT_SECONDS = 30;
const LIMIT = 100;

/**
 * Runs the bot by long polling, for machines that Telegram cannot reach. Handlers see no difference
 * from a webhook, and the guarantees are the same: an update is confirmed to Telegram only when it is
 * on disk.
 *
 * Only one process can poll for a bot. With a second one, both log that and keep trying.
 * @throws RuntimeError `bad-options`. `ready` rejects with `webhook-active`, `token-refused`,
 * `telegram-refused`, `telegram-unreachable`, `start-hook-failed` or what the store says.
 * @see https://core.telegram.org/bots/api#getupdates
 */
export function poll(options: PollOptions): Handle {
  const { timeoutSeconds: seconds = TIMEOUT_SECONDS, limit: most = LIMIT } = options;
  const timeoutSeconds = wholeNumber("timeoutSeconds", seconds, { min: 1, max: 50 });
  const limit = wholeNumber("limit", most, { min: 1, max: 100 });
  const runner = new BotRunner(options);
  const polling = new AbortController();
  let poller: Poller | undefined;
  let ended: Promise<void> | undefined;
  return createHandle({
    runner,
    start: async (signal) => {
      const inbox = await runner.start(signal);
      await assertNoWebhook(runner, options.deleteWebhook ?? false, signal);
      const { api, botId, clock, random, logger } = runner;
      const allowedUpdates = options.allowedUpdates ?? options.bot.allowedUpdates;
      const laneKey = options.laneKey ?? conversationKey;
      const client = { api, botId, inbox, clock, random, logger };
      poller = new Poller({ ...client, allowedUpdates, laneKey, timeoutSeconds, limit });
      ended = poller.run(polling.signal);
    },
    stop: async (drainMs) => {
      polling.abort();
      await ended;
      return runner.stop(drainMs);
    },
    stats: () => ({
      engine: runner.stats(),
      ...(poller === undefined ? {} : { poller: poller.stats() }),
    }),
  });
}

async function assertNoWebhook(
  runner: BotRunner,
  mayDelete: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { api, logger } = runner;
  const patience = runner.patience(signal);
  const info = await callPatiently(
    "getWebhookInfo",
    (aborted) => api.getWebhookInfo({}, { signal: aborted }),
    patience,
  );
  if (info.url === "") return;
  const place = toPlace(info.url);
  if (!mayDelete) {
    const mend = "run it by webhook, or delete the webhook first (option deleteWebhook)";
    throw new RuntimeError("webhook-active", `the bot has a webhook at ${place}; ${mend}`);
  }
  await callPatiently(
    "deleteWebhook",
    (aborted) => api.deleteWebhook({}, { signal: aborted }),
    patience,
  );
  logger.warn({ place }, "deleted the bot's webhook to poll instead");
}
