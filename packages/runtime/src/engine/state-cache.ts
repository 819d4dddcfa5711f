import type { StateRecord, StateSession } from "hookgram";

import { patchBetween, type StatePatch } from "../event-log/state-patch.ts";
import type { StateWrite, Store } from "../store/store.ts";

/** A record as text, so that nobody who got it can change what the next one gets. */
interface Cached {
  readonly version: number;
  readonly text: string | undefined;
}

/**
 * Conversation state as the last commit left it.
 *
 * **Invariant:** what is cached is what is committed: every commit of this process replaces it, and
 * no other process writes. A read that was on its way during a commit is not kept. Of a store that
 * processes share nothing is cached: a conversation that comes back from another node would be
 * handled in a state that it is not in any more, and an attempt that only reads would never know.
 *
 * Should it be wrong all the same, the commit's comparison of versions finds out, and
 * {@link StateCache.forget} has it read again.
 */
export class StateCache {
  readonly #store: Store;
  readonly #recordsMax: number;
  /** In the order of use: the first was not used for the longest time. */
  readonly #cached = new Map<string, Cached>();
  readonly #reading = new Map<string, Promise<Cached>>();

  constructor(store: Store, recordsMax: number) {
    this.#store = store;
    this.#recordsMax = recordsMax;
  }

  /** Never rejects with anything but what the store rejects with. */
  read(key: string): Promise<Cached> {
    if (this.#store.isShared) return this.#readFromStore(key);
    const cached = this.#cached.get(key);
    if (cached !== undefined) {
      this.#keep(key, cached);
      return Promise.resolve(cached);
    }
    const known = this.#reading.get(key);
    if (known !== undefined) return known;
    const reading = this.#readFromStore(key);
    this.#reading.set(key, reading);
    const keep = (read: Cached | undefined): void => {
      if (this.#reading.get(key) !== reading) return;
      this.#reading.delete(key);
      if (read !== undefined) this.#keep(key, read);
    };
    reading.then(keep, () => keep(undefined));
    return reading;
  }

  /** These writes were committed with this version. */
  committed(writes: readonly StateWrite[], version: number): void {
    for (const { key, record } of writes) {
      this.#reading.delete(key);
      this.#keep(
        key,
        record === undefined
          ? { version: 0, text: undefined }
          : { version, text: JSON.stringify(record) },
      );
    }
  }

  /** Somebody else has written these. */
  forget(keys: Iterable<string>): void {
    for (const key of keys) {
      this.#cached.delete(key);
      this.#reading.delete(key);
    }
  }

  async #readFromStore(key: string): Promise<Cached> {
    const { version, record } = await this.#store.readState(key);
    return { version, text: record && JSON.stringify(record) };
  }

  #keep(key: string, cached: Cached): void {
    if (this.#store.isShared) return;
    this.#cached.delete(key);
    this.#cached.set(key, cached);
    if (this.#cached.size <= this.#recordsMax) return;
    for (const oldest of this.#cached.keys()) {
      this.#cached.delete(oldest);
      return;
    }
  }
}

/** The state as one attempt sees it: what it read first, and what it wrote since. */
export class AttemptStates implements StateSession {
  readonly #cache: StateCache;
  readonly #assertRunning: () => void;
  readonly #read = new Map<string, Cached>();
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
    // It may have been written while it was read.
    if (this.#written.has(key)) return copy(this.#written.get(key));
    return read.text === undefined ? undefined : (JSON.parse(read.text) as StateRecord);
  }

  /** @throws TypeError when the data is not JSON; RuntimeError `attempt-over`. */
  write(key: string, record: StateRecord | undefined): void {
    this.#assertRunning();
    this.#written.set(key, copy(record));
  }

  /** What the commit has to write. */
  writes(): readonly StateWrite[] {
    return [...this.#written].map(([key, record]) => ({
      key,
      record,
      expectedVersion: this.#read.get(key)?.version,
    }));
  }

  /** How the records that it writes grew out of those that it has read, where that is shorter. */
  patches(): ReadonlyMap<string, StatePatch> {
    const patches = new Map<string, StatePatch>();
    for (const [key, record] of this.#written) {
      const read = this.#read.get(key);
      const patch = read && patchBetween(read, record);
      if (patch !== undefined) patches.set(key, patch);
    }
    return patches;
  }

  /** Every key that was read from outside the attempt. */
  keys(): Iterable<string> {
    return this.#read.keys();
  }
}

function copy(record: StateRecord | undefined): StateRecord | undefined {
  return record === undefined ? undefined : (JSON.parse(JSON.stringify(record)) as StateRecord);
}
