import type { Clock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import type { EngineBot } from "../engine/engine.ts";
import { errorText } from "../error-text.ts";
import type { OutboxStore } from "../store/outbox/outbox-store.ts";
import { Sweeper } from "../sweeper.ts";
import { wholeNumber } from "../whole-number.ts";
import { limitCalls } from "./limit-calls.ts";
import type { FailedSend, Outbox, OutboxOptions } from "./outbox.ts";
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

/** Rows of each kind that one batch of retention removes at most. */
const SWEEP_ROWS = 500;

/** Only a commit follows an abort. A store that does not answer is not waited for any longer. */
const ABORT_GRACE_MS = 1_000;

/** An engine's outbox and all that runs for it: the sender, the limits on calls, retention. */
export class OutboxService {
  /** What programs enqueue, look at and decide by. */
  readonly outbox: Outbox;
  readonly #options: OutboxServiceOptions;
  readonly #sender: OutboxSender;
  readonly #sweeper: Sweeper;

  /** @throws RuntimeError `bad-options` */
  constructor(options: OutboxServiceOptions) {
    const { store, bots, clock, random, logger, outbox } = options;
    this.#options = options;
    this.outbox = new StoreOutbox({ store: store.outbox, bots, changed: () => this.kick() });
    const endedWindowMs = positive("endedWindowMs", outbox.endedWindowMs ?? 7 * DAY_MS);
    this.#sweeper = new Sweeper({ clock, sweep: () => this.#sweep(endedWindowMs) });
    this.#sender = new OutboxSender({
      outbox: store.outbox,
      bots,
      clock,
      random,
      logger,
      limits: readLimits(outbox.limits),
      concurrencyMax: positive("concurrencyMax", outbox.concurrencyMax ?? CONCURRENCY_MAX),
      giveUpAfterMs: positive("giveUpAfterMs", outbox.giveUpAfterMs ?? DAY_MS),
      failed: (ended) => void this.#tellFailed(ended),
    });
  }

  /** The bot, whose calls keep the limits if that is wanted. */
  limited(bot: EngineBot): EngineBot {
    const { clock, outbox } = this.#options;
    if (outbox.limitCalls !== true) return bot;
    return { ...bot, api: limitCalls(bot.api, { botId: bot.id, sender: this.#sender, clock }) };
  }

  /** Carries out the sends of one more bot, which is in the list of the options as well. */
  add(bot: EngineBot): void {
    this.#sender.add(bot);
    this.kick();
  }

  /** Begins no more sends of this bot. */
  remove(botId: number): void {
    this.#sender.remove(botId);
  }

  start(): void {
    this.#sender.start();
    this.#sweeper.start();
  }

  /** Looks for something to send. */
  kick(): void {
    this.#sender.kick();
  }

  /** Begins nothing more. Resolves when the sends under way have ended. */
  async drain(): Promise<void> {
    this.#sweeper.stop();
    this.#sender.drain();
    await this.#sender.quiet();
  }

  /** Aborts the sends under way. That they were is recorded in what is left of the time. */
  abort(): void {
    if (this.#sender.inFlight > 0) this.#sender.abort();
  }

  /**
   * Aborts the sends under way, records that, and stops. `isLate`: they had their time for that after
   * {@link OutboxService.abort}.
   */
  async stop({ isLate }: { readonly isLate: boolean }): Promise<void> {
    this.#sweeper.stop();
    this.abort();
    if (!isLate) await this.#quietOrLate();
    this.#sender.stop();
  }

  async #quietOrLate(): Promise<void> {
    let cancel: () => void = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(ABORT_GRACE_MS, resolve);
    });
    await Promise.race([this.#sender.quiet(), late]);
    cancel();
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

  /** Removes one batch of ended sends. Resolves to whether more may be left. */
  async #sweep(endedWindowMs: number): Promise<boolean> {
    const { outbox } = this.#options.store;
    const times = outbox.times();
    const sweep = { ...times, endedBeforeMs: times.nowMs - endedWindowMs, limit: SWEEP_ROWS };
    return (await outbox.ask({ do: "sweep", sweep })) >= SWEEP_ROWS;
  }
}

/** The option `outbox.NAME`, which is at least 1. */
function positive(name: string, value: number): number {
  return wholeNumber(`outbox.${name}`, value, { min: 1 });
}
