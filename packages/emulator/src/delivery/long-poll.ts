import type { Clock } from "@hookgram/bot-api";
import type { Params, Refusal } from "../methods/method.ts";
import { clampedInteger } from "../http/lenient-values.ts";
import { RawJson } from "../http/raw-json.ts";
import type { AllowedUpdates } from "./allowed-updates.ts";
import type { ConflictThrottle } from "./conflict-throttle.ts";
import type { QueuedUpdate, UpdateQueue } from "./update-queue.ts";
import { updateToJson } from "./update-queue.ts";

const LIMIT_RANGE = { fallback: 100, min: 1, max: 100 };
const TIMEOUT_RANGE_S = { fallback: 0, min: 0, max: 50 };
const OFFSET_RANGE = { fallback: 0, min: -(2 ** 31), max: 2 ** 31 - 1 };
/** Updates that come within this time of each other share an answer… */
const BATCH_QUIET_MS = 1;
/** …which is sent at the latest so long after the first of them. */
const BATCH_MAX_MS = 2;
const RESPONSE_MAX_BYTES = 1 << 22;
const UPDATE_OVERHEAD_BYTES = 50;
const HAMMER_WINDOW_MS = 3_000;
const HAMMER_TIMEOUT_S = 3;
const HAMMER_FAST_MS = 500;

const REPLACED =
  "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
const CUT_BY_WEBHOOK = "Conflict: terminated by setWebhook request";

/** A getUpdates call that waits for an update. */
interface Waiter {
  readonly offset: number;
  readonly limit: number;
  readonly resolve: (result: RawJson) => void;
  readonly reject: (reason: Error) => void;
  hardDeadlineMs: number;
  isWoken: boolean;
  cancelTimer: () => void;
}

export interface LongPollOptions {
  readonly clock: Clock;
  readonly queue: UpdateQueue;
  readonly allowed: AllowedUpdates;
  readonly conflicts: ConflictThrottle;
}

/**
 * getUpdates of one bot. At most one call waits; a second one that has to wait ends the first with
 * 409, one that finds updates at once does not.
 * @see https://core.telegram.org/bots/api#getupdates
 */
export class LongPoll {
  readonly #options: LongPollOptions;
  #waiter: Waiter | undefined;
  #previousOffset = 0;
  #previousAtMs = -Infinity;

  constructor(options: LongPollOptions) {
    this.#options = options;
  }

  getUpdates(params: Params, signal: AbortSignal): Promise<RawJson> {
    const offset = clampedInteger(params.text("offset"), OFFSET_RANGE);
    let limit = clampedInteger(params.text("limit"), LIMIT_RANGE);
    let timeoutS = clampedInteger(params.text("timeout"), TIMEOUT_RANGE_S);
    this.#options.allowed.apply(params.text("allowed_updates"));
    const nowMs = this.#options.clock.monotonic();
    if (offset === this.#previousOffset) {
      const sinceMs = nowMs - this.#previousAtMs;
      if (sinceMs < HAMMER_WINDOW_MS) timeoutS = Math.max(timeoutS, HAMMER_TIMEOUT_S);
      if (sinceMs < HAMMER_FAST_MS) limit = 1;
    }
    this.#previousOffset = offset;
    this.#previousAtMs = nowMs;
    return this.#answer({ offset, limit, timeoutS, signal });
  }

  /** Tells a waiting call that an update was queued; it is answered within 2 ms. */
  wake(): void {
    const waiter = this.#waiter;
    if (waiter === undefined) return;
    const nowMs = this.#options.clock.monotonic();
    if (!waiter.isWoken) {
      waiter.hardDeadlineMs = Math.min(nowMs + BATCH_MAX_MS, waiter.hardDeadlineMs);
      waiter.isWoken = true;
    }
    this.#setTimer(waiter, Math.min(nowMs + BATCH_QUIET_MS, waiter.hardDeadlineMs));
  }

  /** Ends a waiting call because a webhook is being set. */
  cutForWebhook(): void {
    this.#cut(CUT_BY_WEBHOOK);
  }

  /** Refuses a waiting call because its bot stops. */
  fail(refusal: Refusal): void {
    this.#take()?.reject(refusal);
  }

  /** Answers a waiting call with what there is, for a server that closes. */
  finish(): void {
    if (this.#waiter !== undefined) this.#finish(this.#waiter);
  }

  #answer(call: {
    readonly offset: number;
    readonly limit: number;
    readonly timeoutS: number;
    readonly signal: AbortSignal;
  }): Promise<RawJson> {
    const { queue } = this.#options;
    if (call.offset < 0) queue.keepNewest(-call.offset);
    const offset = call.offset <= 0 ? queue.headId : call.offset;
    const updates = this.#read(offset, call.limit);
    if (updates.length > 0 || call.timeoutS === 0) return Promise.resolve(toAnswer(updates));
    this.#cut(REPLACED);
    return this.#wait({ ...call, offset });
  }

  #read(offset: number, limit: number): readonly QueuedUpdate[] {
    const { queue, clock } = this.#options;
    const nowS = Math.floor(clock.now() / 1000);
    if (queue.isOutOfRange(offset)) return queue.read(queue.headId, limit, nowS);
    queue.forgetBefore(offset);
    return queue.read(offset, limit, nowS);
  }

  #wait(call: {
    readonly offset: number;
    readonly limit: number;
    readonly timeoutS: number;
    readonly signal: AbortSignal;
  }): Promise<RawJson> {
    return new Promise((resolve, reject) => {
      const hardDeadlineMs = this.#options.clock.monotonic() + call.timeoutS * 1000;
      const { offset, limit } = call;
      const cancelTimer = (): void => undefined;
      const rest = { hardDeadlineMs, isWoken: false, cancelTimer };
      const waiter: Waiter = { offset, limit, resolve, reject, ...rest };
      this.#waiter = waiter;
      this.#setTimer(waiter, hardDeadlineMs);
      call.signal.addEventListener("abort", () => {
        if (this.#waiter === waiter) this.#take();
        reject(call.signal.reason as Error);
      });
    });
  }

  #setTimer(waiter: Waiter, atMs: number): void {
    waiter.cancelTimer();
    const { clock } = this.#options;
    waiter.cancelTimer = clock.after(atMs - clock.monotonic(), () => this.#finish(waiter));
  }

  #finish(waiter: Waiter): void {
    this.#take();
    waiter.resolve(toAnswer(this.#read(waiter.offset, waiter.limit)));
  }

  #cut(description: string): void {
    const waiter = this.#take();
    if (waiter !== undefined) this.#options.conflicts.refuse(description, waiter.reject);
  }

  #take(): Waiter | undefined {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.cancelTimer();
    return waiter;
  }
}

/** The updates as one JSON array, cut off where it would grow beyond 4 MiB. */
function toAnswer(updates: readonly QueuedUpdate[]): RawJson {
  const parts: string[] = [];
  let leftBytes = RESPONSE_MAX_BYTES;
  for (const update of updates) {
    leftBytes -= UPDATE_OVERHEAD_BYTES + Buffer.byteLength(update.json);
    if (leftBytes <= 0) break;
    parts.push(updateToJson(update));
  }
  return new RawJson(`[${parts.join(",")}]`);
}
