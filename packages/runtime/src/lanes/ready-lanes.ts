import type { Lane } from "./lane.ts";

/**
 * Lanes whose first update can run, in the order in which they became ready. Lanes with a new update and
 * lanes with one from the store take turns: new updates do not wait for a whole backlog, and the backlog
 * shrinks under any load.
 */
export class ReadyLanes {
  readonly #fresh: Lane[] = [];
  readonly #stored: Lane[] = [];
  #isStoredNext = false;

  get isEmpty(): boolean {
    return this.#fresh.length === 0 && this.#stored.length === 0;
  }

  push(lane: Lane): void {
    if (lane.current!.isStored) this.#stored.push(lane);
    else this.#fresh.push(lane);
  }

  shift(): Lane | undefined {
    const isStored = this.#fresh.length === 0 || (this.#isStoredNext && this.#stored.length > 0);
    this.#isStoredNext = !isStored;
    return isStored ? this.#stored.shift() : this.#fresh.shift();
  }
}
