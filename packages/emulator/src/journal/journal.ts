import type { Clock } from "@hookgram/bot-api";
import type { JournalEntry, JournalEvent } from "./journal-entry.ts";
import { redactTokens } from "./redact-tokens.ts";

export interface JournalOptions {
  readonly clock: Clock;
  /** How many entries are kept; the oldest leave first. Default 10 000. */
  readonly entriesMax?: number;
}

/** A part of the journal, oldest first. */
export interface JournalPage {
  readonly entries: readonly JournalEntry[];
  /** Pass it as `after` to read on. */
  readonly cursor: number;
}

const ENTRIES_MAX_DEFAULT = 10_000;
const PAGE_MAX = 1_000;

/**
 * Everything that happened, in order. It lives in memory and starts empty with the process.
 *
 * **Invariant:** `seq` rises by one per entry and never restarts, not even at `clear()`, so that a
 * cursor stays valid. **Invariant:** no entry contains a bot token.
 */
export class Journal {
  readonly #clock: Clock;
  readonly #entriesMax: number;
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  #entries: JournalEntry[] = [];
  #lastSeq = 0;

  constructor(options: JournalOptions) {
    this.#clock = options.clock;
    this.#entriesMax = options.entriesMax ?? ENTRIES_MAX_DEFAULT;
  }

  /** The number of the newest entry; 0 before the first. */
  get cursor(): number {
    return this.#lastSeq;
  }

  /** Writes an entry and tells the subscribers. */
  append(event: JournalEvent): JournalEntry {
    this.#lastSeq += 1;
    const entry: JournalEntry = redactTokens({
      seq: this.#lastSeq,
      at_ms: this.#clock.now(),
      ...event,
    });
    this.#entries.push(entry);
    // Cutting only at twice the limit keeps the cost of an entry constant.
    if (this.#entries.length >= 2 * this.#entriesMax) {
      this.#entries = this.#entries.slice(-this.#entriesMax);
    }
    for (const listener of this.#listeners) listener(entry);
    return entry;
  }

  /** The entries after the cursor `after`, oldest first, at most `limit` (1 to 1000). */
  read(after = 0, limit = PAGE_MAX): JournalPage {
    const kept = this.#entries.slice(-this.#entriesMax);
    const firstSeq = this.#lastSeq - kept.length + 1;
    const start = Math.max(0, after + 1 - firstSeq);
    const entries = kept.slice(start, start + Math.max(1, Math.min(limit, PAGE_MAX)));
    return { entries, cursor: entries.at(-1)?.seq ?? this.#lastSeq };
  }

  /** Calls `listener` with every new entry, at once; the returned function ends that. */
  subscribe(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets the entries. */
  clear(): void {
    this.#entries = [];
  }
}
