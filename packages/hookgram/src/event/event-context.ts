import type { CommonContext, Reply, Send } from "../context/context.ts";
import type { Filter } from "../filter/filter.ts";
import type { Handler } from "../router/handler.ts";
import type { EventField, EventKind } from "./event-kind.ts";

/** An own event as its handler finds it. */
export interface OwnEvent<Data> {
  /** The kind's name. */
  readonly name: string;
  readonly data: Data;
  /** Milliseconds since the epoch. */
  readonly emittedAtMs: number;
  /** The key that it was emitted with. */
  readonly key: string | undefined;
  /** Undefined for an event that was emitted. */
  readonly timer: FiredTimer | undefined;
}

/** A timer that has fallen due. All times are milliseconds, since the epoch where they are points. */
export interface FiredTimer {
  readonly name: string;
  readonly dueAtMs: number;
  readonly setAtMs: number;
  /** How long it is overdue at this attempt: the bot was down, or its lane was busy. At least 0. */
  readonly lateMs: number;
}

/** What the handler of an own event destructures. */
export interface EventContext<Data> extends CommonContext<EventField> {
  readonly event: OwnEvent<Data>;
  /**
   * Sends a text to the event's chat, topic and business connection; rejects with `no-target` when
   * it has no chat.
   */
  readonly reply: Reply;
  /** The same for other methods. */
  readonly send: Send;
}

/**
 * Registers a handler for an own kind of event, after filters as on every observer.
 * `router.on(orderPaid, Order.waiting, ({ event, reply }) => …)`.
 */
export interface EventObserver<Seen, Given> {
  <Data>(kind: EventKind<never, Data>, handler: Handler<EventContext<Data> & Seen & Given>): void;
  <Data, A extends object>(
    kind: EventKind<never, Data>,
    a: Filter<EventContext<Data> & Seen, A>,
    handler: Handler<EventContext<Data> & Seen & Given & A>,
  ): void;
  <Data, A extends object, B extends object>(
    kind: EventKind<never, Data>,
    a: Filter<EventContext<Data> & Seen, A>,
    b: Filter<EventContext<Data> & Seen & A, B>,
    handler: Handler<EventContext<Data> & Seen & Given & A & B>,
  ): void;
  <Data, A extends object, B extends object, D extends object>(
    kind: EventKind<never, Data>,
    a: Filter<EventContext<Data> & Seen, A>,
    b: Filter<EventContext<Data> & Seen & A, B>,
    c: Filter<EventContext<Data> & Seen & A & B, D>,
    handler: Handler<EventContext<Data> & Seen & Given & A & B & D>,
  ): void;
}
