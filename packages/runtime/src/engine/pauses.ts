import type { Clock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";

import { insist } from "../lanes/insist.ts";
import type { Pause } from "../store/pause-store.ts";
import type { Store } from "../store/store.ts";

export interface PausesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when lanes that were held may go on. */
  readonly changed: () => void;
  /** Called when the store failed for good. */
  readonly failed: (error: unknown) => void;
}

/**
 * The pauses that are in force, as this process knows them.
 *
 * **Invariant:** they are what the store said last: nothing is paused here that is not on disk.
 */
export class Pauses {
  readonly #options: PausesOptions;
  #list: readonly Pause[] = [];
  readonly #bots = new Set<number>();
  readonly #lanes = new Set<string>();
  #last: Promise<void> = Promise.resolve();

  constructor(options: PausesOptions) {
    this.#options = options;
  }

  get list(): readonly Pause[] {
    return this.#list;
  }

  /** Whether a pause forbids attempts at updates of this bot in this lane. */
  holds(botId: number, lane: string): boolean {
    // This is asked for every update, and usually nothing is paused.
    return this.#list.length > 0 && (this.#bots.has(botId) || this.#lanes.has(lane));
  }

  /** Reads the pauses for the first time. Rejects with what the store rejects with. */
  async load(): Promise<void> {
    this.#set(await this.#options.store.pauses.list());
  }

  /** Reads the pauses again, until the store answers. Never rejects. */
  refresh(): Promise<void> {
    // One read at a time, so that the newest one is applied last.
    this.#last = this.#last.then(() => this.#refresh());
    return this.#last;
  }

  async #refresh(): Promise<void> {
    const { store, clock, changed, failed } = this.#options;
    try {
      this.#set(await insist(clock, () => store.pauses.list()));
    } catch (error) {
      return failed(error);
    }
    changed();
  }

  #set(list: readonly Pause[]): void {
    const { logger } = this.#options;
    if (list.length > 0) logger.info({ paused: list }, "handling is paused in part");
    else if (this.#list.length > 0) logger.info({}, "nothing is paused any more");
    this.#list = list;
    this.#bots.clear();
    this.#lanes.clear();
    for (const pause of list) {
      if ("lane" in pause) this.#lanes.add(pause.lane);
      else this.#bots.add(pause.botId);
    }
  }
}
