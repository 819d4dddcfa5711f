import { type UpdateKind, updateKind, type UpdateOf } from "@hookgram/bot-api";
import type { DispatchOutcome, HookContext, Invocation, UpdateHandler } from "hookgram";

/** One update of kind `K`, with what a handler has: the client, the deadline's signal and so on. */
export interface FlowEvent<K extends UpdateKind> extends Omit<Invocation, "update"> {
  readonly update: UpdateOf<K>;
  /**
   * Counts the update as handled now. Asking for the next one does the same; this is for a
   * consumer that leaves its loop after this one.
   */
  readonly done: () => void;
}

/** The updates of one kind, one after the other; for one `for await` loop. */
export type Flow<K extends UpdateKind> = AsyncGenerator<FlowEvent<K>, void, void>;

/** An attempt whose update waits for a consumer. */
interface Offer {
  readonly invocation: Invocation;
  /** Ends the attempt; only the first call counts. */
  readonly settle: (error?: Error) => void;
}

/** What is there of one kind: never both, offers without taker and takers without offer. */
interface Exchange {
  readonly offers: Set<Offer>;
  readonly takers: Set<(offer: Offer | undefined) => void>;
}

/**
 * Hands updates to consumers that pull them, without a buffer between: an attempt waits until a
 * consumer takes its update, and ends when the consumer asks for the next one. What is not taken
 * waits in the store, which is the backpressure.
 *
 * **Invariant:** every update of a declared kind goes to exactly one consumer of the kind.
 *
 * **Invariant:** an attempt succeeds only when its consumer said so, by asking for the next update
 * or by `done`. A consumer that breaks off, throws or lets the attempt's deadline pass makes the
 * attempt fail, and the update comes again.
 *
 * A consumer's place inside its loop does not survive the process: after a crash, the update that
 * it was at comes again.
 */
export class FlowHub implements UpdateHandler {
  readonly allowedUpdates: readonly UpdateKind[];
  readonly #bot: UpdateHandler | undefined;
  readonly #exchanges: ReadonlyMap<UpdateKind, Exchange>;
  #closed = false;

  /** `bot` comes first: flows get what it leaves unhandled. */
  constructor(kinds: readonly UpdateKind[], bot?: UpdateHandler) {
    this.#bot = bot;
    this.#exchanges = new Map(
      kinds.map((kind) => [kind, { offers: new Set(), takers: new Set() }]),
    );
    this.allowedUpdates = [...new Set([...kinds, ...(bot?.allowedUpdates ?? [])])];
  }

  get attemptsMax(): number {
    return this.#bot?.attemptsMax ?? 0;
  }

  get retryDelayMaxMs(): number {
    return this.#bot?.retryDelayMaxMs ?? 0;
  }

  async start(context: HookContext): Promise<void> {
    await this.#bot?.start?.(context);
  }

  async stop(context: HookContext): Promise<void> {
    await this.#bot?.stop?.(context);
  }

  async handle(invocation: Invocation): Promise<DispatchOutcome> {
    const outcome = await this.#bot?.handle(invocation);
    if (outcome?.status === "handled") return outcome;
    const kind = updateKind(invocation.update);
    const exchange = kind && this.#exchanges.get(kind);
    if (exchange === undefined) return { status: "unhandled" };
    await offer(exchange, invocation);
    return { status: "handled", handler: `flow ${kind}` };
  }

  /** A consumer of `kind`, which must be a declared one. Ends when the hub is closed. */
  async *flow<K extends UpdateKind>(kind: K): Flow<K> {
    const exchange = this.#exchanges.get(kind);
    while (exchange !== undefined && !this.#closed) {
      const taken = await take(exchange);
      if (taken === undefined) return;
      let done = false;
      try {
        yield toEvent<K>(taken);
        done = true;
      } finally {
        taken.settle(done ? undefined : new Error("the flow's consumer left it unfinished"));
      }
    }
  }

  /** Ends the loops of consumers that wait; the others end when they ask for more. */
  close(): void {
    this.#closed = true;
    for (const { takers } of this.#exchanges.values()) {
      for (const taker of takers) taker(undefined);
      takers.clear();
    }
  }
}

/** Resolves when a consumer is done with the update; rejects when it left, or at the deadline. */
function offer({ offers, takers }: Exchange, invocation: Invocation): Promise<void> {
  const { signal } = invocation;
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      signal.removeEventListener("abort", abort);
      offers.delete(made);
      if (error === undefined) resolve();
      else reject(error);
    };
    const abort = (): void => settle(signal.reason as Error);
    const made: Offer = { invocation, settle };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    const taker = first(takers);
    if (taker === undefined) offers.add(made);
    else taker(made);
  });
}

/** The oldest offer, or the next one that comes; undefined when none will come any more. */
function take({ offers, takers }: Exchange): Promise<Offer | undefined> {
  const waiting = first(offers);
  if (waiting !== undefined) return Promise.resolve(waiting);
  return new Promise((resolve) => takers.add(resolve));
}

/** Takes the oldest element out. */
function first<T>(set: Set<T>): T | undefined {
  for (const element of set) {
    set.delete(element);
    return element;
  }
  return undefined;
}

/** An invocation may make its parts when they are asked for, so that it cannot simply be copied. */
function toEvent<K extends UpdateKind>({ invocation, settle }: Offer): FlowEvent<K> {
  return {
    // The exchange holds one kind only.
    update: invocation.update as UpdateOf<K>,
    done: () => settle(),
    attempt: invocation.attempt,
    attemptsMax: invocation.attemptsMax,
    step: invocation.step,
    emit: invocation.emit,
    timers: invocation.timers,
    now: invocation.now,
    logger: invocation.logger,
    get api() {
      return invocation.api;
    },
    get me() {
      return invocation.me;
    },
    get signal() {
      return invocation.signal;
    },
    get states() {
      return invocation.states;
    },
    get outbox() {
      return invocation.outbox;
    },
  };
}
