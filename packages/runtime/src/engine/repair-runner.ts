import type { Clock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import type { Store } from "../store/store.ts";

export interface RepairRunnerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How often to look for repairs that another node has begun, or left behind when it died. */
const LOOK_MS = 10_000;

/** Delay after the store was unavailable. */
const RETRY_MS = 1_000;

/** Least time between two steps, so that at a high rate each has several dead letters to process. */
const STEP_MS = 50;

/**
 * Carries out running repairs, each at its rate.
 *
 * States: made → started → stopped. The store keeps what a repair has done together with each dead
 * letter, so a stop or a crash only interrupts it: the engine that looks next goes on.
 */
export class RepairRunner {
  readonly #options: RepairRunnerOptions;
  readonly #known = new Set<number>();
  #cancel: (() => void) | undefined;
  #state: "made" | "started" | "stopped" = "made";
  #isLooking = false;
  #isPoked = false;

  constructor(options: RepairRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#state = "started";
    this.#later(0);
  }

  /** Looks at once, because a repair was started. */
  poke(): void {
    this.#isPoked = true;
    if (this.#state === "started" && !this.#isLooking) this.#later(0);
  }

  stop(): void {
    this.#state = "stopped";
    this.#cancel?.();
  }

  #later(delayMs: number): void {
    this.#cancel?.();
    this.#cancel = this.#options.clock.after(delayMs, () => {
      this.#isLooking = true;
      this.#isPoked = false;
      void this.#lookSafely().then((nextMs) => {
        this.#isLooking = false;
        if (this.#state === "started") this.#later(this.#isPoked ? 0 : nextMs);
      });
    });
  }

  async #lookSafely(): Promise<number> {
    try {
      return await this.#look();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (this.#state === "started")
        this.#options.logger.warn({ error: message }, "repairs wait for the store");
      return RETRY_MS;
    }
  }

  /** Carries out one step of each running repair. Resolves to the delay before the next look. */
  async #look(): Promise<number> {
    const { store, clock } = this.#options;
    const running = await store.repairs.running();
    let nextAtMs = clock.now() + LOOK_MS;
    for (const id of new Set([...running, ...this.#known])) {
      const step = await store.repairs.step(id, clock.now());
      if (step.status === "running") {
        if (!this.#known.has(id)) this.#options.logger.info({ repair: id }, "a repair goes on");
        this.#known.add(id);
        nextAtMs = Math.min(nextAtMs, step.nextAtMs);
      } else if (this.#known.delete(id)) await this.#report(id);
    }
    return Math.max(STEP_MS, nextAtMs - clock.now());
  }

  async #report(id: number): Promise<void> {
    const repair = await this.#options.store.repairs.get(id);
    if (repair === undefined) return;
    const { status, action, total, applied, gone, undecided, pending } = repair;
    const counts = { total, applied, gone, undecided, pending };
    this.#options.logger.info({ repair: id, action, ...counts }, `a repair is ${status}`);
  }
}
