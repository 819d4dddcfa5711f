import type { BotApi, UpdateKind, UpdateOf } from "@hookgram/bot-api";
import {
  type AnyEventKind,
  type AnyKind,
  anyKindOf,
  type DispatchOutcome,
  type EventKind,
  type EventUpdate,
  type HookContext,
  type Invocation,
  readEventData,
  type UpdateHandler,
} from "hookgram";

/** What a flow consists of: updates of one of Telegram's kinds, or events of one of the bot's own. */
export type FlowKind = UpdateKind | AnyEventKind;

/** What arrived: an update from Telegram, or an own event with its data as its schema parsed it. */
type FlowContent<K extends FlowKind> = K extends UpdateKind
  ? { readonly update: UpdateOf<K> }
  : K extends EventKind<never, infer Data>
    ? { readonly update: EventUpdate; readonly data: Data }
    : never;

/** One update of kind `K`, with all that a handler gets: the client, the deadline's signal, … */
export type FlowEvent<K extends FlowKind> = FlowContent<K> & FlowTools;

/** What a handler gets, and a way to say that the update is handled. */
export interface FlowTools extends Omit<Invocation, "update"> {
  /**
   * Marks the update as handled. Asking for the next one does the same; this is for a consumer that
   * leaves its loop after this update.
   */
  readonly done: () => void;
}

/** The updates of one kind, one after the other, for one `for await` loop. */
export type Flow<K extends FlowKind> = AsyncGenerator<FlowEvent<K>, void, void>;

/** An attempt whose update waits for a consumer. */
interface Offer {
  readonly invocation: Invocation;
  /** The data of an own event; undefined for Telegram's updates. */
  readonly data: unknown;
  /** Ends the attempt; only the first call counts. */
  readonly settle: (error?: Error) => void;
}

/** Who waits, of one kind: either attempts for a consumer, or consumers for an update. */
interface Exchange {
  readonly offers: Set<Offer>;
  readonly takers: Set<(offer: Offer | undefined) => void>;
}

/**
 * A bot whose handlers are `for await` loops: it hands updates to consumers that pull them. It works
 * with every entry point (`poll({ bot: flows, … })`) and in tests; {@link mountWithFlows} makes one
 * itself.
 *
 * There is no buffer: an attempt waits until a consumer takes its update, and ends when the consumer
 * asks for the next one. What nobody has taken waits in the store, which is the backpressure.
 *
 * **Invariant:** every attempt at an update of a declared kind goes to one consumer of that kind.
 *
 * **Invariant:** an attempt succeeds only if its consumer says so, by asking for the next update or
 * by `done`. If the consumer leaves its loop, throws or misses the attempt's deadline, the attempt
 * fails and the update comes again.
 *
 * A consumer's place inside its loop does not survive the process: after a crash, the update that it
 * was working on comes again.
 */
export class FlowHub<const K extends FlowKind = FlowKind> implements UpdateHandler {
  readonly allowedUpdates: readonly UpdateKind[];
  readonly #bot: UpdateHandler | undefined;
  readonly #exchanges: ReadonlyMap<AnyKind, Exchange>;
  readonly #events: ReadonlyMap<AnyKind, AnyEventKind>;
  #closed = false;

  /** `bot` is asked first; flows get what it leaves unhandled. */
  constructor(kinds: readonly K[], bot?: UpdateHandler) {
    this.#bot = bot;
    const all: readonly FlowKind[] = kinds;
    const events = all.filter((kind) => typeof kind !== "string");
    this.#events = new Map(events.map((event) => [event.kind, event]));
    this.#exchanges = new Map(
      kinds.map((kind) => [fieldOf(kind), { offers: new Set(), takers: new Set() }]),
    );
    const updates = all.filter((kind) => typeof kind === "string");
    this.allowedUpdates = [...new Set([...updates, ...(bot?.allowedUpdates ?? [])])];
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

  withOutgoing(api: BotApi): BotApi {
    return this.#bot?.withOutgoing?.(api) ?? api;
  }

  async handle(invocation: Invocation): Promise<DispatchOutcome> {
    const outcome = await this.#bot?.handle(invocation);
    if (outcome !== undefined && outcome.status !== "unhandled") return outcome;
    const kind = anyKindOf(invocation.update);
    const exchange = kind && this.#exchanges.get(kind);
    if (exchange === undefined) return { status: "unhandled" };
    const event = this.#events.get(kind!);
    const data = event && (await readEventData(event, invocation.update));
    await offer(exchange, invocation, data);
    return { status: "handled", handler: `flow ${kind}` };
  }

  /** The updates of `kind`, which must be a declared one. Ends when the hub is closed. */
  async *flow<P extends K>(kind: P): Flow<P> {
    const exchange = this.#exchanges.get(fieldOf(kind));
    while (exchange !== undefined && !this.#closed) {
      const taken = await take(exchange);
      if (taken === undefined) return;
      let done = false;
      try {
        yield toEvent<P>(taken);
        done = true;
      } finally {
        taken.settle(done ? undefined : new Error("the flow's consumer left it unfinished"));
      }
    }
  }

  /** Ends the loops of waiting consumers at once, and the others when they ask for more. */
  close(): void {
    this.#closed = true;
    for (const { takers } of this.#exchanges.values()) {
      for (const taker of takers) taker(undefined);
      takers.clear();
    }
  }
}

/** Resolves when a consumer has handled the update; rejects if it leaves, or at the deadline. */
function offer({ offers, takers }: Exchange, invocation: Invocation, data: unknown): Promise<void> {
  const { signal } = invocation;
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      signal.removeEventListener("abort", abort);
      offers.delete(made);
      if (error === undefined) resolve();
      else reject(error);
    };
    const abort = (): void => settle(signal.reason as Error);
    const made: Offer = { invocation, data, settle };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    const taker = first(takers);
    if (taker === undefined) offers.add(made);
    else taker(made);
  });
}

/** The oldest waiting offer, or else the next one; undefined when the hub is closed. */
function take({ offers, takers }: Exchange): Promise<Offer | undefined> {
  const waiting = first(offers);
  if (waiting !== undefined) return Promise.resolve(waiting);
  return new Promise((resolve) => takers.add(resolve));
}

/** Removes and returns the oldest element. */
function first<T>(set: Set<T>): T | undefined {
  for (const element of set) {
    set.delete(element);
    return element;
  }
  return undefined;
}

/** An invocation creates some of its parts on demand, so getters stand for them in the copy. */
function toEvent<K extends FlowKind>({ invocation, data, settle }: Offer): FlowEvent<K> {
  const tools: FlowTools & { readonly update: unknown; readonly data: unknown } = {
    update: invocation.update,
    data,
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
  // An exchange holds updates of one kind only.
  return tools as unknown as FlowEvent<K>;
}

/** The field in which updates of this kind carry their content. */
function fieldOf(kind: FlowKind): AnyKind {
  return typeof kind === "string" ? kind : kind.kind;
}
