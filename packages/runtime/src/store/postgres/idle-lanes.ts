import type { Clock } from "@hookgram/bot-api";

import type { Accepted } from "../store.ts";
import type { PostedFault } from "../store-fault.ts";
import { isInHand, isStored } from "./events.ts";
import type { LaneLeases } from "./lane-leases.ts";
import type { Released } from "./operations.ts";

/**
 * An idle lane is given back with the next transaction, because its next update may come to another
 * node, which would have to wake this one to have it handled. If there is none, or somebody else is
 * at the lane just then, it is given back after so long.
 */
const IDLE_MS = 100;

export interface IdleLanesOptions {
  readonly clock: Clock;
  readonly leases: LaneLeases;
  /** Gives lanes back that are idle still when its transaction begins. */
  readonly release: (lanes: readonly string[]) => Promise<Released>;
}

/**
 * Sees to it that lanes which this node has and in which nothing is left to do are given back, also
 * when no other transaction comes that would do it on its way.
 *
 * **Invariant:** at most one round is planned or on its way, however long the database takes.
 */
export class IdleLanes {
  readonly #options: IdleLanesOptions;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(options: IdleLanesOptions) {
    this.#options = options;
  }

  /** The caller has let go of a lane. True if it was lost before: others may have it by now. */
  letGo(lane: string): boolean {
    const { leases, clock } = this.#options;
    const wasVoid = leases.letGo(lane, clock.monotonic());
    if (!wasVoid) this.#releaseLater();
    return wasVoid;
  }

  /** What became of a new update of this lane. `isWanted`: the caller wanted to have it in hand. */
  stored(lane: string, accepted: Accepted | PostedFault | undefined, isWanted: boolean): void {
    const { leases } = this.#options;
    if (isInHand(accepted)) leases.hold(lane);
    else if (!isStored(accepted)) this.rest([lane]);
    else leases.wait(lane, isWanted);
  }

  /** If these lanes are ours, there is nothing to do in them now. */
  rest(lanes: readonly string[]): void {
    const { leases, clock } = this.#options;
    for (const lane of lanes) leases.rest(lane, clock.monotonic());
    if (lanes.length > 0) this.#releaseLater();
  }

  /** Plans no more rounds. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #releaseLater(): void {
    if (this.#isStopped) return;
    const { leases, clock } = this.#options;
    this.#cancel ??= clock.after(IDLE_MS, () => {
      // What could not be released stays idle; the next round takes it too.
      const released = this.#release(leases.due(clock.monotonic() - IDLE_MS)).catch(() => {});
      void released.then(() => {
        this.#cancel = undefined;
        if (leases.hasIdle) this.#releaseLater();
      });
    });
  }

  async #release(lanes: readonly string[]): Promise<void> {
    if (lanes.length === 0) return;
    const { leases, clock, release } = this.#options;
    const { left } = await release(lanes);
    leases.gaveUp(left, clock.monotonic());
  }
}
