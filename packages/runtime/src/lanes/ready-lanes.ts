import type { Lane } from "./lane.ts";

/**
 * Lanes whose first update can run, in the order in which they got ready; those whose update has just
 * come and those whose update has waited in the store take turns. So nobody who writes now waits for
 * all that an outage has left behind, and what was left behind goes on under any load.
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
