/** How many idle lanes are kept at most; the oldest of more are released at once. */
const IDLE_MAX = 10_000;

/** For how long a lane that was given up with live updates in it is left to other nodes. */
const GIVEN_UP_MS = 10_000;
const GIVEN_UP_MAX = 1_000;

/**
 * Which lanes this node has, as far as its caller is concerned.
 *
 * States of a lane: (unknown) → held → idle → (unknown). It is held from the moment at which
 * something of it is handed out, until the caller lets go of it. It is then idle: still ours until
 * it is released, and held again if an update of it comes first.
 *
 * A lane that waits for a claim is never idle, though nothing of it is in hand: there is nothing to
 * release, for as long as it takes until the backlog before it is through. The claim then finds
 * something in it, or that it is calm.
 *
 * Held lanes become void when the node loses its token: others may have them now, and this node
 * takes none of them before its caller has let go. {@link LaneLeases.losses} counts this: an answer
 * that was got under a token which is lost by now must not be told, because what it hands out would
 * be held and not void.
 *
 * A lane that was released with something live in it is one that the caller does not want, for
 * example of a bot that only other nodes run. It is left to them for a while.
 */
export class LaneLeases {
  readonly #held = new Set<string>();
  /** Those that wait for a claim, as far as is known, and of which the caller is yet to let go. */
  readonly #waiting = new Set<string>();
  readonly #voided = new Set<string>();
  /** With the time since when, the oldest first. */
  readonly #idle = new Map<string, number>();
  /** With the time since when, the oldest first. */
  readonly #givenUp = new Map<string, number>();
  #losses = 0;

  get voided(): ReadonlySet<string> {
    return this.#voided;
  }

  get hasIdle(): boolean {
    return this.#idle.size > 0;
  }

  /** How often every lane was lost. */
  get losses(): number {
    return this.#losses;
  }

  /** Lanes that must not be claimed now. */
  avoided(nowMs: number): ReadonlySet<string> {
    for (const [lane, sinceMs] of this.#givenUp) {
      if (nowMs - sinceMs < GIVEN_UP_MS && this.#givenUp.size <= GIVEN_UP_MAX) break;
      this.#givenUp.delete(lane);
    }
    if (this.#givenUp.size === 0) return this.#voided;
    return new Set([...this.#voided, ...this.#givenUp.keys()]);
  }

  /** Something of it is handed out, or about to be. */
  hold(lane: string): void {
    this.#held.add(lane);
    this.#waiting.delete(lane);
    this.#idle.delete(lane);
  }

  /** Something of it was stored for later. `isWanted`: the caller wanted to have it in hand. */
  wait(lane: string, isWanted: boolean): void {
    if (isWanted || this.#held.has(lane)) this.#waiting.add(lane);
  }

  /** A new update of it is on its way into the store: it must not be released under it. */
  keep(lane: string): void {
    this.#idle.delete(lane);
  }

  /** The caller has nothing of it any more. True if it was void. */
  letGo(lane: string, nowMs: number): boolean {
    this.#held.delete(lane);
    const waits = this.#waiting.delete(lane);
    if (this.#voided.delete(lane)) return true;
    this.#idle.delete(lane);
    if (!waits) this.#idle.set(lane, nowMs);
    return false;
  }

  /**
   * Lanes that are to be released because they have been idle since `beforeMs`, or are too many.
   */
  due(beforeMs: number): readonly string[] {
    const lanes: string[] = [];
    let surplus = this.#idle.size - IDLE_MAX;
    for (const [lane, sinceMs] of this.#idle) {
      if (sinceMs > beforeMs && surplus <= 0) break;
      surplus -= 1;
      lanes.push(lane);
    }
    return lanes;
  }

  /** As far as is known nothing of it waits. If nothing of it is handed out either, it is idle. */
  rest(lane: string, nowMs: number): void {
    this.#waiting.delete(lane);
    if (!this.#held.has(lane)) this.#idle.set(lane, nowMs);
  }

  /** Of these, the ones that are still idle. */
  stillIdle(lanes: readonly string[]): readonly string[] {
    return lanes.filter((lane) => this.#idle.has(lane));
  }

  /** They are not ours any more, or a claim says what becomes of them. */
  released(lanes: readonly string[]): void {
    for (const lane of lanes) this.#idle.delete(lane);
  }

  /** They were released, and something live is in them. */
  gaveUp(lanes: readonly string[], nowMs: number): void {
    this.released(lanes);
    for (const lane of lanes) this.#givenUp.set(lane, nowMs);
  }

  /** The token is gone, and with it every lane. */
  loseAll(): void {
    this.#losses += 1;
    for (const lane of this.#held) this.#voided.add(lane);
    this.#waiting.clear();
    this.#idle.clear();
  }
}
