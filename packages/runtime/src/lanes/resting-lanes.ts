import type { Clock } from "@hookgram/bot-api";

import type { Lane } from "./lane.ts";

/** Whether attempts at updates of this bot in this lane are forbidden for now. */
export type IsHeld = (botId: number, lane: string) => boolean;

/**
 * Lanes whose first update has to wait. None of their updates is in memory.
 *
 * States of a lane: asleep (until its time has come) or held (until it is resumed) → due → removed by
 * {@link RestingLanes.next}. Very many lanes may become due at the same moment, for example when a pause
 * ends. They go on one after the other, as there is room for them.
 *
 * **Invariant:** exactly the lanes in here are waiting (`Lane.isWaiting`).
 */
export class RestingLanes {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #asleep = 0;
  readonly #held = new Set<Lane>();
  readonly #due = new Set<Lane>();

  /** `onDue` is called when there is a lane that may go on. */
  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  get asleep(): number {
    return this.#asleep;
  }

  get held(): number {
    return this.#held.size;
  }

  get hasDue(): boolean {
    return this.#due.size > 0;
  }

  get size(): number {
    return this.#asleep + this.#held.size + this.#due.size;
  }

  /** Lets a lane wait for this time. */
  sleep(lane: Lane, waitMs: number): void {
    const { seq } = lane.current!;
    this.#asleep += 1;
    lane.cancelWake = this.#clock.after(waitMs, () => {
      this.#asleep -= 1;
      lane.restedSeq = seq;
      this.#becomeDue(lane);
      this.#onDue();
    });
  }

  /** Lets a lane wait until {@link RestingLanes.resume}. */
  hold(lane: Lane): void {
    lane.heldBotId = lane.current!.botId;
    lane.cancelWake = () => {};
    this.#held.add(lane);
  }

  /** Lets lanes go on that were held, unless there is still a reason to hold them. */
  resume(isHeld: IsHeld): void {
    for (const lane of this.#held) {
      if (isHeld(lane.heldBotId!, lane.key)) continue;
      this.#held.delete(lane);
      lane.heldBotId = undefined;
      this.#becomeDue(lane);
    }
    if (this.hasDue) this.#onDue();
  }

  /** Removes and returns the lane that has been due for the longest time. */
  next(): Lane | undefined {
    const [lane] = this.#due;
    if (lane === undefined) return undefined;
    this.#due.delete(lane);
    lane.cancelWake = undefined;
    return lane;
  }

  #becomeDue(lane: Lane): void {
    lane.cancelWake = () => {};
    this.#due.add(lane);
  }
}
