/**
 * A set for members that come and go thousands of times a second.
 *
 * V8's `Set` makes a new table every so often and leaves the old one pointing to it. Once such a
 * table counts as old, it keeps its successors alive with all that was in them until the next full
 * collection: with two attempts per millisecond that was most of the collector's work.
 *
 * **Invariant:** holds as many places as there were members at the same moment, and no member that
 * was removed.
 */
export class Slots<T extends object> {
  readonly #members: (T | undefined)[] = [];
  readonly #free: number[] = [];

  /** The member's place, to remove it by; once only. */
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
