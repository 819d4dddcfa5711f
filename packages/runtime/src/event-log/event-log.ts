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

/** How often to look for entries of other nodes; those of this one are noticed at once. */
const LOOK_MS = 500;

/**
 * Reads the log of what attempts did, by update, by lane (a conversation) or by time. Any number of
 * readers and subscriptions may use it at the same time.
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
   * One page, oldest first. For the next page, pass the `cursor` of the last entry as `after`.
   * @throws RuntimeError `bad-options`, or what the store rejects with; UnreadableEntryError.
   */
  async read(query: LogQuery = {}): Promise<readonly LogEntry[]> {
    return (await this.#store.eventLog.read(query)).map((row) => readEntry(row));
  }

  /** All entries, page by page. */
  async *readAll(query: LogQuery = {}): AsyncGenerator<LogEntry, void, void> {
    for (let { after } = query; ;) {
      const page = await this.read({ ...query, after });
      if (page.length === 0) return;
      yield* page;
      after = page.at(-1)!.cursor;
    }
  }

  /** As {@link EventLog.readAll}, and then every new entry, until the signal aborts. */
  async *follow({ signal, ...query }: FollowOptions): AsyncGenerator<LogEntry, void, void> {
    for (let { after } = query; !signal.aborted;) {
      const page = await this.read({ ...query, after });
      yield* page;
      after = page.at(-1)?.cursor ?? after;
      if (page.length === 0) await this.#news(signal);
    }
  }

  /** Called when this process has added an entry. */
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
