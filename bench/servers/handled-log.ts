/** Which updates went through the handler, and when. */
export class HandledLog {
  #entries = new Float64Array(2_048);
  #length = 0;
  #count = 0;

  /** All that were handled, also those that {@link HandledLog.take} has given away. */
  get count(): number {
    return this.#count;
  }

  note(updateId: number): void {
    if (this.#length === this.#entries.length) this.#grow();
    this.#entries[this.#length] = updateId;
    this.#entries[this.#length + 1] = monotonicMs();
    this.#length += 2;
    this.#count += 1;
  }

  /** Update id and time by turns, since the last call. */
  take(): Float64Array {
    const taken = this.#entries.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #grow(): void {
    const grown = new Float64Array(this.#entries.length * 2);
    grown.set(this.#entries);
    this.#entries = grown;
  }
}

/** The machine's clock that only goes on; unlike `performance.now()` the same in all processes. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
