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
  /** It has waited in the store and was read from there. */
  readonly isStored: boolean;
  /** Attempts that were counted. */
  attempts: number;
  /** The last of them is still to run. */
  begun: boolean;
  readonly interrupted: number;
  readonly retryAtMs: number | undefined;
  /** There may be entries in its journal. */
  journaled: boolean;
  /** Of the handler that had it last; undefined when it has none of its own. */
  limits: AttemptLimits | undefined;
  /** What its last attempt did, if that is logged. */
  log: AttemptLog | undefined;
}

/**
 * One lane's part of the memory.
 *
 * **Invariant:** the numbers of `current`, then `queue`, then what is set aside, then what
 * `expecting` counts, are in ascending order.
 */
export class Lane {
  readonly key: string;
  /** Begins, runs, or is being settled. Nothing else of the lane may. */
  current: LaneItem | undefined;
  /** The attempt at `current` is over and its ending, which is final, is being committed. */
  isEnding = false;
  readonly queue: LaneItem[] = [];
  /** New updates for this lane that are being stored. */
  expecting = 0;
  /** The newest number that came into memory. */
  lastSeq = 0;
  /** The newest number that is known to be set aside. */
  asideSeq = 0;
  /** Commits on their way that set updates aside. */
  settingAside = 0;
  isLoading = false;
  /**
   * The smallest number that was set aside since the load on its way was asked for; its answer may
   * leave out this one and what follows. Infinity: none.
   */
  asideSinceLoad = Infinity;
  /** The bot of the update that is held; undefined unless the lane waits because of a pause. */
  heldBotId: number | undefined;
  /** The update that has waited long enough for its next attempt, whatever the wall clock says. */
  restedSeq = 0;
  /** Ends the wait for the next attempt; undefined when the lane does not wait. */
  cancelWake: (() => void) | undefined;

  constructor(key: string) {
    this.key = key;
  }

  /** Updates were set aside: nothing may go past them. */
  get isBehind(): boolean {
    return this.asideSeq > this.lastSeq;
  }

  get isWaiting(): boolean {
    return this.cancelWake !== undefined;
  }

  /** Updates with these numbers, and maybe some between them, are set aside or about to be. */
  putAside(firstSeq: number, lastSeq: number): void {
    this.asideSinceLoad = Math.min(this.asideSinceLoad, firstSeq);
    this.asideSeq = Math.max(this.asideSeq, lastSeq);
  }

  /** Nothing in memory, nothing set aside, nothing on its way. */
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

  /** A new update would be the next to run, and as good as at once. */
  get isFree(): boolean {
    const isIdle = this.current === undefined || this.isEnding;
    const isAlone = this.queue.length === 0 && this.expecting === 0;
    return isIdle && isAlone && !this.isBehind && !this.isWaiting;
  }

  /** Updates in memory or on their way into it. */
  get length(): number {
    return this.queue.length + this.expecting + (this.current === undefined ? 0 : 1);
  }
}
