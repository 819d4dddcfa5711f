import { type Clock, sleep } from "@hookgram/bot-api";

import type { LogQuery } from "../store/event-log-store.ts";
import type { Store } from "../store/store.ts";
import type { LogEntry } from "./log-event.ts";
import { readEntry } from "./read-entry.ts";

/** What a subscription follows. */
export interface FollowOptions extends Omit<LogQuery, "untilMs" | "limit"> {
  /** Ends the subscription. */
  readonly signal: AbortSignal;
}

/** Between two looks for what other nodes have written; what this one writes is told at once. */
const LOOK_MS = 500;

/**
 * Reads the log of what attempts did: by update, by the lane of a conversation, by time.
 *
 * It holds nothing; any number of readers and subscriptions may use it.
 */
export class EventLog {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();

  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * One page, oldest first; for the next one, give the last entry's `cursor` as `after`.
   * @throws RuntimeError `bad-options`, or what the store says; UnreadableEntryError.
   */
  async read(query: LogQuery = {}): Promise<readonly LogEntry[]> {
    return (await this.#store.eventLog.read(query)).map((row) => readEntry(row));
  }

  /** All pages, one after the other. */
  async *readAll(query: LogQuery = {}): AsyncGenerator<LogEntry, void, void> {
    for (let { after } = query; ;) {
      const page = await this.read({ ...query, after });
      if (page.length === 0) return;
      yield* page;
      after = page.at(-1)!.cursor;
    }
  }

  /** As {@link EventLog.readAll}, and then whatever is committed, until the signal aborts. */
  async *follow({ signal, ...query }: FollowOptions): AsyncGenerator<LogEntry, void, void> {
    for (let { after } = query; !signal.aborted;) {
      const page = await this.read({ ...query, after });
      yield* page;
      after = page.at(-1)?.cursor ?? after;
      if (page.length === 0) await this.#news(signal);
    }
  }

  /** This process has added to the log. */
  wake(): void {
    for (const wake of this.#waiting) wake();
  }

  async #news(signal: AbortSignal): Promise<void> {
    const woken = Promise.withResolvers<void>();
    this.#waiting.add(woken.resolve);
    const looking = new AbortController();
    const look = sleep(this.#clock, LOOK_MS, AbortSignal.any([signal, looking.signal]));
    await Promise.race([woken.promise, look.catch(() => {})]);
    this.#waiting.delete(woken.resolve);
    looking.abort();
  }
}
