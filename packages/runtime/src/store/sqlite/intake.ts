import type { Place } from "../store.ts";
import type { PageRow } from "./protocol.ts";

/** Live updates after a number, in order. */
export type ReadPage = (afterSeq: number, limit: number) => Promise<readonly PageRow[]>;

/** Rows that one step of a claim reads. */
const PAGE_LENGTH = 256;

/**
 * Knows up to where live updates have been handed out.
 *
 * **Invariant:** every live update up to `position` is in hand or set aside.
 *
 * **Invariant:** while `isCaughtUp`, that is true of every live update. Only then may a new one go
 * past those that wait, because none does.
 */
export class Intake {
  readonly #readPage: ReadPage;
  #position = 0;
  #isCaughtUp = true;
  #generation = 0;

  constructor(readPage: ReadPage) {
    this.#readPage = readPage;
  }

  get isCaughtUp(): boolean {
    return this.#isCaughtUp;
  }

  /** The newest number up to which updates that were set aside may be loaded. */
  get position(): number {
    return this.#isCaughtUp ? Number.MAX_SAFE_INTEGER : this.#position;
  }

  /** Everything after `position` has to be claimed anew. */
  restart(position: number, isEmpty: boolean): void {
    this.#position = position;
    this.#isCaughtUp = isEmpty;
    this.#generation += 1;
  }

  /** A live update was committed. Calls come in the order of the numbers. */
  stored(seq: number, wanted: Place): Place {
    if (!this.#isCaughtUp || wanted !== "later") return this.#isCaughtUp ? wanted : "later";
    this.#isCaughtUp = false;
    this.#position = seq - 1;
    return "later";
  }

  /**
   * Hands out up to `limit` updates. True when more wait. What was committed after a page was read
   * is answered after the page: the store's queue settles reads before new updates, and nothing here
   * may put another step between a page's arrival and its handing out.
   */
  async claim(limit: number, handOut: (row: PageRow) => void): Promise<boolean> {
    const generation = this.#generation;
    let left = limit;
    while (!this.#isCaughtUp && left > 0) {
      const length = Math.min(left, PAGE_LENGTH);
      const page = await this.#readPage(this.#position, length);
      if (generation !== this.#generation) return true;
      this.#isCaughtUp = page.length < length;
      for (const row of page) {
        this.#position = row.aside ? row.seq : row.update.seq;
        handOut(row);
      }
      left -= page.length;
    }
    return !this.#isCaughtUp;
  }
}
