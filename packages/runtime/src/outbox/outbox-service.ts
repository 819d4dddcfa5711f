import type { Clock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import type { EngineBot } from "../engine/engine.ts";
import { errorText } from "../engine/error-text.ts";
import { RuntimeError } from "../error.ts";
import type { OutboxStore } from "../store/outbox/outbox-store.ts";
import { limitCalls } from "./limit-calls.ts";
import type { FailedSend, OutboxOptions } from "./outbox.ts";
import { type EndedSend, OutboxSender } from "./outbox-sender.ts";
import { readLimits } from "./send-limits.ts";
import { StoreOutbox } from "./store-outbox.ts";
import { chatOfLane } from "./to-new-send.ts";

export interface OutboxServiceOptions {
  readonly store: { readonly outbox: OutboxStore };
  readonly bots: readonly EngineBot[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly outbox: OutboxOptions;
}

const DAY_MS = 86_400_000;
const CONCURRENCY_MAX = 500;

/** Time between two looks at what is old, and rows of each kind per look. */
const SWEEP_MS = 60_000;
const SWEEP_ROWS = 500;

/** What follows an abort is one commit; a store that does not answer is not waited for longer. */
const ABORT_GRACE_MS = 1_000;

/** An engine's outbox with all that runs for it: the sender, the limiter of calls, retention. */
export class OutboxService extends StoreOutbox {
  readonly #options: OutboxServiceOptions;
  readonly #sender: OutboxSender;
  readonly #endedWindowMs: number;
  #cancelSweep: (() => void) | undefined;

  /** @throws RuntimeError `bad-options` */
  constructor(options: OutboxServiceOptions) {
    const { store, bots, clock, random, logger, outbox } = options;
    super({ store: store.outbox, bots });
    this.#options = options;
    this.#endedWindowMs = readMs("endedWindowMs", outbox.endedWindowMs, 7 * DAY_MS);
    this.#sender = new OutboxSender({
      outbox: store.outbox,
      bots,
      clock,
      random,
      logger,
      limits: readLimits(outbox.limits),
      concurrencyMax: readMs("concurrencyMax", outbox.concurrencyMax, CONCURRENCY_MAX),
      giveUpAfterMs: readMs("giveUpAfterMs", outbox.giveUpAfterMs, DAY_MS),
      failed: (ended) => void this.#tellFailed(ended),
    });
  }

  /** The bot with its calls under the limits, if that is wanted. */
  limited(bot: EngineBot): EngineBot {
    const { clock, outbox } = this.#options;
    if (outbox.limitCalls !== true) return bot;
    return { ...bot, api: limitCalls(bot.api, { botId: bot.id, sender: this.#sender, clock }) };
  }

  /** From now on its sends are carried out. It is in the options' list, too. */
  add(bot: EngineBot): void {
    this.#sender.add(bot);
    this.kick();
  }

  /** None of its sends begins any more. */
  remove(botId: number): void {
    this.#sender.remove(botId);
  }

  start(): void {
    this.#sender.start();
    this.#sweepLater(SWEEP_MS);
  }

  /** There may be something to send. */
  override kick(): void {
    this.#sender.kick();
  }

  /** Sends nothing more; resolves when what is under way has ended. */
  async drain(): Promise<void> {
    this.#cancelSweep?.();
    this.#sender.drain();
    await this.#sender.quiet();
  }

  /** Gives up what is under way, writes that down, and stops. */
  async stop(): Promise<void> {
    this.#cancelSweep?.();
    const isAborting = this.#sender.inFlight > 0;
    if (isAborting) this.#sender.abort();
    let cancel: () => void = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(ABORT_GRACE_MS, resolve);
    });
    await Promise.race([this.#sender.quiet(), late]);
    cancel();
    this.#sender.stop();
  }

  async #tellFailed({ send, end }: EndedSend): Promise<void> {
    const { outbox, logger } = this.#options;
    const { id, botId, lane, method, key, broadcastId } = send;
    const { reason, error } = end;
    if (broadcastId === undefined)
      logger.warn({ id, botId, lane, reason, error }, "a send has failed");
    const chatId = chatOfLane(lane);
    const failed: FailedSend = { id, botId, chatId, method, key, broadcastId, reason, error };
    try {
      await outbox.onFailed?.(failed);
    } catch (thrown) {
      logger.error({ id, botId, error: errorText(thrown) }, "onFailed has failed");
    }
  }

  #sweepLater(delayMs: number): void {
    this.#cancelSweep = this.#options.clock.after(delayMs, () => {
      this.#sweep().then(
        (removed) => this.#sweepLater(removed >= SWEEP_ROWS ? 0 : SWEEP_MS),
        // The store is unavailable: what is old can wait.
        () => this.#sweepLater(SWEEP_MS),
      );
    });
  }

  #sweep(): Promise<number> {
    const { outbox } = this.#options.store;
    const times = outbox.times();
    const sweep = { ...times, endedBeforeMs: times.nowMs - this.#endedWindowMs, limit: SWEEP_ROWS };
    return outbox.ask({ do: "sweep", sweep });
  }
}

function readMs(name: string, value: number | undefined, fallback: number): number {
  const read = value ?? fallback;
  if (Number.isSafeInteger(read) && read >= 1) return read;
  const rule = `outbox.${name} is a whole number of at least 1`;
  throw new RuntimeError("bad-options", `${rule}; got ${String(read)}`);
}
