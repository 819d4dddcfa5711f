import type { Clock } from "@hookgram/bot-api";

import type { LaneMemory } from "../lanes/lane-memory.ts";
import type { LaneRunner } from "../lanes/lane-runner.ts";
import type { OutboxService } from "../outbox/outbox-service.ts";
import type { AttemptRunner } from "./attempt-runner.ts";
import type { BotHooks } from "./bot-hooks.ts";
import type { StopReport } from "./engine.ts";

/** Only commits follow an abort. A store that does not answer them is not waited for any longer. */
const ABORT_GRACE_MS = 1_000;

/** With the handle's drain and the grace above, a stop stays within the 10 s that Docker gives. */
const HOOKS_GRACE_MS = 1_000;

export interface EngineDrainOptions {
  readonly clock: Clock;
  readonly attempts: AttemptRunner;
  readonly runner: LaneRunner;
  readonly memory: LaneMemory;
  readonly outbox: OutboxService;
  readonly hooks: BotHooks;
}

/**
 * Ends an engine in which nothing begins any more.
 *
 * First, attempts and sends end by themselves. Then attempts that were counted and did not run are
 * taken back, the bots' stop hooks run, and finally the outbox stops, which the hooks may still use.
 * All of it has time until {@link EngineDrain.cutShort}, and each step a short grace after that.
 */
export class EngineDrain {
  readonly #options: EngineDrainOptions;
  #aborted = 0;
  #isCutShort = false;
  /** What has to happen if the time is over at this point. */
  #whenCutShort: () => void = () => {};

  constructor(options: EngineDrainOptions) {
    this.#options = options;
  }

  /** The time is over. */
  cutShort(): void {
    this.#isCutShort = true;
    this.#whenCutShort();
  }

  /** Aborts every running attempt. */
  abort(): void {
    this.#aborted += this.#options.attempts.abortAll();
  }

  /** Never rejects. */
  async run(): Promise<Omit<StopReport, "left">> {
    const { attempts, runner, outbox } = this.#options;
    const running = runner.running;
    await this.#quiet();
    await this.#takeBack();
    attempts.leave();
    await this.stopHooks({ isLate: this.#isCutShort });
    await outbox.stop();
    const aborted = Math.min(this.#aborted, running);
    return { finished: running - aborted, aborted };
  }

  /** Runs the stop hooks in what is left of the time, and a short grace. `isLate`: nothing is left. */
  async stopHooks({ isLate }: { readonly isLate: boolean }): Promise<void> {
    const { clock, hooks } = this.#options;
    const late = new AbortController();
    let cancel: (() => void) | undefined;
    const limit = (): void => {
      const reason = new Error("the runtime does not wait for it any longer");
      cancel ??= clock.after(HOOKS_GRACE_MS, () => late.abort(reason));
    };
    this.#whenCutShort = limit;
    if (isLate) limit();
    await hooks.stop(late.signal);
    this.#whenCutShort = () => {};
    cancel?.();
  }

  /** Waits until all attempts and sends have ended, or until the time and a grace are over. */
  async #quiet(): Promise<void> {
    const { clock, runner, outbox } = this.#options;
    const { promise: graceOver, resolve: giveUp } = Promise.withResolvers<void>();
    let cancel: (() => void) | undefined;
    const abort = (): void => {
      this.abort();
      cancel ??= clock.after(ABORT_GRACE_MS, giveUp);
    };
    this.#whenCutShort = abort;
    if (this.#isCutShort) abort();
    await Promise.race([Promise.all([runner.quiet(), outbox.drain()]), graceOver]);
    this.#whenCutShort = () => {};
    cancel?.();
  }

  async #takeBack(): Promise<void> {
    const { runner, memory } = this.#options;
    try {
      await runner.takeBack(memory.counted());
    } catch {
      // If the store is away, the attempts stay counted, as if the process had died.
    }
  }
}
