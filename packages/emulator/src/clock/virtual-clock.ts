import { systemClock } from "@hookgram/bot-api";
import type { Clock } from "@hookgram/bot-api";
import { Activity } from "./activity.ts";
import { TimerQueue } from "./timer-queue.ts";

/** How an emulator's clock begins. */
export interface VirtualClockOptions {
  /** The time that runs underneath. Default: the machine's. */
  readonly base?: Clock;
  /** Starts paused. Default false: virtual time runs with real time. */
  readonly paused?: boolean;
  /** What `now()` says at the start, in milliseconds since the epoch. Default: the base's time. */
  readonly startMs?: number;
}

/** How time is made to pass. */
export interface AdvanceOptions {
  /**
   * Real milliseconds that an answer under way may take before the clock goes on without it.
   * Default 200. A peer that hangs on purpose costs this much once per attempt.
   */
  readonly graceMs?: number;
}

const GRACE_DEFAULT_MS = 200;

/**
 * The emulator's time. It runs with real time until somebody pauses it, jumps it or sets it.
 *
 * States: running (real time plus an offset) ⇄ paused (time stands, only `advance` and `set` move
 * it). Timers that are due fire in either state, so a delay of zero never waits for `advance`.
 *
 * **Invariant:** timers fire in the order in which they are due, and `now()` inside a timer is never
 * before its due time. **Invariant:** `monotonic()` never goes back, even when `set` goes back.
 */
export class VirtualClock implements Clock {
  /** What the clock waits for before each step of `advance`. */
  readonly activity: Activity;
  readonly #base: Clock;
  readonly #timers = new TimerQueue();
  #isPaused: boolean;
  /** Milliseconds of virtual time that had passed at `#syncedAtMs` of the base's scale. */
  #elapsedMs = 0;
  #syncedAtMs: number;
  /** `now()` is this plus the elapsed time. */
  #originMs: number;
  #alarm: { readonly dueMs: number; readonly cancel: () => void } | undefined;
  #steps: Promise<unknown> = Promise.resolve();

  constructor(options: VirtualClockOptions = {}) {
    this.#base = options.base ?? systemClock;
    this.activity = new Activity(this.#base);
    this.#isPaused = options.paused ?? false;
    this.#syncedAtMs = this.#base.monotonic();
    this.#originMs = options.startMs ?? this.#base.now();
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** The number of timers that wait. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the earliest timer is due; undefined when nothing waits. */
  get nextTimerInMs(): number | undefined {
    const dueMs = this.#timers.earliestMs();
    return dueMs === undefined ? undefined : Math.max(0, dueMs - this.monotonic());
  }

  now(): number {
    return Math.floor(this.#originMs + this.monotonic());
  }

  monotonic(): number {
    if (this.#isPaused) return this.#elapsedMs;
    return this.#elapsedMs + this.#base.monotonic() - this.#syncedAtMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const cancel = this.#timers.add(this.monotonic() + Math.max(0, delayMs), task);
    this.#arm();
    return cancel;
  }

  /** Stops time. Does nothing when it already stands. */
  pause(): void {
    this.#sync();
    this.#isPaused = true;
    this.#arm();
  }

  /** Lets time run with real time again, from where it stood. */
  resume(): void {
    this.#sync();
    this.#isPaused = false;
    this.#arm();
  }

  /**
   * Moves time forward by `ms`, firing every timer that becomes due at its own moment and letting
   * the I/O that it started finish before the next one. Resolves when time is there; calls queue up.
   */
  advance(ms: number, options: AdvanceOptions = {}): Promise<void> {
    const step = this.#steps.then(() => this.#advance(Math.max(0, ms), options));
    this.#steps = step.catch(() => undefined);
    return step;
  }

  /**
   * Sets what `now()` says. Forward is an `advance`; back moves the wall clock only and leaves all
   * timers as far away as they were.
   */
  async set(nowMs: number, options: AdvanceOptions = {}): Promise<void> {
    const deltaMs = nowMs - this.now();
    if (deltaMs > 0) return this.advance(deltaMs, options);
    this.setWallClock(nowMs);
  }

  /** Sets what `now()` says, forward or back, and leaves all timers as far away as they were. */
  setWallClock(nowMs: number): void {
    this.#originMs += nowMs - this.now();
  }

  /** Forgets all timers. */
  close(): void {
    this.#timers.clear();
    this.#arm();
  }

  async #advance(ms: number, options: AdvanceOptions): Promise<void> {
    const wasPaused = this.#isPaused;
    const graceMs = options.graceMs ?? GRACE_DEFAULT_MS;
    this.pause();
    await this.activity.settle(graceMs);
    const targetMs = this.#elapsedMs + ms;
    for (;;) {
      const dueMs = this.#timers.earliestMs();
      if (dueMs === undefined || dueMs > targetMs) break;
      this.#elapsedMs = Math.max(this.#elapsedMs, dueMs);
      this.#fireDue();
      await this.activity.settle(graceMs);
    }
    this.#elapsedMs = targetMs;
    if (!wasPaused) this.resume();
  }

  #fireDue(): void {
    const nowMs = this.monotonic();
    try {
      for (;;) {
        const task = this.#timers.takeDue(nowMs);
        if (task === undefined) break;
        task();
      }
    } finally {
      this.#arm();
    }
  }

  #sync(): void {
    this.#elapsedMs = this.monotonic();
    this.#syncedAtMs = this.#base.monotonic();
  }

  /** Asks the base for a wake-up at the earliest timer; while paused only for what is due now. */
  #arm(): void {
    const dueMs = this.#timers.earliestMs();
    const isWanted = dueMs !== undefined && (!this.#isPaused || dueMs <= this.monotonic());
    if (isWanted && this.#alarm?.dueMs === dueMs) return;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    if (!isWanted) return;
    const ring = (): void => {
      this.#alarm = undefined;
      this.#fireDue();
    };
    const cancel = this.#base.after(Math.ceil(Math.max(0, dueMs - this.monotonic())), ring);
    this.#alarm = { dueMs, cancel };
  }
}
