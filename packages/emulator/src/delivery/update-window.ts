import { Heap } from "../clock/heap.ts";
import { FIRST_ATTEMPT, nextRetry } from "./retry-policy.ts";
import type { RetryState } from "./retry-policy.ts";
import type { QueuedUpdate, UpdateQueue } from "./update-queue.ts";

/** Updates that are taken from the queue in one step, at most. */
const STEP_MAX = 1_000;

/** An update that the sender has loaded. */
export interface LoadedUpdate {
  readonly update: QueuedUpdate;
  retry: RetryState;
  /** When it may be sent, on the monotonic scale… */
  readyAtMs: number;
  /** …and in which step that was decided: steps at the same instant keep their order. */
  step: number;
  /** It has been kept back once; that happens to no update twice. */
  isHeld?: true;
}

/** What happens after a failure. */
export type FailureOutcome =
  | { readonly outcome: "failed"; readonly waitS: number }
  | { readonly outcome: "dropped" };

export interface UpdateWindowOptions {
  readonly queue: UpdateQueue;
  /** How many keys are loaded at most: twice `max_connections`. */
  readonly keysMax: number;
  readonly random: () => number;
}

/**
 * The updates that the sender works on: those of at most `keysMax` order keys. When that many keys
 * fail at once nothing else is loaded, and all delivery stops until one succeeds or expires.
 *
 * **Invariant:** of each key only the oldest loaded update is ready or in flight.
 * **Invariant:** what is ready goes out by (time, step, key): within one step by key value, not by id.
 * @see tdlib/telegram-bot-api, WebhookActor.cpp, load_updates
 */
export class UpdateWindow {
  readonly #options: UpdateWindowOptions;
  readonly #lanes = new Map<bigint, LoadedUpdate[]>();
  readonly #ready = new Heap<LoadedUpdate>(isBefore);
  #nextId = 0;
  #mayHaveMore = true;
  #step = 0;

  constructor(options: UpdateWindowOptions) {
    this.#options = options;
  }

  /** The number of keys that are loaded. */
  get keyCount(): number {
    return this.#lanes.size;
  }

  /** When the first ready update may be sent, on the monotonic scale; undefined without one. */
  get readyAtMs(): number | undefined {
    return this.#ready.first?.readyAtMs;
  }

  /** Notes that the queue has grown. */
  refill(): void {
    this.#mayHaveMore = true;
  }

  /** Takes one step of updates from the queue, as far as there is room for their keys. */
  load(nowMs: number, nowS: number): void {
    const room = this.#options.keysMax - this.#lanes.size;
    if (!this.#mayHaveMore || room <= 0) return;
    const { queue } = this.#options;
    if (this.#nextId === 0 || queue.isOutOfRange(this.#nextId)) this.#nextId = queue.headId;
    const updates = queue.read(this.#nextId, Math.min(STEP_MAX, room), nowS);
    this.#step += 1;
    this.#mayHaveMore = updates.length > 0;
    for (const update of updates) this.#add(update, nowMs);
  }

  /** The next update that may be sent now; it is in flight until `succeed` or `fail`. */
  take(nowMs: number): LoadedUpdate | undefined {
    const { first } = this.#ready;
    return first === undefined || first.readyAtMs > nowMs ? undefined : this.#ready.take();
  }

  /** The update was delivered: it leaves the queue, and the next of its key becomes ready. */
  succeed(loaded: LoadedUpdate): void {
    this.#drop(loaded);
  }

  /** The update failed: it becomes ready again later, or is dropped when it would be too late. */
  fail(loaded: LoadedUpdate, retryAfterS: number, now: { ms: number; s: number }): FailureOutcome {
    const { waitS, state } = nextRetry(loaded.retry, retryAfterS, this.#options.random);
    if (now.s + waitS > loaded.update.expiresAtS) {
      this.#drop(loaded);
      return { outcome: "dropped" };
    }
    this.#step += 1;
    loaded.retry = state;
    loaded.readyAtMs = now.ms + waitS * 1000;
    loaded.step = this.#step;
    this.#ready.add(loaded);
    return { outcome: "failed", waitS };
  }

  /** The update is kept back, as if it were ready only at `readyAtMs`. */
  hold(loaded: LoadedUpdate, readyAtMs: number): void {
    this.#step += 1;
    loaded.isHeld = true;
    loaded.readyAtMs = readyAtMs;
    loaded.step = this.#step;
    this.#ready.add(loaded);
  }

  #add(update: QueuedUpdate, nowMs: number): void {
    const fresh = { update, retry: FIRST_ATTEMPT, readyAtMs: nowMs, step: this.#step };
    this.#nextId = update.id + 1;
    const lane = this.#lanes.get(update.key);
    if (lane !== undefined) {
      lane.push(fresh);
      return;
    }
    this.#lanes.set(update.key, [fresh]);
    this.#ready.add(fresh);
  }

  #drop({ update }: LoadedUpdate): void {
    const lane = this.#lanes.get(update.key) ?? [];
    lane.shift();
    const next = lane[0];
    if (next === undefined) this.#lanes.delete(update.key);
    else this.#ready.add(next);
    this.#options.queue.forget(update.id);
  }
}

function isBefore(a: LoadedUpdate, b: LoadedUpdate): boolean {
  if (a.readyAtMs !== b.readyAtMs) return a.readyAtMs < b.readyAtMs;
  if (a.step !== b.step) return a.step < b.step;
  return a.update.key < b.update.key;
}
