import type { StateWrite, Store } from "../store/store.ts";

/** A record as text, so that nobody who got it can change what the next one gets. */
export interface CachedState {
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
  readonly #cached = new Map<string, CachedState>();
  readonly #reading = new Map<string, Promise<CachedState>>();

  constructor(store: Store, recordsMax: number) {
    this.#store = store;
    this.#recordsMax = recordsMax;
  }

  /** Never rejects with anything but what the store rejects with. */
  read(key: string): Promise<CachedState> {
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
    const keep = (read: CachedState | undefined): void => {
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

  async #readFromStore(key: string): Promise<CachedState> {
    const { version, record } = await this.#store.readState(key);
    return { version, text: record && JSON.stringify(record) };
  }

  #keep(key: string, cached: CachedState): void {
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
