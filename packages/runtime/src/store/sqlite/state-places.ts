/** Where a state record is: the number of its row, and the version that it has there. */
export interface StatePlace {
  readonly id: number;
  readonly version: number;
}

/** Records whose places are remembered, in each of two halves. */
const HALF = 4_096;

/**
 * Where the state records are that were read or written last. An attempt reads a record and writes it
 * a little later: to look for its key again would cost as much as all else that the write does.
 *
 * **Invariant:** what is remembered is what the open transaction would find in the table. Only this
 * connection writes there, so that holds if each change is told, and everything is forgotten after a
 * rollback.
 */
export class StatePlaces {
  /** Two halves, of which the older one is dropped as a whole. */
  #recent = new Map<string, StatePlace>();
  #older = new Map<string, StatePlace>();

  /** Undefined: it is not remembered. */
  get(key: string): StatePlace | undefined {
    return this.#recent.get(key) ?? this.#older.get(key);
  }

  set(key: string, place: StatePlace): void {
    this.#recent.set(key, place);
    if (this.#recent.size < HALF) return;
    this.#older = this.#recent;
    this.#recent = new Map();
  }

  delete(key: string): void {
    this.#recent.delete(key);
    this.#older.delete(key);
  }

  clear(): void {
    this.#recent.clear();
    this.#older.clear();
  }
}
