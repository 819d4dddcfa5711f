/** Idle lanes that are kept at most; beyond that the oldest are released at once. */
const IDLE_MAX = 10_000;

/**
 * Which lanes this node has, as far as its caller is concerned.
 *
 * A lane is held from the moment at which something of it is handed out, until the caller lets go
 * of it. It is then idle: still ours, so that the next update of the chat need not take it again,
 * and released some time later. Held lanes become void when the node loses its token: others may
 * have them now, and this node takes none of them before its caller has let go.
 */
export class LaneLeases {
  readonly #held = new Set<string>();
  readonly #voided = new Set<string>();
  /** With the time since when, the oldest first. */
  readonly #idle = new Map<string, number>();

  get voided(): ReadonlySet<string> {
    return this.#voided;
  }

  get hasIdle(): boolean {
    return this.#idle.size > 0;
  }

  /** Something of it is handed out, or about to be. */
  hold(lane: string): void {
    this.#held.add(lane);
    this.#idle.delete(lane);
  }

  /** A new update of it is on its way into the store: it must not be released under it. */
  keep(lane: string): void {
    this.#idle.delete(lane);
  }

  /** The caller has nothing of it any more. True if it was void. */
  letGo(lane: string, nowMs: number): boolean {
    this.#held.delete(lane);
    if (this.#voided.delete(lane)) return true;
    this.#idle.delete(lane);
    this.#idle.set(lane, nowMs);
    return false;
  }

  /** Lanes that are to be released because they have been idle since `beforeMs`, or are too many. */
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

  /** Nothing came of what {@link LaneLeases.keep} was for. */
  keepNoLonger(lane: string, nowMs: number): void {
    if (!this.#held.has(lane)) this.#idle.set(lane, nowMs);
  }

  /** Of these, the ones that are still idle. */
  stillIdle(lanes: readonly string[]): readonly string[] {
    return lanes.filter((lane) => this.#idle.has(lane));
  }

  released(lanes: readonly string[]): void {
    for (const lane of lanes) this.#idle.delete(lane);
  }

  /** The token is gone, and with it every lane. */
  loseAll(): void {
    for (const lane of this.#held) this.#voided.add(lane);
    this.#idle.clear();
  }
}
