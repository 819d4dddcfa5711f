import type { Clock } from "@hookgram/bot-api";

import type { Store } from "../store/store.ts";
import { insist } from "./insist.ts";

export interface BacklogClaimsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly loadedMax: number;
  /** How many more updates there is memory for. */
  readonly room: () => number;
  /** Called when an operation of the store failed for good. */
  readonly failed: (error: unknown) => void;
}

/**
 * Updates per claim. More than are handled during a claim: otherwise the time of claims would limit how
 * many are handled, however many attempts may run at once.
 */
const LENGTH_MAX = 1_024;

/**
 * The length of the first claim from a store that others share: little enough to spread a small backlog
 * over the nodes. While more waits, each claim is twice as long as the one before.
 */
const FIRST_SHARED_LENGTH = 256;

/** Claims begin when this part of the memory is free, so that they are not one update each. */
export const ROOM_TO_CLAIM = 1 / 4;

/** Claims leave this part of the memory to new updates, which then need not wait behind the backlog. */
export const ROOM_FOR_NEW = 1 / 8;

/** Claims the live updates that wait in the store, one claim at a time, whenever there is room. */
export class BacklogClaims {
  readonly #options: BacklogClaimsOptions;
  readonly #firstLength: number;
  #length: number;
  #isWaiting = false;
  #isClaiming = false;
  #isStopped = false;

  constructor(options: BacklogClaimsOptions) {
    this.#options = options;
    this.#firstLength = options.store.isShared ? FIRST_SHARED_LENGTH : LENGTH_MAX;
    this.#length = this.#firstLength;
  }

  /** Whether updates wait in the store, or are being claimed. */
  get hasBacklog(): boolean {
    return this.#isWaiting || this.#isClaiming;
  }

  /** Called when live updates wait to be claimed. */
  waiting(): void {
    this.#isWaiting = true;
    this.claim();
  }

  /** Claims more, if updates wait and there is room. */
  claim(): void {
    if (this.#isStopped || this.#isClaiming || !this.#isWaiting) return;
    const { store, clock, loadedMax, room, failed } = this.#options;
    const free = room();
    if (free < loadedMax * ROOM_TO_CLAIM) return;
    this.#isClaiming = true;
    this.#isWaiting = false;
    const most = Math.max(1, Math.floor(free - loadedMax * ROOM_FOR_NEW));
    insist(clock, () => store.claim(Math.min(this.#length, most))).then((more) => {
      this.#isClaiming = false;
      this.#length = more ? Math.min(2 * this.#length, LENGTH_MAX) : this.#firstLength;
      this.#isWaiting ||= more;
      this.claim();
    }, failed);
  }

  stop(): void {
    this.#isStopped = true;
  }
}
