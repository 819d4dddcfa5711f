import type { Clock } from "@hookgram/bot-api";

import type { Lane } from "./lane.ts";

/** No attempt may begin at an update of this bot in this lane. */
export type IsHeld = (botId: number, lane: string) => boolean;

/**
 * Lanes whose first update has to wait. They have nothing in memory but themselves.
 *
 * States of a lane: asleep, until its time has come, or held, until it is resumed → due → gone from here,
 * by {@link RestingLanes.next}. Very many may become due in one moment: of what was paused, or of what
 * failed while something was away. They go on one after the other, as there is room for them.
 *
 * **Invariant:** a lane that is here is waiting (`Lane.isWaiting`), and no other one is.
 */
export class RestingLanes {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #asleep = 0;
  readonly #held = new Set<Lane>();
  readonly #due = new Set<Lane>();

  /** `onDue`: there is a lane that may go on. */
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

  /** `lane.current` has to wait so long. */
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

  /** `lane.current` is not to begin, until {@link RestingLanes.resume}. */
  hold(lane: Lane): void {
    lane.heldBotId = lane.current!.botId;
    lane.cancelWake = () => {};
    this.#held.add(lane);
  }

  /** Lanes that were held go on, unless they are still to be. */
  resume(isHeld: IsHeld): void {
    for (const lane of this.#held) {
      if (isHeld(lane.heldBotId!, lane.key)) continue;
      this.#held.delete(lane);
      lane.heldBotId = undefined;
      this.#becomeDue(lane);
    }
    if (this.hasDue) this.#onDue();
  }

  /** The lane that has been due for the longest time; it waits no more. */
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
