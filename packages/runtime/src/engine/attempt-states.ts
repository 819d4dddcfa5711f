import type { StateRecord, StateSession } from "hookgram";

import { patchBetween, type StatePatch } from "../event-log/state-patch.ts";
import type { StateWrite } from "../store/store.ts";
import type { CachedState, StateCache } from "./state-cache.ts";

/** Conversation state as one attempt sees it: what it has read first, and written since. */
export class AttemptStates implements StateSession {
  readonly #cache: StateCache;
  readonly #assertRunning: () => void;
  readonly #read = new Map<string, CachedState>();
  readonly #written = new Map<string, StateRecord | undefined>();

  /** `assertRunning` throws once the attempt is over. */
  constructor(cache: StateCache, assertRunning: () => void) {
    this.#cache = cache;
    this.#assertRunning = assertRunning;
  }

  async read(key: string): Promise<StateRecord | undefined> {
    this.#assertRunning();
    if (this.#written.has(key)) return copy(this.#written.get(key));
    const read = this.#read.get(key) ?? (await this.#cache.read(key));
    if (!this.#read.has(key)) this.#read.set(key, read);
    // The handler may have written it while it was read.
    if (this.#written.has(key)) return copy(this.#written.get(key));
    return read.text === undefined ? undefined : (JSON.parse(read.text) as StateRecord);
  }

  /** @throws TypeError when the data is not JSON; RuntimeError `attempt-over`. */
  write(key: string, record: StateRecord | undefined): void {
    this.#assertRunning();
    this.#written.set(key, copy(record));
  }

  /** The writes for the commit. */
  writes(): readonly StateWrite[] {
    return [...this.#written].map(([key, record]) => ({
      key,
      record,
      expectedVersion: this.#read.get(key)?.version,
    }));
  }

  /** How written records differ from what was read, where that is shorter than the records. */
  patches(): ReadonlyMap<string, StatePatch> {
    const patches = new Map<string, StatePatch>();
    for (const [key, record] of this.#written) {
      const read = this.#read.get(key);
      const patch = read && patchBetween(read, record);
      if (patch !== undefined) patches.set(key, patch);
    }
    return patches;
  }

  /** The keys that were read from the store or the cache. */
  keys(): Iterable<string> {
    return this.#read.keys();
  }
}

function copy(record: StateRecord | undefined): StateRecord | undefined {
  return record === undefined ? undefined : (JSON.parse(JSON.stringify(record)) as StateRecord);
}
