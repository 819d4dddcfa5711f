/** One timer, by its key and what tells it from others that had or will have the key. */
export interface TimerRef {
  readonly key: string;
  /** The number of the update whose commit has set it: never used twice. */
  readonly generation: number;
}

/** A timer as it sleeps. */
export interface SleepingTimer {
  readonly botId: number;
  /** The lane in which it is handled. */
  readonly lane: string;
  /** The update as whose bytes it is handled. */
  readonly raw: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly dueAtMs: number;
}

/** A timer that a commit sets, in place of one with its key; without `timer` it cancels that one. */
export interface TimerWrite {
  readonly key: string;
  readonly timer: SleepingTimer | undefined;
}

/** What a store does for timers besides the commits that set and end them. */
export interface TimerStore {
  /**
   * Turns up to `limit` timers that are due at `nowMs`, the most overdue first, into updates of
   * their lanes, set aside. Resolves to how many. Each becomes an update once, whoever asks.
   *
   * A timer's record stays until its update is done, so that a cancel until then is noticed.
   */
  fire(nowMs: number, limit: number): Promise<number>;

  /** The {@link TimerRef.generation} of the timer with this key; undefined when there is none. */
  generation(key: string): Promise<number | undefined>;
}
