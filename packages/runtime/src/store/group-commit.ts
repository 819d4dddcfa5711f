import { systemClock } from "@hookgram/bot-api";

import { RuntimeError } from "../error.ts";
import type { NewUpdate } from "./store.ts";
import type { PostedFault } from "./store-fault.ts";

/** Which operations a store has, and what each answers with, by its `op`. */
export interface Operations {
  readonly read: { readonly op: string };
  readonly readAnswers: object;
  readonly write: { readonly op: string };
  readonly writeAnswers: object;
  /** What is said about one new update. */
  readonly accepted: unknown;
}

type ReadAnswer<O extends Operations, R extends O["read"]> = O["readAnswers"][R["op"] &
  keyof O["readAnswers"]];

type WriteAnswer<O extends Operations, W extends O["write"]> = O["writeAnswers"][W["op"] &
  keyof O["writeAnswers"]];

/** One operation's answer, or why it has none. */
export type Outcome<T> = { readonly value: T } | { readonly fault: PostedFault };

/** One round: reads, which see what was committed before it, then one transaction of the rest. */
export interface OperationBatch<O extends Operations> {
  readonly reads: readonly O["read"][];
  readonly writes: readonly O["write"][];
  readonly accepts: readonly NewUpdate[];
  /** Bytes of the new updates. */
  readonly bytes: number;
}

/** Answers in the order of the batch. */
export interface OperationAnswers<O extends Operations> {
  readonly reads: readonly Outcome<unknown>[];
  readonly writes: readonly Outcome<unknown>[];
  /** One for each new update, or why none of them is stored. */
  readonly accepted: Outcome<ArrayLike<O["accepted"]>>;
}

/** Sends a batch away. The answer comes once, never synchronously. */
export type SendBatch<O extends Operations> = (
  batch: OperationBatch<O>,
  whenAnswered: (answer: OperationAnswers<O> | PostedFault) => void,
) => void;

/**
 * How long a write waits for company when nothing else is going on. An fsync of its own would make the
 * new updates wait that arrive meanwhile; each millisecond is one in which a crash has more
 * handled updates handled again. Real time, because it is about the disk.
 */
const LATER_MS = 2;

/** Of the new updates that are on their way, how many must wait for a batch to follow at once. */
const WORTH_A_BATCH = 0.75;

/**
 * So many operations leave as they are: their work takes many times as long as a commit and its round
 * trip, so that more of them would make neither cheaper. Whoever comes after them is at work meanwhile.
 */
const FULL_BATCH = 512;

/**
 * How many new updates may be without an answer before more are refused: those that wait for a batch
 * and those in the batches on their way. Reads and writes are neither counted nor refused: they end
 * what was accepted before.
 */
export interface QueueLimits {
  readonly queuedMax: number;
  /** The bytes of their bodies; what a store copies for a commit is not counted again. */
  readonly queuedBytesMax: number;
}

export interface GroupCommitOptions extends QueueLimits {
  /**
   * How many batches may be on their way at once. With 2 the one who commits has the next at hand
   * when it has answered, instead of waiting until it is sent.
   */
  readonly batchesMax: number;
  /** Whether a batch may follow another one however small it is, because none needs an fsync. */
  readonly followsAtOnce: boolean;
}

/** Whoever enqueues an operation knows which type its answer has; in the queue they are alike. */
interface Waiting<Operation> {
  readonly operation: Operation;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: RuntimeError) => void;
}

interface Batch<O extends Operations> {
  readonly reads: Waiting<O["read"]>[];
  readonly writes: Waiting<O["write"]>[];
  readonly accepts: Waiting<NewUpdate>[];
  bytes: number;
}

/**
 * Puts operations together that wait at the same time, so that they share one round trip and one
 * fsync.
 *
 * **Invariant:** at most `batchesMax` batches are on their way, and are answered in their order; what
 * comes meanwhile waits for the next.
 *
 * **Invariant:** promises settle in this order: by batch, and within one reads, writes, new updates.
 */
export class GroupCommit<O extends Operations> {
  readonly #send: SendBatch<O>;
  readonly #limits: GroupCommitOptions;
  readonly #toError: (fault: PostedFault) => RuntimeError;
  #next = emptyBatch<O>();
  /** New updates in all batches that are not answered, and their bytes. */
  #accepting = 0;
  #acceptingBytes = 0;
  /** The oldest first. */
  readonly #onTheirWay: Batch<O>[] = [];
  #scheduled = false;
  #isUrgent = false;
  #cancelLater: (() => void) | undefined;
  readonly #idleWaiters: (() => void)[] = [];

  constructor(
    send: SendBatch<O>,
    limits: GroupCommitOptions,
    toError: (fault: PostedFault) => RuntimeError,
  ) {
    this.#send = send;
    this.#limits = limits;
    this.#toError = toError;
  }

  get queued(): number {
    return this.#onTheirWay.reduce((sum, batch) => sum + sizeOf(batch), sizeOf(this.#next));
  }

  get queuedBytes(): number {
    return this.#acceptingBytes;
  }

  /** What the store says about a new update. `overloaded` when that is beyond {@link QueueLimits}. */
  accept(update: NewUpdate): Promise<O["accepted"]> {
    const { queuedMax, queuedBytesMax } = this.#limits;
    const next = this.#next;
    const bytes = update.raw.length;
    if (this.#accepting >= queuedMax || this.#acceptingBytes + bytes > queuedBytesMax) {
      return Promise.reject(this.#overloaded());
    }
    this.#accepting += 1;
    this.#acceptingBytes += bytes;
    next.bytes += bytes;
    return this.#enqueue(next.accepts, update);
  }

  read<R extends O["read"]>(read: R): Promise<ReadAnswer<O, R>> {
    return this.#enqueue(this.#next.reads, read);
  }

  write<W extends O["write"]>(write: W): Promise<WriteAnswer<O, W>> {
    return this.#enqueue(this.#next.writes, write);
  }

  /** A write that nobody waits for: it goes with the next batch, or alone a little later. */
  writeLater<W extends O["write"]>(write: W): Promise<WriteAnswer<O, W>> {
    this.#cancelLater ??= systemClock.after(LATER_MS, () => this.#schedule());
    return this.#wait(this.#next.writes, write);
  }

  /** Resolves when nothing waits and nothing is on its way. */
  idle(): Promise<void> {
    if (this.queued === 0) return Promise.resolve();
    this.#schedule();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  #enqueue<Operation, T>(part: Waiting<Operation>[], operation: Operation): Promise<T> {
    const answer = this.#wait<Operation, T>(part, operation);
    this.#schedule();
    return answer;
  }

  #wait<Operation, T>(part: Waiting<Operation>[], operation: Operation): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      part.push({ operation, resolve: resolve as (value: unknown) => void, reject });
      if (this.#isFull() && this.#mayLeave()) this.#dispatch();
    });
  }

  /** Everything that the event loop does before it looks for I/O again shares a batch, up to a full one. */
  #schedule(): void {
    this.#isUrgent = true;
    if (this.#scheduled || !this.#mayLeave()) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#mayLeave()) this.#dispatch();
    });
  }

  #isFull(): boolean {
    return sizeOf(this.#next) >= FULL_BATCH;
  }

  /** A batch behind another must be worth its own fsync: little waits for the answer, and more. */
  #mayLeave(): boolean {
    const [oldest] = this.#onTheirWay;
    if (oldest === undefined) return true;
    if (this.#onTheirWay.length >= this.#limits.batchesMax) return false;
    if (this.#limits.followsAtOnce) return true;
    if (this.#isFull()) return true;
    const waiting = this.#next.accepts.length;
    return waiting > 0 && waiting >= WORTH_A_BATCH * oldest.accepts.length;
  }

  #dispatch(): void {
    const batch = this.#next;
    this.#isUrgent = false;
    // Whoever waited for idleness wanted what was on its way, and may have closed the store since.
    if (sizeOf(batch) === 0) return;
    this.#next = emptyBatch<O>();
    this.#sendAway(batch);
  }

  #sendAway(batch: Batch<O>): void {
    this.#cancelLater?.();
    this.#cancelLater = undefined;
    this.#onTheirWay.push(batch);
    this.#send(toRequest(batch), (answer) => this.#answered(batch, answer));
  }

  #answered(batch: Batch<O>, answer: OperationAnswers<O> | PostedFault): void {
    this.#onTheirWay.shift();
    this.#accepting -= batch.accepts.length;
    this.#acceptingBytes -= batch.bytes;
    if ("kind" in answer) this.#rejectAll(batch, answer);
    else this.#resolveAll(batch, answer);
    // What those who waited do next, and what they write, goes with the next batch.
    if (this.#isUrgent) this.#schedule();
    if (this.queued === 0) for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  #resolveAll(batch: Batch<O>, answer: OperationAnswers<O>): void {
    batch.reads.forEach((waiting, at) => this.#settle(waiting, answer.reads[at]!));
    batch.writes.forEach((waiting, at) => this.#settle(waiting, answer.writes[at]!));
    const { accepted } = answer;
    if ("fault" in accepted)
      this.#rejectAll({ ...emptyBatch<O>(), accepts: batch.accepts }, accepted.fault);
    else batch.accepts.forEach((waiting, at) => waiting.resolve(accepted.value[at]));
  }

  #settle(waiting: Waiting<unknown>, outcome: Outcome<unknown>): void {
    if ("fault" in outcome) waiting.reject(this.#toError(outcome.fault));
    else waiting.resolve(outcome.value);
  }

  #rejectAll(batch: Batch<O>, fault: PostedFault): void {
    for (const part of [batch.reads, batch.writes, batch.accepts]) {
      for (const waiting of part) waiting.reject(this.#toError(fault));
    }
  }

  #overloaded(): RuntimeError {
    const { queuedMax, queuedBytesMax } = this.#limits;
    const limit = `${queuedMax} updates or ${queuedBytesMax} bytes`;
    const message = `more than ${limit} wait for a commit; the store does not keep up`;
    return new RuntimeError("overloaded", message);
  }
}

function emptyBatch<O extends Operations>(): Batch<O> {
  return { reads: [], writes: [], accepts: [], bytes: 0 };
}

function sizeOf<O extends Operations>(batch: Batch<O>): number {
  return batch.reads.length + batch.writes.length + batch.accepts.length;
}

function toRequest<O extends Operations>(batch: Batch<O>): OperationBatch<O> {
  return {
    reads: batch.reads.map((waiting) => waiting.operation),
    writes: batch.writes.map((waiting) => waiting.operation),
    accepts: batch.accepts.map((waiting) => waiting.operation),
    bytes: batch.bytes,
  };
}
