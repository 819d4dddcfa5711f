import { systemClock } from "@hookgram/bot-api";

import { RuntimeError } from "../../error.ts";
import type { NewUpdate } from "../store.ts";
import {
  ACCEPT_NUMBERS,
  type AcceptColumns,
  type BatchAnswer,
  type BatchRequest,
  type Outcome,
  type Read,
  type ReadAnswers,
  type Write,
  type WriteAnswers,
} from "./protocol.ts";
import type { PostedFault } from "./store-fault.ts";

/** Sends a batch away. The answer comes once, never synchronously. */
export type SendBatch = (
  batch: BatchRequest,
  whenAnswered: (answer: BatchAnswer | PostedFault) => void,
) => void;

/**
 * How long a write waits for company when nothing else is going on. An fsync of its own would make the
 * new updates wait that arrive meanwhile; each millisecond is one in which a crash has more
 * handled updates handled again. Real time, because it is about the disk.
 */
const LATER_MS = 2;

/** How much may wait for a commit before new updates are refused. */
export interface QueueLimits {
  readonly queuedMax: number;
  readonly queuedBytesMax: number;
}

/** Whoever enqueues an operation knows which type its answer has; in the queue they are alike. */
interface Waiting<Operation> {
  readonly operation: Operation;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: RuntimeError) => void;
}

interface Batch {
  readonly reads: Waiting<Read>[];
  readonly writes: Waiting<Write>[];
  readonly accepts: Waiting<NewUpdate>[];
  bytes: number;
}

/**
 * Puts operations together that wait at the same time, so that they share one round trip and one
 * fsync.
 *
 * **Invariant:** at most one batch is on its way; what comes meanwhile waits for the next.
 *
 * **Invariant:** promises settle in this order: by batch, and within one reads, writes, new updates.
 */
export class GroupCommit {
  readonly #send: SendBatch;
  readonly #limits: QueueLimits;
  readonly #toError: (fault: PostedFault) => RuntimeError;
  #next = emptyBatch();
  #onItsWay: Batch | undefined;
  #scheduled = false;
  #isUrgent = false;
  #cancelLater: (() => void) | undefined;
  readonly #idleWaiters: (() => void)[] = [];

  constructor(send: SendBatch, limits: QueueLimits, toError: (fault: PostedFault) => RuntimeError) {
    this.#send = send;
    this.#limits = limits;
    this.#toError = toError;
  }

  get queued(): number {
    return sizeOf(this.#next) + (this.#onItsWay === undefined ? 0 : sizeOf(this.#onItsWay));
  }

  get queuedBytes(): number {
    return this.#next.bytes + (this.#onItsWay?.bytes ?? 0);
  }

  /** The update's number, or 0 for a duplicate. */
  accept(update: NewUpdate): Promise<number> {
    const { queuedMax, queuedBytesMax } = this.#limits;
    const next = this.#next;
    if (next.accepts.length >= queuedMax || next.bytes + update.raw.length > queuedBytesMax) {
      return Promise.reject(this.#overloaded());
    }
    next.bytes += update.raw.length;
    return this.#enqueue(next.accepts, update);
  }

  read<R extends Read>(read: R): Promise<ReadAnswers[R["op"]]> {
    return this.#enqueue<Read, ReadAnswers[R["op"]]>(this.#next.reads, read);
  }

  write<W extends Write>(write: W): Promise<WriteAnswers[W["op"]]> {
    return this.#enqueue<Write, WriteAnswers[W["op"]]>(this.#next.writes, write);
  }

  /** A write that nobody waits for: it goes with the next batch, or alone a little later. */
  writeLater<W extends Write>(write: W): Promise<WriteAnswers[W["op"]]> {
    this.#cancelLater ??= systemClock.after(LATER_MS, () => this.#schedule());
    return this.#wait<Write, WriteAnswers[W["op"]]>(this.#next.writes, write);
  }

  /** Resolves when nothing waits and nothing is on its way. */
  idle(): Promise<void> {
    if (this.queued === 0) return Promise.resolve();
    this.#schedule();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  #enqueue<Operation, T>(part: Waiting<Operation>[], operation: Operation): Promise<T> {
    this.#schedule();
    return this.#wait(part, operation);
  }

  #wait<Operation, T>(part: Waiting<Operation>[], operation: Operation): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      part.push({ operation, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Everything that the event loop does before it looks for I/O again shares a batch. */
  #schedule(): void {
    this.#isUrgent = true;
    if (this.#scheduled || this.#onItsWay !== undefined) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    this.#cancelLater?.();
    this.#cancelLater = undefined;
    const batch = this.#next;
    this.#next = emptyBatch();
    this.#isUrgent = false;
    this.#onItsWay = batch;
    this.#send(toRequest(batch), (answer) => {
      this.#onItsWay = undefined;
      if ("kind" in answer) this.#rejectAll(batch, answer);
      else this.#resolveAll(batch, answer);
      if (this.#isUrgent) this.#schedule();
      else if (sizeOf(this.#next) === 0)
        for (const resolve of this.#idleWaiters.splice(0)) resolve();
    });
  }

  #resolveAll(batch: Batch, answer: BatchAnswer): void {
    batch.reads.forEach((waiting, at) => this.#settle(waiting, answer.reads[at]!));
    batch.writes.forEach((waiting, at) => this.#settle(waiting, answer.writes[at]!));
    const { accepted } = answer;
    if ("fault" in accepted)
      this.#rejectAll({ ...emptyBatch(), accepts: batch.accepts }, accepted.fault);
    else batch.accepts.forEach((waiting, at) => waiting.resolve(accepted.value[at]));
  }

  #settle(waiting: Waiting<unknown>, outcome: Outcome<unknown>): void {
    if ("fault" in outcome) waiting.reject(this.#toError(outcome.fault));
    else waiting.resolve(outcome.value);
  }

  #rejectAll(batch: Batch, fault: PostedFault): void {
    for (const part of [batch.reads, batch.writes, batch.accepts]) {
      for (const waiting of part) waiting.reject(this.#toError(fault));
    }
  }

  #overloaded(): RuntimeError {
    const { queuedMax, queuedBytesMax } = this.#limits;
    const limit = `${queuedMax} updates or ${queuedBytesMax} bytes`;
    const message = `more than ${limit} wait to be written; the disk does not keep up`;
    return new RuntimeError("overloaded", message);
  }
}

function emptyBatch(): Batch {
  return { reads: [], writes: [], accepts: [], bytes: 0 };
}

function sizeOf(batch: Batch): number {
  return batch.reads.length + batch.writes.length + batch.accepts.length;
}

function toRequest(batch: Batch): BatchRequest {
  return {
    reads: batch.reads.map((waiting) => waiting.operation),
    writes: batch.writes.map((waiting) => waiting.operation),
    accepts: toColumns(batch),
  };
}

function toColumns({ accepts, bytes: size }: Batch): AcceptColumns | undefined {
  if (accepts.length === 0) return undefined;
  const numbers = new Float64Array(accepts.length * ACCEPT_NUMBERS);
  const lanes: string[] = [];
  const bytes = new Uint8Array(size);
  let start = 0;
  accepts.forEach(({ operation: update }, row) => {
    const at = row * ACCEPT_NUMBERS;
    numbers[at] = update.botId;
    numbers[at + 1] = update.updateId ?? -1;
    numbers[at + 2] = update.receivedAtMs;
    numbers[at + 3] = update.expiresAtMs ?? -1;
    numbers[at + 4] = update.begin ? 1 : 0;
    numbers[at + 5] = update.place === "aside" ? 1 : 0;
    numbers[at + 6] = update.raw.length;
    lanes.push(update.lane);
    bytes.set(update.raw, start);
    start += update.raw.length;
  });
  const isPlain = accepts.every(({ operation }) => operation.parkedBecause === undefined);
  const reasons = isPlain ? undefined : accepts.map(({ operation }) => operation.parkedBecause);
  return { numbers, lanes, reasons, bytes };
}
