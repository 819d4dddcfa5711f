/**
 * A set whose members come and go thousands of times a second.
 *
 * V8's `Set` allocates a new table every so often, and the old one points to it. Once a table is in the
 * old generation, it keeps its successors and all that was in them alive until the next full
 * collection. With two attempts per millisecond, that was most of the collector's work.
 *
 * **Invariant:** it has as many places as there ever were members at the same time, and does not
 * refer to members that were removed.
 */
export class Slots<T extends object> {
  readonly #members: (T | undefined)[] = [];
  readonly #free: number[] = [];

  /** Returns the member's place, by which it is removed once. */
  add(member: T): number {
    const place = this.#free.pop() ?? this.#members.length;
    this.#members[place] = member;
    return place;
  }

  remove(place: number): void {
    this.#members[place] = undefined;
    this.#free.push(place);
  }

  get size(): number {
    return this.#members.length - this.#free.length;
  }

  /** All members at this moment. */
  members(): T[] {
    return this.#members.filter((member) => member !== undefined);
  }
}
