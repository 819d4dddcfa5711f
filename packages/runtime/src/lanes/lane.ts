import type { Update } from "@hookgram/bot-api";
import type { AttemptLimits } from "hookgram";

import type { AttemptLog } from "../event-log/attempt-log.ts";

/** An update in memory, on its way through a lane. */
export interface LaneItem {
  readonly seq: number;
  readonly botId: number;
  readonly updateId: number | undefined;
  readonly receivedAtMs: number;
  readonly expiresAtMs: number | undefined;
  /** The update's object, or the bytes from which it is parsed when its turn comes. */
  readonly content: Update | Uint8Array;
  /** Whether it has waited in the store and was read from there. */
  readonly isStored: boolean;
  /** Attempts that were counted. */
  attempts: number;
  /** Whether the last of them is still to run. */
  begun: boolean;
  readonly interrupted: number;
  readonly retryAtMs: number | undefined;
  /** Whether there may be entries in its journal. */
  journaled: boolean;
  /** The limits of the handler that had it last; undefined if that has none of its own. */
  limits: AttemptLimits | undefined;
  /** What its last attempt did, if attempts are logged. */
  log: AttemptLog | undefined;
}

/**
 * One lane in memory.
 *
 * **Invariant:** updates are in ascending order of their numbers: first `current`, then those in
 * `queue`, then those that are set aside, then those that `expecting` counts.
 */
export class Lane {
  readonly key: string;
  /** The one update of the lane that may begin, run or be settled. */
  current: LaneItem | undefined;
  /** Whether the final ending of `current` is being committed. */
  isEnding = false;
  readonly queue: LaneItem[] = [];
  /** How many new updates of this lane are being stored. */
  expecting = 0;
  /** The greatest number that came into memory. */
  lastSeq = 0;
  /** The greatest number that is known to be set aside. */
  asideSeq = 0;
  /** Commits under way that set updates aside. */
  settingAside = 0;
  isLoading = false;
  /**
   * The smallest number that was set aside since the load under way began, whose answer may lack this
   * update and those that follow. Infinity: there is none.
   */
  asideSinceLoad = Infinity;
  /** The bot of the first update while the lane is held; undefined otherwise. */
  heldBotId: number | undefined;
  /** The update that has waited long enough for its next attempt, whatever the wall clock says. */
  restedSeq = 0;
  /** Ends the wait of the lane; undefined if it does not wait. */
  cancelWake: (() => void) | undefined;

  constructor(key: string) {
    this.key = key;
  }

  /** Whether updates are set aside, which no newer one may pass. */
  get isBehind(): boolean {
    return this.asideSeq > this.lastSeq;
  }

  get isWaiting(): boolean {
    return this.cancelWake !== undefined;
  }

  /** Notes that updates with these numbers, and maybe some in between, are or will be set aside. */
  putAside(firstSeq: number, lastSeq: number): void {
    this.asideSinceLoad = Math.min(this.asideSinceLoad, firstSeq);
    this.asideSeq = Math.max(this.asideSeq, lastSeq);
  }

  /** Whether the lane has nothing in memory, set aside or under way. */
  get isEmpty(): boolean {
    return (
      this.current === undefined &&
      this.queue.length === 0 &&
      this.expecting === 0 &&
      this.settingAside === 0 &&
      !this.isBehind &&
      !this.isLoading &&
      !this.isWaiting
    );
  }

  /** Whether a new update could run at once, or as soon as the present ending is committed. */
  get isFree(): boolean {
    const isIdle = this.current === undefined || this.isEnding;
    const isAlone = this.queue.length === 0 && this.expecting === 0;
    return isIdle && isAlone && !this.isBehind && !this.isWaiting;
  }

  /** How many updates are in memory or on their way into it. */
  get length(): number {
    return this.queue.length + this.expecting + (this.current === undefined ? 0 : 1);
  }
}
