import type { Clock } from "@hookgram/bot-api";

import type { LaneMemory } from "../lanes/lane-memory.ts";
import type { LaneRunner } from "../lanes/lane-runner.ts";
import type { OutboxService } from "../outbox/outbox-service.ts";
import type { AttemptRunner } from "./attempt-runner.ts";
import type { BotHooks } from "./bot-hooks.ts";
import type { StopReport } from "./engine.ts";

/**
 * What each step may take once the time is over. Together with what a silent store takes to be
 * closed they are less than 2 s: with the handle's drain of 8 s, a stop is within the 10 s that
 * Docker gives.
 *
 * Only commits follow an abort, and only one commit takes attempts back. A store that does not
 * answer them is not waited for any longer.
 */
const ABORT_GRACE_MS = 1_000;
const TAKE_BACK_GRACE_MS = 200;
const HOOKS_GRACE_MS = 500;

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
 * taken back, the bots' stop hooks run, and finally the outbox stops, which the hooks may still
 * use. All of it has time until {@link EngineDrain.cutShort}, and each step a short grace after
 * that.
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
    if (this.#isCutShort) return;
    this.#isCutShort = true;
    this.abort();
    this.#options.outbox.abort();
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
    // The time may have been over before the engine had started.
    if (this.#isCutShort) this.abort();
    await this.#within(Promise.all([runner.quiet(), outbox.drain()]), ABORT_GRACE_MS);
    await this.#within(this.#takeBack(), TAKE_BACK_GRACE_MS);
    attempts.leave();
    await this.stopHooks({ isLate: this.#isCutShort });
    await outbox.stop({ isLate: this.#isCutShort });
    const aborted = Math.min(this.#aborted, running);
    return { finished: running - aborted, aborted };
  }

  /**
   * Runs the stop hooks in what is left of the time, and a short grace. `isLate`: nothing is left.
   */
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

  /** Waits for it in what is left of the time, and a grace after that. */
  async #within(work: Promise<unknown>, graceMs: number): Promise<void> {
    let cancel: () => void = () => {};
    const late = new Promise<void>((resolve) => {
      this.#whenCutShort = () => (cancel = this.#options.clock.after(graceMs, resolve));
      if (this.#isCutShort) this.#whenCutShort();
    });
    await Promise.race([work, late]);
    this.#whenCutShort = () => {};
    cancel();
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
