import type { StateWrite, Store } from "../store/store.ts";

/** A record as text, so that a handler which changes its copy does not change the others'. */
export interface CachedState {
  readonly version: number;
  readonly text: string | undefined;
}

/**
 * Conversation state as the last commit left it.
 *
 * **Invariant:** a cached record is the committed one: every commit of this process replaces it, and
 * no other process writes. A read that was under way during a commit is not kept.
 *
 * Nothing is cached when several processes share the store: a conversation that comes back from
 * another node would be handled in an outdated state, and an attempt that only reads would never
 * notice. If a cached record is wrong nevertheless, the comparison of versions in the commit finds
 * out, and {@link StateCache.forget} has the record read again.
 */
export class StateCache {
  readonly #store: Store;
  readonly #recordsMax: number;
  /**
   * The records that were used last, at most half of `recordsMax`, and before them the previous half.
   * A single map in the order of use would have to look for its first entry among deleted ones.
   */
  #recent = new Map<string, CachedState>();
  #older = new Map<string, CachedState>();
  readonly #reading = new Map<string, Promise<CachedState>>();

  constructor(store: Store, recordsMax: number) {
    this.#store = store;
    this.#recordsMax = recordsMax;
  }

  /** Rejects with what the store rejects with. */
  read(key: string): Promise<CachedState> {
    if (this.#store.isShared) return this.#readFromStore(key);
    const cached = this.#recent.get(key) ?? this.#older.get(key);
    if (cached !== undefined) {
      this.#keep(key, cached);
      return Promise.resolve(cached);
    }
    const known = this.#reading.get(key);
    if (known !== undefined) return known;
    const reading = this.#readFromStore(key);
    this.#reading.set(key, reading);
    const keep = (read: CachedState | undefined): void => {
      if (this.#reading.get(key) !== reading) return;
      this.#reading.delete(key);
      if (read !== undefined) this.#keep(key, read);
    };
    reading.then(keep, () => keep(undefined));
    return reading;
  }

  /** Takes over writes that were committed with this version. */
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

  /** Drops records that somebody else has written. */
  forget(keys: Iterable<string>): void {
    for (const key of keys) {
      this.#recent.delete(key);
      this.#older.delete(key);
      this.#reading.delete(key);
    }
  }

  async #readFromStore(key: string): Promise<CachedState> {
    const { version, record } = await this.#store.readState(key);
    return { version, text: record && JSON.stringify(record) };
  }

  #keep(key: string, cached: CachedState): void {
    if (this.#store.isShared) return;
    this.#recent.set(key, cached);
    if (2 * this.#recent.size < this.#recordsMax) return;
    this.#older = this.#recent;
    this.#recent = new Map();
  }
}
